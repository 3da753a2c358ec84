"""One account sees nothing of another's, by whatever way."""

import pytest

from core.ids import decode_id_of, encode_global_id
from services.accounts.tokens import Role
from tests.factories.accounts import save_account, save_session, save_some_address
from tests.fixtures.shop import Shop

NODE = """query($id: ID!) { node(id: $id) {
  __typename ... on Viewer { email } ... on Address { line1 } ... on Session { userAgent }
} }"""
SAVE = """mutation($input: SaveAddressInput!) {
  saveAddress(input: $input) { address { id line1 company isDefault } userErrors { code path } }
}"""
DELETE = "mutation($id: ID!) { deleteAddress(input: {id: $id}) { deletedId userErrors { code path } } }"
REVOKE = "mutation($id: ID!) { revokeSession(input: {session: $id}) { endedId userErrors { code } } }"
VIEWER = """{ viewer {
  email defaultAddress { line1 } addresses { edges { node { line1 } } } sessions { edges { node { id } } }
} }"""
LINES = {"recipient": "Ann", "line1": "2 Side Street", "city": "Springfield", "postalCode": "1", "country": "US"}


@pytest.fixture
async def things(own_shop: Shop) -> dict[str, str]:
    """What an account has, by type; its id in the graph is that of the `Viewer`."""
    database = own_shop.resources.database
    account_id = await save_account(database)
    opened, address_id = await save_session(database, account_id), await save_some_address(database, account_id)
    return {
        "Viewer": encode_global_id("Viewer", account_id),
        "Address": encode_global_id("Address", address_id),
        "Session": encode_global_id("Session", opened.session.id),
    }


async def test_an_owner_finds_what_is_theirs_by_id(own_shop: Shop, things: dict[str, str]) -> None:
    account = decode_id_of("Viewer", things["Viewer"])

    found = [(await own_shop.run(NODE, {"id": key}, account=account)).data["node"] for key in things.values()]

    assert found == [
        {"__typename": "Viewer", "email": "ann@example.com"},
        {"__typename": "Address", "line1": "1 Main Street"},
        {"__typename": "Session", "userAgent": "Test/1.0"},
    ]


async def test_others_find_nothing_by_id(own_shop: Shop, things: dict[str, str]) -> None:
    other = await save_account(own_shop.resources.database, "bob@example.com")

    answers = [await own_shop.run(NODE, {"id": key}, account=other) for key in things.values()]
    answers += [await own_shop.run(NODE, {"id": key}, role=role) for key in things.values() for role in Role]

    assert all(answer.data == {"node": None} and answer.errors == [] for answer in answers)


async def test_others_change_nothing(own_shop: Shop, things: dict[str, str]) -> None:
    other = await save_account(own_shop.resources.database, "bob@example.com")

    saved = await own_shop.run(SAVE, {"input": {**LINES, "id": things["Address"]}}, account=other)
    deleted = await own_shop.run(DELETE, {"id": things["Address"]}, account=other)
    revoked = await own_shop.run(REVOKE, {"id": things["Session"]}, account=other)

    missing = [{"code": "NOT_FOUND", "path": ["id"]}]
    assert saved.data["saveAddress"] == {"address": None, "userErrors": missing}
    assert deleted.data["deleteAddress"] == {"deletedId": None, "userErrors": missing}
    assert revoked.data["revokeSession"] == {"endedId": None, "userErrors": [{"code": "NOT_FOUND"}]}
    viewer = (await own_shop.run(VIEWER, account=decode_id_of("Viewer", things["Viewer"]))).data["viewer"]
    assert viewer == {
        "email": "ann@example.com",
        "defaultAddress": {"line1": "1 Main Street"},
        "addresses": {"edges": [{"node": {"line1": "1 Main Street"}}]},
        "sessions": {"edges": [{"node": {"id": things["Session"]}}]},
    }


async def test_a_viewer_sees_their_own_things_alone(own_shop: Shop, things: dict[str, str]) -> None:
    other = await save_account(own_shop.resources.database, "bob@example.com")

    answer = await own_shop.run(VIEWER, account=other)

    assert answer.data["viewer"] == {
        "email": "bob@example.com",
        "defaultAddress": None,
        "addresses": {"edges": []},
        "sessions": {"edges": []},
    }


async def test_saves_changes_and_removes_addresses(own_shop: Shop, things: dict[str, str]) -> None:
    account = decode_id_of("Viewer", things["Viewer"])

    new = (await own_shop.run(SAVE, {"input": LINES}, account=account)).data["saveAddress"]["address"]
    changed = (
        await own_shop.run(
            SAVE, {"input": {**LINES, "id": new["id"], "company": "Acme", "isDefault": True}}, account=account
        )
    ).data["saveAddress"]["address"]
    bad = (await own_shop.run(SAVE, {"input": {**LINES, "line1": "", "country": "X"}}, account=account)).data
    deleted = (await own_shop.run(DELETE, {"id": new["id"]}, account=account)).data["deleteAddress"]

    assert new == {"id": new["id"], "line1": "2 Side Street", "company": None, "isDefault": False}
    assert changed == {"id": new["id"], "line1": "2 Side Street", "company": "Acme", "isDefault": True}
    assert bad["saveAddress"]["userErrors"] == [
        {"code": "BAD_ADDRESS", "path": ["line1"]},
        {"code": "BAD_COUNTRY", "path": ["country"]},
    ]
    assert deleted == {"deletedId": new["id"], "userErrors": []}
    viewer = (await own_shop.run(VIEWER, account=account)).data["viewer"]
    assert viewer["defaultAddress"] == {"line1": "1 Main Street"}


async def test_pages_addresses_newest_first(own_shop: Shop, things: dict[str, str]) -> None:
    account = decode_id_of("Viewer", things["Viewer"])
    for number in range(3):
        await save_some_address(own_shop.resources.database, account, line1=f"{number}")
    document = """query($after: String) { viewer { addresses(first: 2, after: $after) {
      edges { node { line1 } } pageInfo { endCursor hasNextPage }
    } } }"""

    first = (await own_shop.run(document, account=account)).data["viewer"]["addresses"]
    after = first["pageInfo"]["endCursor"]
    second = (await own_shop.run(document, {"after": after}, account=account)).data["viewer"]["addresses"]
    other = await save_account(own_shop.resources.database, "bob@example.com")
    stale = await own_shop.run(document, {"after": after}, account=other)

    lines = [edge["node"]["line1"] for edge in first["edges"] + second["edges"]]
    assert lines == ["2", "1", "0", "1 Main Street"]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert stale.codes == ["STALE_CURSOR"]
