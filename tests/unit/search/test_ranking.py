"""The order of candidates."""

from uuid import UUID

from ports.search import Hit
from services.search.categories import Categories, CategoryName
from services.search.documents import pack_stored
from services.search.lexicon import BoostFields, Lexicon, make_lexicon
from services.search.planning import Plan, plan_query
from services.search.ranking import OutOfStock, Ranker, fuse
from services.search.vocabulary import Vocabulary
from tests.unit.search.test_documents import listing

SHOES, BOOTS, CASES = UUID(int=10), UUID(int=11), UUID(int=12)
TREE = Categories(
    [
        CategoryName(SHOES, "Shoes", (SHOES,)),
        CategoryName(BOOTS, "Boots & wellies", (SHOES, BOOTS)),
        CategoryName(CASES, "Phone cases", (CASES,)),
    ]
)
ACCESSORIES = make_lexicon(
    [], [BoostFields("accessories", ("phone",), ("case", "screen protector"), None, None, None, 0.5)]
)


def hit(number: int, score: float = 10.0, **facts: object) -> Hit:
    return Hit(UUID(int=number), score, number, pack_stored(listing(**facts)))


def plan(query: str, lexicon: Lexicon = ACCESSORIES) -> Plan:
    found = plan_query(query, lexicon=lexicon, vocabulary=Vocabulary({"phone": 5, "case": 5, "boot": 5, "shoe": 5}))
    assert found is not None
    return found


def order(
    query: str, hits: list[Hit], *, lexicon: Lexicon = ACCESSORIES, out_of_stock: OutOfStock = "sink"
) -> list[int]:
    ranker = Ranker(lexicon, TREE, out_of_stock)
    return [one.id.int for one in ranker.order(plan(query, lexicon), hits)]


def test_an_accessory_sinks_below_the_device() -> None:
    hits = [hit(1, 10, title="Case for phone"), hit(2, 8, title="Phone"), hit(3, 9, title="Phone screen protector")]

    assert order("phone", hits) == [2, 1, 3]


def test_an_accessory_asked_for_does_not_sink() -> None:
    assert order("phone case", [hit(1, 10, title="Phone case"), hit(2, 8, title="Phone")]) == [1, 2]


def test_products_of_the_category_named_rise_with_all_below_it() -> None:
    hits = [hit(1, 10, category_ids=(CASES,)), hit(2, 9, category_ids=(SHOES, BOOTS)), hit(3, 9, category_ids=(SHOES,))]

    assert order("shoes", hits) == [2, 3, 1]


def test_the_longest_category_name_wins() -> None:
    phones = CategoryName(UUID(int=13), "Phones", (UUID(int=13),))
    tree = Categories([*TREE.by_id.values(), phones])

    assert tree.named_by([frozenset({"phone", "case"})]) == {CASES.hex}


def test_sales_and_ratings_decide_between_equals() -> None:
    hits = [hit(1, units_sold=0, rating_count=0), hit(2, units_sold=5000), hit(3, units_sold=5000, rating_count=900)]

    assert order("boot", hits) == [3, 2, 1]


def test_out_of_stock_sinks_only_if_the_shop_wants_it() -> None:
    hits = [hit(1, 10, in_stock=False), hit(2, 9)]

    assert order("boot", hits) == [2, 1]
    assert order("boot", hits, out_of_stock="keep") == [1, 2]


def test_a_rule_without_query_words_always_holds() -> None:
    lexicon = make_lexicon([], [BoostFields("push", (), (), None, UUID(int=99), None, 5.0)])

    assert order("boot", [hit(1), hit(2, 9, brand_id=UUID(int=99))], lexicon=lexicon) == [2, 1]


def test_without_a_query_the_engines_order_stays_but_for_rules_and_stock() -> None:
    hits = [hit(1, 0, in_stock=False), hit(2, 0), hit(3, 0, units_sold=10**6)]

    assert [one.id.int for one in Ranker(ACCESSORIES, TREE).order(None, hits)] == [2, 3, 1]


def test_sources_are_fused_by_the_best_score_of_each_product() -> None:
    fused = fuse([[hit(1, 5), hit(2, 4)], [hit(2, 9)]])

    assert [(one.id.int, one.score) for one in fused] == [(2, 9), (1, 5)]
