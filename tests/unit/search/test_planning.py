"""What queries mean."""

import pytest

from core.problems import BadInput
from services.search.lexicon import Lexicon, SynonymTerms, make_lexicon
from services.search.planning import Plan, plan_query
from services.search.vocabulary import Vocabulary

WORDS = ("red", "boot", "usb", "stick", "flash", "drive", "laptop", "notebook", "ultrabook", "smartwatch", "wireless")
CATALOG = Vocabulary(dict.fromkeys(WORDS, 50) | {"product": 1000})
LEXICON = make_lexicon(
    [
        SynonymTerms(("laptop", "notebook"), one_way=False),
        SynonymTerms(("laptop", "ultrabook"), one_way=True),
        SynonymTerms(("usb stick", "usb flash drive"), one_way=False),
    ],
    [],
)


def plan(query: str, lexicon: Lexicon = LEXICON) -> Plan:
    found = plan_query(query, lexicon=lexicon, vocabulary=CATALOG)
    assert found is not None
    return found


def alternatives(query: str) -> list[set[tuple[str, ...]]]:
    return [{one.tokens for one in clause.alternatives} for clause in plan(query).text.clauses]


def test_each_word_is_a_clause() -> None:
    assert alternatives("red boots") == [{("red",)}, {("boot",)}]


def test_a_repeated_word_counts_once() -> None:
    assert alternatives("red red boots") == [{("red",)}, {("boot",)}]


def test_synonyms_are_alternatives_and_weigh_less() -> None:
    (clause,) = plan("laptops").text.clauses

    weights = {one.tokens: one.weight for one in clause.alternatives}

    assert weights == {("laptop",): 1.0, ("notebook",): 0.5, ("ultrabook",): 0.5}


def test_a_one_way_synonym_does_not_lead_back() -> None:
    assert alternatives("ultrabook") == [{("ultrabook",)}]


def test_what_stands_for_several_words_is_an_alternative_of_each() -> None:
    assert alternatives("usb stick") == [{("usb",), ("usb", "flash", "drive")}, {("stick",), ("usb", "flash", "drive")}]


def test_two_words_that_the_catalog_writes_as_one_find_it() -> None:
    assert alternatives("smart watch")[0] >= {("smartwatch",)}


def test_quoted_words_must_be_found_as_a_phrase() -> None:
    clauses = plan('"red boots" wireless').text.clauses

    assert [clause.required for clause in clauses] == [False, True]
    assert clauses[1].alternatives[0].tokens == ("red", "boot")


def test_inches_are_no_quotes() -> None:
    assert not any(clause.required for clause in plan('15.6" laptop 17"').text.clauses)


def test_an_unclosed_quote_is_nothing() -> None:
    assert alternatives('"red boots') == alternatives("red boots")


def test_a_misspelt_word_is_searched_as_the_catalog_spells_it() -> None:
    found = plan("wirelss boots")

    assert found.spelled == "wireless boots"
    assert "wireless" in found.tokens


def test_a_word_that_is_not_known_yet_is_searched_as_typed_too() -> None:
    assert alternatives("wirelss") == [{("wireless",), ("wirelss",)}]


def test_a_word_of_a_synonym_is_no_misspelling() -> None:
    lexicon = make_lexicon([SynonymTerms(("bood", "rad jeers"), one_way=True)], [])

    (clause,) = plan("bood", lexicon).text.clauses

    assert plan("bood rad").spelled == "boot red"
    assert plan("bood rad", lexicon).spelled is None
    assert {one.tokens for one in clause.alternatives} == {("bood",), ("rad", "jeer")}


@pytest.mark.parametrize(
    ("query", "spelled"),
    [
        ("t-shirt", None),
        ("T-Shirts red", None),
        ("usbstick", None),
        ("laptop-red", None),
        ("smart-watch", None),
        ("t-shirt wirelss", "t-shirt wireless"),
    ],
)
def test_hyphens_and_joined_words_are_no_misspellings(query: str, spelled: str | None) -> None:
    catalog = Vocabulary(dict.fromkeys((*WORDS, "tshirt", "shirt"), 50) | {"product": 1000})

    found = plan_query(query, lexicon=LEXICON, vocabulary=catalog)

    assert found is not None
    assert found.spelled == spelled


def test_words_that_lack_their_space_are_searched_apart_all_the_same() -> None:
    assert [{("usb",), ("usbstick",)} <= one for one in alternatives("usbstick")] == [True, False]
    assert alternatives("usbstick")[1] >= {("stick",), ("usbstick",)}


def test_nothing_is_meant_otherwise_if_all_is_well() -> None:
    assert plan("red boots").spelled is None


def test_of_many_words_two_thirds_must_match_then_one() -> None:
    found = plan("red boot usb stick flash drive")

    assert found.text.minimum_match == 4
    assert found.relaxed.minimum_match == 1


@pytest.mark.parametrize("query", ["", "   ", "*", "🙂", '""', "\x00"])
def test_a_query_without_words_is_no_plan(query: str) -> None:
    assert plan_query(query, lexicon=LEXICON, vocabulary=CATALOG) is None


def test_refuses_more_than_512_characters() -> None:
    with pytest.raises(BadInput) as refusal:
        plan_query("x" * 513, lexicon=LEXICON, vocabulary=CATALOG)

    assert refusal.value.code == "QUERY_TOO_LONG"
