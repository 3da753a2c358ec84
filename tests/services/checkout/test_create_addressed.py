"""Checkouts of shoppers who say at once where it goes to: two requests buy, and nothing differs from three."""

from uuid import UUID

import pytest

from core.problems import Rejected
from models.checkouts import CheckoutStatus
from services.accounts import AddressDraft
from services.cart import Use, send_to
from services.checkout import Addresses, GivenAddress
from tests.factories.carts import save_shopper
from tests.factories.checkouts import GUAM, NEW_YORK, SAN_FRANCISCO, Buyer, rows, stock
from tests.fixtures.shop import Shop

ANYWHERE = NEW_YORK._replace(postal_code="00000")


@pytest.mark.parametrize("address", [NEW_YORK, SAN_FRANCISCO])
async def test_one_request_gives_what_two_gave(own_shop: Shop, address: AddressDraft) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 2), ("T-002S", 1))
    two = await buyer.send_to((await buyer.create()).id, address, billing=GivenAddress(GUAM))

    one = await buyer.create(addresses=Addresses(GivenAddress(address), GivenAddress(GUAM)))

    assert one.content == two.content
    assert (one.status, one.total_minor, one.email) == (CheckoutStatus.OPEN, two.total_minor, two.email)
    assert await stock(own_shop, "T-001S") == (4, 2)


async def test_it_is_paid_by_the_second_request(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 2))
    made = await buyer.create(addresses=Addresses(GivenAddress(NEW_YORK)))

    paid = await buyer.pay(made.id)

    assert paid.status is CheckoutStatus.SUCCEEDED


async def test_a_given_address_counts_more_than_the_place_of_the_cart(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 2))
    await send_to(buyer.till.carts, Use(buyer.shopper, buyer.cart_id), country="US", postal_code="94103")

    made = await buyer.create(addresses=Addresses(GivenAddress(NEW_YORK)))

    assert made.content.destination is not None
    assert made.content.destination.postal_code == "10001"


@pytest.mark.parametrize(
    ("address", "codes", "path"),
    [
        (NEW_YORK._replace(recipient=""), {"BAD_ADDRESS"}, ("shippingAddress", "recipient")),
        (NEW_YORK._replace(country="USA"), {"BAD_COUNTRY"}, ("shippingAddress", "country")),
        (ANYWHERE, {"POSTAL_CODE_UNKNOWN"}, ("shippingAddress", "postalCode")),
    ],
)
async def test_a_bad_address_is_refused_and_nothing_is_held(
    own_shop: Shop, address: AddressDraft, codes: set[str], path: tuple[str, ...]
) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 2))

    with pytest.raises(Rejected) as refusal:
        await buyer.create(addresses=Addresses(GivenAddress(address)))

    assert {one.code for one in refusal.value.problems} == codes
    assert refusal.value.problems[0].path == path
    assert await stock(own_shop, "T-001S") == (4, 0)
    assert await rows(own_shop, "SELECT id FROM checkout") == []


async def test_a_place_that_nothing_reaches_is_refused_and_nothing_is_held(own_shop: Shop) -> None:
    buyer = Buyer(own_shop)
    await buyer.fill(("T-001S", 2))

    with pytest.raises(Rejected) as refusal:
        await buyer.create(addresses=Addresses(GivenAddress(GUAM)))

    assert {one.code for one in refusal.value.problems} <= {"NOT_DELIVERABLE", "OUT_OF_STOCK"}
    assert await stock(own_shop, "T-001S") == (4, 0)


async def test_another_accounts_address_is_not_found(own_shop: Shop) -> None:
    buyer = Buyer(own_shop, account_id=await save_shopper(own_shop.resources.database))
    await buyer.fill(("T-001S", 1))

    with pytest.raises(Rejected) as refusal:
        await buyer.create(addresses=Addresses(GivenAddress(id=UUID(int=1))))

    assert [(one.code, one.path) for one in refusal.value.problems] == [("NOT_FOUND", ("shippingAddress",))]
    assert await stock(own_shop, "T-001S") == (4, 0)
