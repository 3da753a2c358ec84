"""What holds for any promotions and any lines."""

from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from models.promotions import PromotionKind
from services.promotions import OfferedCoupon, PricedLine, PromotionRecord, apply
from tests.factories.promotions import coupon, offered, promotion

IDS = st.sampled_from([UUID(int=number) for number in range(1, 4)])
LINES = st.lists(
    st.builds(
        PricedLine,
        key=st.uuids(),
        product_id=IDS,
        brand_id=st.none() | IDS,
        category_ids=st.lists(IDS, max_size=3),
        quantity=st.integers(1, 12),
        unit_minor=st.integers(0, 3_000),
    ),
    max_size=8,
    unique_by=lambda one: one.key,
)


@st.composite
def promotions(draw: st.DrawFn) -> PromotionRecord:
    kind = draw(st.sampled_from(PromotionKind))
    changes: dict[str, object] = {
        "id": draw(st.uuids()),
        "minimum_minor": draw(st.sampled_from([0, 0, 5_000])),
        "brand_ids": draw(st.lists(IDS, max_size=1)),
        "category_ids": draw(st.lists(IDS, max_size=1)),
        "is_combinable": draw(st.booleans()),
        "priority": draw(st.integers(-1, 1)),
        "budget_minor": draw(st.none() | st.integers(1, 2_000)),
    }
    if kind in (PromotionKind.PERCENTAGE, PromotionKind.BUY_X_GET_Y):
        changes["basis_points"] = draw(st.integers(1, 10_000))
    if kind is PromotionKind.AMOUNT:
        changes["amount_minor"] = draw(st.integers(1, 5_000))
    if kind is PromotionKind.BUY_X_GET_Y:
        changes |= {"buy_quantity": draw(st.integers(1, 3)), "get_quantity": draw(st.integers(1, 3))}
    return promotion(kind, **changes)


def promotion_of(one: PromotionRecord | OfferedCoupon) -> PromotionRecord:
    if isinstance(one, OfferedCoupon):
        assert one.promotion is not None
        return one.promotion
    return one


OFFERS = st.lists(
    st.one_of(promotions(), st.builds(coupon, st.text("ABC", min_size=3), promotions())),
    max_size=6,
    unique_by=(lambda one: promotion_of(one).id, lambda one: one.code if isinstance(one, OfferedCoupon) else one.id),
)


@settings(max_examples=300)
@given(LINES, OFFERS, st.randoms(use_true_random=False))
def test_discounts_add_up_whatever_the_order(
    lines: list[PricedLine], offers: list[PromotionRecord | OfferedCoupon], random: Random
) -> None:
    found = apply(lines, offered(*offers), account_id=None, has_delivery=True)

    left = {one.key: one.subtotal_minor for one in lines}
    for discount in found.discounts:
        assert discount.amount_minor == sum(discount.by_line.values())
        assert type(discount.amount_minor) is int
        for key, amount in discount.by_line.items():
            assert type(amount) is int
            assert 0 < amount <= left[key]
            left[key] -= amount
    codes = [one.coupon_code for one in found.discounts if one.coupon_code] + [one.code for one in found.refusals]
    assert sorted(codes) == sorted(one.code for one in offers if isinstance(one, OfferedCoupon))
    shuffled = [lines[place] for place in random.sample(range(len(lines)), len(lines))]
    again = apply(shuffled, offered(*reversed(offers)), account_id=None, has_delivery=True)
    assert again.discounts == found.discounts


@given(LINES, promotions())
def test_a_further_promotion_never_makes_a_cart_dearer(lines: list[PricedLine], further: PromotionRecord) -> None:
    base = promotion(PromotionKind.AMOUNT, id=UUID(int=9))

    without = apply(lines, offered(base), account_id=None, has_delivery=True)
    with_it = apply(lines, offered(base, further), account_id=None, has_delivery=True)

    before, after = (sum(one.amount_minor for one in found.discounts) for found in (without, with_it))
    assert after >= before
