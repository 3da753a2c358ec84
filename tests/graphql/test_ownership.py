"""What one account owns is nobody else's: not by its id, not by any argument that takes it, not by any mutation.

Which arguments there are is found in the schema itself; every type that has ids is named here as one of three kinds.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from graphql import GraphQLInterfaceType

from core.ids import decode_global_id, decode_id_of
from core.problems import BadInput
from schema.schema import build_schema
from services.accounts.tokens import ANYBODY, Principal, Role
from tests.factories.accounts import PASSWORD, save_account
from tests.fixtures.shop import Answer, Shop
from tests.graphql.least import change, least, leaves
from tests.graphql.reach import roles_of
from tests.graphql.samples import samples_of
from tests.graphql.walk import DEEP, Walk

SCHEMA = build_schema()._schema
assert SCHEMA.query_type is not None
assert SCHEMA.mutation_type is not None
QUERIES = SCHEMA.query_type.fields
MUTATIONS = SCHEMA.mutation_type.fields

PUBLIC = {"Product", "Variant", "Category", "Brand", "Seller", "Offer"}
OF_OPERATORS = {"Warehouse", "SupplierReceipt", "Reservation"}
OWNED = {"Viewer", "Address", "Session", "Wishlist", "Notification", "Order"}
# Of these, operators may see anybody's.
SEEN_BY_OPERATORS = {"Order"}
# These have ids, but are not found by `node`.
OWNED_PARTS = {"Cart", "CartLine", "Checkout", "DeliveryGroup"}

STRANGERS = ("guest", "other", "seller", "operator")
# What a place for an id means, by its last name, or by "mutation.name" where that says nothing.
MEANT = {
    "cart": "Cart",
    "checkout": "Checkout",
    "group": "DeliveryGroup",
    "address": "Address",
    "cancelOrder.order": "Order",
    "line": "CartLine",
    "lines": "CartLine",
    "wishlist": "Wishlist",
    "session": "Session",
    "keep": "Session",
    "saveAddress.id": "Address",
    "deleteAddress.id": "Address",
    "variant": "Variant",
    "variants": "Variant",
    "notifications": "Notification",
    "offer": "Offer",
}
TEXTS = {"country": '"US"', "postalCode": '"10001"', "code": '"x"', "quantity": "1"}
# How a stranger is refused.
NOT_THEIRS = {"NOT_FOUND", "CART_NOT_FOUND", "CHECKOUT_NOT_FOUND", "UNAUTHENTICATED", "FORBIDDEN"}
# They look at a cart when somebody has signed in; that has a test of its own.
SIGN_IN_FIRST = {"login", "register"}
# It ends the stranger's own sessions, but for one that is none of them.
CONCERNS_ONLY_THE_CALLER = {"revokeOtherSessions"}
SIGN_IN = f"""
mutation($cart: ID!) {{
  login(input: {{email: "thief@example.com", password: "{PASSWORD}", cart: $cart}}) {{
    merge {{ cart {{ id }} userErrors {{ code }} }}
  }}
}}
"""


BEGIN_TO_BUY = """
mutation {
  setCartDestination(input: {postalCode: "10001"}) { userErrors { code } }
  createCheckout(input: {idempotencyKey: "owner"}) { checkout { id } userErrors { code message } }
}
"""


class Owner(NamedTuple):
    """An account with one of everything, all that it sees of it, and an id of each type."""

    principal: Principal
    document: str
    sees: Any  # any JSON
    ids: Mapping[str, str]


@pytest.fixture(scope="module")
async def owner(live_shop: Shop) -> Owner:
    key = decode_id_of("Viewer", live_shop.ids["Viewer"][0])
    principal = Principal(Role.CUSTOMER, str(key), account_id=key)
    add = f'lines: [{{variant: "{live_shop.ids["Variant"][0]}"}}]'
    await run(live_shop, change(SCHEMA, "addCartLines", given=f"input: {{{add}}}"), principal)
    walk = Walk(SCHEMA, samples_of(live_shop, 2), closed=lambda field: Role.CUSTOMER not in roles_of(field))
    viewer = walk._all_of(QUERIES["viewer"].type, DEEP)
    made = await run(live_shop, BEGIN_TO_BUY, principal)
    checkout = (
        f'checkout(id: "{made.data["createCheckout"]["checkout"]["id"]}") {{ id version status groups {{ id }} }}'
    )
    # What a cart costs is the shop's to change.
    document = f"{{ viewer{viewer} cart {{ id version lines {{ id quantity }} }} {checkout} }}"
    answer = await run(live_shop, document, principal)
    assert not answer.errors
    return Owner(principal, document, answer.data, dict(_ids_in(answer.data)))


@pytest.fixture(scope="module")
async def strangers(live_shop: Shop) -> Mapping[str, Principal]:
    database = live_shop.resources.database
    found = {"guest": ANYBODY}
    for name, role in (("other", Role.CUSTOMER), ("seller", Role.SELLER), ("operator", Role.OPERATOR)):
        seller_id = decode_id_of("Seller", live_shop.ids["Seller"][0]) if role is Role.SELLER else None
        key = await save_account(database, f"{name}@example.com", role=role, seller_id=seller_id)
        found[name] = Principal(role, str(key), account_id=key, acts_for=seller_id)
    return found


async def run(shop: Shop, document: str, caller: Principal) -> Answer:
    context = shop.context()
    context.principal = caller
    return await shop.run(document, context=context)


# Any JSON, hence Any, here and below.
def _ids_in(value: Any) -> Iterator[tuple[str, str]]:
    """One id of each owned type that is shown."""
    if isinstance(value, list):
        for one in value:
            yield from _ids_in(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _ids_in(one)
            kind = _kind(one) if name == "id" else None
            if kind in OWNED | OWNED_PARTS:
                yield kind, one


def _kind(id: str) -> str | None:
    try:
        return decode_global_id(id)[0]
    except BadInput:
        return None


def _codes(answer: Answer) -> set[str]:
    """The codes of errors and of `userErrors`."""
    told = [payload for payload in (answer.data or {}).values() if isinstance(payload, dict)]
    return {*answer.codes, *(error["code"] for payload in told for error in payload.get("userErrors", []))}


def test_every_type_with_an_id_is_public_the_operators_or_owned() -> None:
    node = SCHEMA.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)

    assert {type_.name for type_ in SCHEMA.get_possible_types(node)} == PUBLIC | OF_OPERATORS | OWNED


def test_the_owner_has_one_of_everything(owner: Owner) -> None:
    assert set(owner.ids) == OWNED | OWNED_PARTS


@pytest.mark.parametrize("kind", sorted(OWNED))
async def test_the_owner_finds_it_by_its_id(live_shop: Shop, owner: Owner, kind: str) -> None:
    answer = await run(live_shop, f'{{ node(id: "{owner.ids[kind]}") {{ id }} }}', owner.principal)

    assert answer.data == {"node": {"id": owner.ids[kind]}}


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("kind", sorted(OWNED))
async def test_strangers_find_nothing_by_its_id(
    live_shop: Shop, owner: Owner, strangers: Mapping[str, Principal], kind: str, who: str
) -> None:
    if who == "operator" and kind in SEEN_BY_OPERATORS:
        return
    id = owner.ids[kind]

    answer = await run(live_shop, f'{{ node(id: "{id}") {{ id }} nodes(ids: ["{id}"]) {{ id }} }}', strangers[who])

    assert answer.data == {"node": None, "nodes": [None]}


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("name", [name for name, one in QUERIES.items() if {"id", "ids"} & set(one.args)])
async def test_strangers_find_nothing_by_queries(
    live_shop: Shop, owner: Owner, strangers: Mapping[str, Principal], name: str, who: str
) -> None:
    for kind, id in owner.ids.items():
        if who == "operator" and kind in SEEN_BY_OPERATORS:
            continue
        given = f'ids: ["{id}"]' if "ids" in QUERIES[name].args else f'id: "{id}"'

        answer = await run(live_shop, f"{{ {name}({given}) {{ __typename }} }}", strangers[who])

        found = (answer.data or {}).get(name)
        assert found in (None, [None]), id


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("name", sorted(MUTATIONS))
async def test_strangers_change_nothing_by_mutations(
    live_shop: Shop, owner: Owner, strangers: Mapping[str, Principal], name: str, who: str
) -> None:
    """Each place for an id is given each of the owner's ids, the other places what they are meant for."""
    input_type = MUTATIONS[name].args["input"].type
    meant = _meant(live_shop, owner, name)
    for place in [path for path, scalar in leaves(input_type) if scalar == "ID"]:
        for kind, id in owner.ids.items():
            if who == "operator" and meant.get(place) == f'"{owner.ids["Order"]}"':
                continue  # theirs to change, too
            filled = {**meant, place: f'"{id}"'}
            document = change(SCHEMA, name, given=f"input: {least(input_type, filled=filled)}")

            answer = await run(live_shop, document, strangers[who])

            if name not in CONCERNS_ONLY_THE_CALLER:
                assert _codes(answer), (place, kind, answer.data)
            if filled[place] == meant.get(place) and name not in CONCERNS_ONLY_THE_CALLER | SIGN_IN_FIRST:
                assert _codes(answer) & NOT_THEIRS, (place, kind, _codes(answer))

    after = await run(live_shop, owner.document, owner.principal)
    assert after.data == owner.sees


async def test_who_signs_in_does_not_bring_anothers_cart(live_shop: Shop, owner: Owner) -> None:
    await save_account(live_shop.resources.database, "thief@example.com")

    answer = await live_shop.run(SIGN_IN, {"cart": owner.ids["Cart"]})

    assert answer.data["login"]["merge"] == {"cart": None, "userErrors": [{"code": "CART_NOT_FOUND"}]}
    after = await run(live_shop, owner.document, owner.principal)
    assert after.data == owner.sees


def _meant(shop: Shop, owner: Owner, mutation: str) -> Mapping[str, str]:
    """Literals for an input's places: the owner's ids and public ones where they belong, and texts that pass."""
    found = {}
    for path, scalar in leaves(MUTATIONS[mutation].args["input"].type):
        name = path.rpartition(".")[2].removesuffix("[]")
        if scalar != "ID":
            if name in TEXTS:
                found[path] = TEXTS[name]
            continue
        kind = MEANT.get(f"{mutation}.{name}", MEANT.get(name))
        if kind is not None:
            found[path] = f'"{owner.ids[kind] if kind in owner.ids else shop.ids[kind][0]}"'
    return found


def test_each_place_that_takes_an_owned_id_is_known() -> None:
    """Of the mutations that customers have: a place under a new name is to be added to `MEANT`."""
    named = {
        f"{name}{path}"
        for name, field in MUTATIONS.items()
        for path, scalar in leaves(field.args["input"].type)
        if scalar == "ID" and Role.CUSTOMER in roles_of(field) and not _is_known(name, path)
    }

    assert named == set()


def _is_known(mutation: str, path: str) -> bool:
    name = path.rpartition(".")[2].removesuffix("[]")
    return name in MEANT or f"{mutation}.{name}" in MEANT
