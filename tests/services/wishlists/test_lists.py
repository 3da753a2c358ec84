"""Making, naming, sharing and deleting wishlists."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from core.problems import Rejected
from services import wishlists
from services.unit_of_work import Database, UnitOfWork
from services.wishlists import WishlistRecord
from services.wishlists.lists import MOST_WISHLISTS
from services.wishlists.queries import SHARE_KEY
from tests.factories.wishlists import save_accounts, save_wishlist


@pytest.fixture
async def owner(database: Database) -> UUID:
    (account_id,) = await save_accounts(database)
    return account_id


Command = Callable[[UnitOfWork], Awaitable[object]]


async def refusal_of(database: Database, command: Command) -> list[tuple[str, tuple[str, ...]]]:
    """The codes and paths that a command is refused with."""
    async with database.unit() as unit:
        with pytest.raises(Rejected) as refusal:
            await command(unit)
    return [(one.code, one.path) for one in refusal.value.problems]


async def lists_of(database: Database, account_id: UUID) -> list[WishlistRecord]:
    async with database.read() as session:
        return list(await wishlists.list_wishlists(session, account_id=account_id, first=100, after=None))


async def share(database: Database, owner: UUID, list_id: UUID) -> str:
    async with database.unit() as unit:
        shared = await wishlists.share(unit, account_id=owner, wishlist_id=list_id)
    assert shared.share_key is not None
    return shared.share_key


async def unshare(database: Database, owner: UUID, list_id: UUID) -> None:
    async with database.unit() as unit:
        await wishlists.unshare(unit, account_id=owner, wishlist_id=list_id)


async def find(database: Database, key: str) -> UUID | None:
    async with database.read() as session:
        found = await wishlists.find_shared(session, key)
    return None if found is None else found.id


async def test_lists_are_made_renamed_and_deleted(database: Database, owner: UUID) -> None:
    first, second = [await save_wishlist(database, owner, name=name) for name in ("Garden", "Kitchen")]

    async with database.unit() as unit:
        await wishlists.rename(unit, account_id=owner, wishlist_id=first, name="Gärten")
        await wishlists.delete(unit, account_id=owner, id=second)

    assert [(one.id, one.name, one.share_key) for one in await lists_of(database, owner)] == [(first, "Gärten", None)]


async def test_names_are_kept_without_the_spaces_around_them(database: Database, owner: UUID) -> None:
    list_id = await save_wishlist(database, owner, name=" Garden ")
    made = await lists_of(database, owner)

    async with database.unit() as unit:
        renamed = await wishlists.rename(unit, account_id=owner, wishlist_id=list_id, name="Pond\u00a0")

    assert ([one.name for one in made], renamed.name) == (["Garden"], "Pond")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 201, "a\0b", "a\nb", "a\u202eb", "\ud800"])
async def test_refuses_names_that_nobody_can_read(database: Database, owner: UUID, name: str) -> None:
    list_id = await save_wishlist(database, owner)

    made = await refusal_of(database, lambda unit: wishlists.create(unit, account_id=owner, name=name))
    renamed = await refusal_of(
        database, lambda unit: wishlists.rename(unit, account_id=owner, wishlist_id=list_id, name=name)
    )

    assert made == renamed == [("BAD_NAME", ("name",))]


async def test_many_at_once_do_not_make_more_lists_than_an_account_can_have(database: Database, owner: UUID) -> None:
    for number in range(MOST_WISHLISTS - 2):
        await save_wishlist(database, owner, name=f"List {number}")

    outcomes = await asyncio.gather(*(save_wishlist(database, owner) for _ in range(6)), return_exceptions=True)

    refused = [one for one in outcomes if isinstance(one, Rejected)]
    assert [one.problems[0].code for one in refused] == ["TOO_MANY_WISHLISTS"] * 4
    assert len(await lists_of(database, owner)) == MOST_WISHLISTS


async def test_lists_of_others_do_not_exist(database: Database, owner: UUID) -> None:
    list_id = await save_wishlist(database, owner)
    (stranger,) = await save_accounts(database)

    mine = {"account_id": stranger, "wishlist_id": list_id}
    attempts: dict[str, Command] = {
        "rename": lambda unit: wishlists.rename(unit, **mine, name="Mine"),
        "delete": lambda unit: wishlists.delete(unit, account_id=stranger, id=list_id),
        "share": lambda unit: wishlists.share(unit, **mine),
        "unshare": lambda unit: wishlists.unshare(unit, **mine),
        "add": lambda unit: wishlists.add_items(unit, **mine, variant_ids=[], currency="USD"),
        "remove": lambda unit: wishlists.remove_items(unit, **mine, variant_ids=[]),
        "alerts": lambda unit: wishlists.save_alerts(unit, **mine, wishes=[], currency="USD"),
    }

    codes = {verb: await refusal_of(database, attempt) for verb, attempt in attempts.items()}

    assert codes == {verb: [("NOT_FOUND", ("wishlist",))] for verb in attempts}
    assert [one.name for one in await lists_of(database, owner)] == ["Garden"]
    assert await lists_of(database, stranger) == []


async def test_a_shared_list_is_found_by_its_key_until_it_is_shared_no_longer(database: Database, owner: UUID) -> None:
    list_id = await save_wishlist(database, owner)

    first, again = await share(database, owner, list_id), await share(database, owner, list_id)
    found = await find(database, first)
    await unshare(database, owner, list_id)
    second = await share(database, owner, list_id)

    assert (first, found) == (again, list_id)
    assert second != first
    assert [await find(database, key) for key in (first, second)] == [None, list_id]


async def test_keys_are_long_and_differ(database: Database, owner: UUID) -> None:
    ids = [await save_wishlist(database, owner, name=f"List {number}") for number in range(20)]

    keys = {await share(database, owner, list_id) for list_id in ids}

    assert len(keys) == 20
    assert all(SHARE_KEY.fullmatch(key) for key in keys)


@pytest.mark.parametrize("key", ["", "a\0b", "x" * 32, "ü" * 32, "x" * 100_000, "%", "\ud800"])
async def test_any_other_text_is_no_key(database: Database, owner: UUID, key: str) -> None:
    await save_wishlist(database, owner)

    assert await find(database, key) is None
