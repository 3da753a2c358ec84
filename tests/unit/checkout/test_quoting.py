"""From allocations to groups, and from groups to totals."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from core.money import Money
from models.promotions import PromotionKind
from services.accounts import AddressDraft
from services.cart.pricing import Pricing
from services.cart.records import Destination
from services.checkout.content import decode, encode
from services.checkout.quoting import delivery_price, group, offer, price, redeemable
from services.checkout.records import Content, FrozenLine, Group, Piece
from services.delivery.records import OptionRecord
from services.inventory.reservations import AllocationRecord
from services.promotions import Discount
from services.taxes import STANDARD, TaxRateRecord, TaxTable

PRICING = Pricing("USD", prices_include_tax=False, most_units_per_line=999)
WAREHOUSES = [new_id() for _ in range(3)]
SELLERS = [new_id() for _ in range(2)]
VARIANTS = [new_id() for _ in range(2)]
CATEGORY = new_id()
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def line(variant: UUID, seller: UUID, quantity: int, *, discount: int = 0) -> FrozenLine:
    return FrozenLine(
        new_id(), variant, new_id(), seller, CATEGORY, "S-1", "A boot", quantity, 1000, discount, None, "USD"
    )


def allocation(variant: UUID, warehouse: UUID, quantity: int) -> AllocationRecord:
    return AllocationRecord(new_id(), variant, warehouse, quantity)


def way(code: str, price_minor: int) -> OptionRecord:
    return OptionRecord(new_id(), code, code.title(), "Parcel Post", Money(price_minor, "USD"), 1, 2, WAREHOUSES[:1])


def test_lines_of_one_variant_share_its_allocations_by_seller() -> None:
    lines = [line(VARIANTS[0], SELLERS[0], 2), line(VARIANTS[0], SELLERS[1], 3)]

    groups = group(lines, [allocation(VARIANTS[0], WAREHOUSES[0], 3), allocation(VARIANTS[0], WAREHOUSES[1], 2)])

    assert [(one.warehouse_id, one.seller_id, one.pieces) for one in groups] == [
        (WAREHOUSES[0], SELLERS[0], [Piece(0, 2)]),
        (WAREHOUSES[0], SELLERS[1], [Piece(1, 1)]),
        (WAREHOUSES[1], SELLERS[1], [Piece(1, 2)]),
    ]


@given(
    wanted=st.lists(st.tuples(st.sampled_from(VARIANTS), st.sampled_from(SELLERS), st.integers(1, 9)), min_size=1),
    cuts=st.lists(st.integers(1, 9), min_size=1),
)
def test_each_unit_is_in_exactly_one_group(wanted: list[tuple[UUID, UUID, int]], cuts: list[int]) -> None:
    lines = [line(*one) for one in wanted]
    demand = Counter[UUID]()
    for variant, _, quantity in wanted:
        demand[variant] += quantity
    allocations = [one for variant, units in demand.items() for one in _cut(variant, units, cuts)]

    groups = group(lines, allocations)

    by_line, by_warehouse = Counter[int](), Counter[tuple[UUID, UUID]]()
    for one in groups:
        for piece in one.pieces:
            assert lines[piece.position].seller_id == one.seller_id
            by_line[piece.position] += piece.quantity
            by_warehouse[lines[piece.position].variant_id, one.warehouse_id] += piece.quantity
    assert by_line == Counter({position: one.quantity for position, one in enumerate(lines)})
    assert by_warehouse == Counter({(one.variant_id, one.warehouse_id): one.quantity for one in allocations})
    assert len({one.key for one in groups}) == len(groups)


def _cut(variant: UUID, units: int, cuts: list[int]) -> list[AllocationRecord]:
    """Units over the warehouses, the last of which has the rest."""
    found = []
    for warehouse, cut in zip(WAREHOUSES[:-1], cuts, strict=False):
        taken = min(units, cut)
        units -= taken
        found += [allocation(variant, warehouse, taken)] if taken else []
    return [*found, *([allocation(variant, WAREHOUSES[-1], units)] if units else [])]


def test_the_cheapest_option_is_chosen_unless_another_still_is() -> None:
    parcel = Group(WAREHOUSES[0], SELLERS[0], [Piece(0, 1)])
    ways = [way("standard", 399), way("express", 1999)]

    assert offer(parcel, ways, None).chosen_code == "standard"
    assert offer(parcel, ways, "express").chosen_code == "express"
    assert offer(parcel, ways, "pigeon").chosen_code == "standard"
    assert offer(parcel, (), "express").chosen is None


def test_options_of_two_carriers_with_one_code_get_codes_of_their_own() -> None:
    parcel = Group(WAREHOUSES[0], SELLERS[0], [Piece(0, 1)])

    offered = offer(parcel, [way("standard", 399), way("standard", 499)], None)

    assert [one.code for one in offered.options] == ["standard", "standard-2"]


def test_totals_come_to_the_last_unit_with_tax_on_lines_and_delivery() -> None:
    groups = [
        offer(Group(WAREHOUSES[0], SELLERS[0], [Piece(0, 3)]), [way("standard", 399)], None),
        offer(Group(WAREHOUSES[1], SELLERS[0], [Piece(0, 1)]), [way("standard", 799)], None),
    ]
    rate = TaxRateRecord(new_id(), "US", "", STANDARD, "Sales tax", 88_750, applies_to_delivery=True)

    totals = price(_content(groups, discount=7), TaxTable({STANDARD: rate}, {}), PRICING).totals

    assert delivery_price(groups) == totals.delivery_minor == 1198
    assert totals.added_tax_minor == 354 + 106
    assert totals.total_minor == 4000 - 7 + 1198 + 460


def test_free_delivery_takes_off_what_the_chosen_options_cost_and_is_redeemed_with_it() -> None:
    groups = [offer(Group(WAREHOUSES[0], SELLERS[0], [Piece(0, 4)]), [way("standard", 399)], None)]
    free = Discount(new_id(), "Free", PromotionKind.FREE_DELIVERY, "FREE", 0, {}, True)

    content = price(_content(groups, discounts=[free]), None, PRICING)

    assert content.totals.total_minor == 4000
    assert [one.amount_minor for one in redeemable(content)] == [399]


def test_content_comes_back_from_json_as_it_was() -> None:
    groups = [offer(Group(WAREHOUSES[0], SELLERS[0], [Piece(0, 4)]), [way("standard", 399)], None)]
    off = Discount(new_id(), "Ten off", PromotionKind.AMOUNT, None, 10, {new_id(): 10}, False)
    rate = TaxRateRecord(new_id(), "US", "", STANDARD, "Sales tax", 80_000, applies_to_delivery=False)
    content = price(_content(groups, discounts=[off]), TaxTable({STANDARD: rate}, {}), PRICING)

    assert decode(encode(content)) == content


def _content(groups: list[Group], *, discount: int = 0, discounts: list[Discount] | None = None) -> Content:
    lines = [line(VARIANTS[0], SELLERS[0], 4, discount=discount)]
    empty = price(Content(lines, None, False, groups, discounts or []), None, PRICING)  # type: ignore[arg-type]  # `price` fills it in
    return Content(
        lines=lines,
        totals=empty.totals,
        prices_include_tax=False,
        groups=groups,
        discounts=discounts or [],
        destination=Destination("US", "10001"),
        shipping_address=AddressDraft("Ann Lee", "1 Main Street", "New York", "10001", "US"),
    )
