"""Every field as every role, found in the schema itself: what declares roles refuses all others, and what declares none
refuses nobody."""

from collections.abc import Mapping

import pytest

from core.ids import decode_id_of
from resolvers.context import RequestContext
from schema.schema import build_schema
from services.accounts.tokens import ANYBODY, SIGNED_IN, Principal, Role
from tests.fixtures.shop import Shop
from tests.graphql.least import change
from tests.graphql.reach import Reach, fields_with_roles, object_types, roles_of
from tests.graphql.samples import samples_of
from web.asked import Asked
from web.subscriptions.shared import SharedAnswers
from web.subscriptions.streams import Stream, open_stream

SCHEMA = build_schema()._schema
READABLE = object_types(SCHEMA, SCHEMA.query_type)
assert SCHEMA.mutation_type is not None
assert SCHEMA.subscription_type is not None
MUTATIONS = SCHEMA.mutation_type.fields
SUBSCRIPTIONS = SCHEMA.subscription_type.fields
GUARDED = {(type_name, name): roles for type_name, name, roles in fields_with_roles(SCHEMA)}
REFUSALS = {"UNAUTHENTICATED", "FORBIDDEN"}
ADD = """
mutation($variant: ID!) { addCartLines(input: {lines: [{variant: $variant}]}) { userErrors { code } } }
"""
# Without a session, there is none to end.
SAYS_WHO_IT_NEEDS = {"logout"}


@pytest.fixture(scope="module")
async def callers(live_shop: Shop) -> Mapping[Role, Principal]:
    """Somebody in each role, with the account of the shop that has most, and a cart."""
    key = decode_id_of("Viewer", live_shop.ids["Viewer"][0])
    seller_id = decode_id_of("Seller", live_shop.ids["Seller"][0])
    added = await live_shop.run(ADD, {"variant": live_shop.ids["Variant"][0]}, account=key)
    assert added.data["addCartLines"]["userErrors"] == []
    account = {role: Principal(role, str(key), account_id=key) for role in SIGNED_IN}
    return {**account, Role.ANONYMOUS: ANYBODY, Role.SELLER: account[Role.SELLER]._replace(acts_for=seller_id)}


@pytest.fixture(scope="module")
def reach(live_shop: Shop) -> Reach:
    return Reach(SCHEMA, samples_of(live_shop, 2))


def context(shop: Shop, caller: Principal) -> RequestContext:
    made = shop.context()
    made.principal = caller
    return made


def expected(role: Role) -> str:
    return "UNAUTHENTICATED" if role is Role.ANONYMOUS else "FORBIDDEN"


def test_whatever_declares_a_role_is_reached_by_these_tests() -> None:
    roots = {("Mutation", name) for name in MUTATIONS} | {("Subscription", name) for name in SUBSCRIPTIONS}

    assert [key for key in GUARDED if key not in roots and key[0] not in READABLE] == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("type_name", sorted(READABLE))
async def test_types_show_each_role_what_it_may_see(
    live_shop: Shop, reach: Reach, callers: Mapping[Role, Principal], type_name: str, role: Role
) -> None:
    type_, way = READABLE[type_name], reach.way(type_name)
    names = [name for name, field in type_.fields.items() if role in roles_of(field)]

    answer = await live_shop.run(reach.query(way, type_, names), context=context(live_shop, callers[role]))

    if role in way.roles:
        assert REFUSALS & set(answer.codes) == set(), answer.errors
    else:
        assert set(answer.codes) == {expected(role)}


REFUSED = [
    (f"{type_name}.{name}", role)
    for (type_name, name), roles in sorted(GUARDED.items())
    for role in Role
    if type_name in READABLE and role not in roles
]


@pytest.mark.parametrize(("field", "role"), REFUSED)
async def test_fields_refuse_other_roles(
    live_shop: Shop, reach: Reach, callers: Mapping[Role, Principal], field: str, role: Role
) -> None:
    type_name, name = field.split(".")
    query = reach.query(reach.way(type_name), READABLE[type_name], [name])

    answer = await live_shop.run(query, context=context(live_shop, callers[role]))

    assert set(answer.codes) == {expected(role)}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", sorted(MUTATIONS))
async def test_mutations_refuse_other_roles_and_no_role_of_theirs(
    live_shop: Shop, callers: Mapping[Role, Principal], name: str, role: Role
) -> None:
    answer = await live_shop.run(change(SCHEMA, name), context=context(live_shop, callers[role]))

    _check(answer.codes, name, role, roles_of(MUTATIONS[name]))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", sorted(SUBSCRIPTIONS))
async def test_subscriptions_refuse_other_roles_and_no_role_of_theirs(
    live_shop: Shop, callers: Mapping[Role, Principal], name: str, role: Role
) -> None:
    text = change(SCHEMA, name)
    found = await open_stream(
        live_shop.executor,
        Asked(text, None, None),
        live_shop.executor.prepare(text),
        context(live_shop, callers[role]),
        shared=SharedAnswers(),
    )

    errors = [] if isinstance(found, Stream) else found["errors"]
    _check([error["extensions"]["code"] for error in errors], name, role, roles_of(SUBSCRIPTIONS[name]))


def _check(codes: list[str], name: str, role: Role, roles: frozenset[Role]) -> None:
    if role not in roles:
        assert set(codes) == {expected(role)}
    elif name not in SAYS_WHO_IT_NEEDS:
        assert REFUSALS & set(codes) == set()
