"""Addresses: an account that has any has one default, whatever happens at once."""

import asyncio
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.accounts import AddressDraft, AddressRecord, delete_address, save_address
from services.accounts.addresses import MOST_ADDRESSES
from services.unit_of_work import Database
from tests.factories.accounts import address_draft, save_account, save_some_address


async def _defaults(database: Database, account_id: UUID) -> list[UUID]:
    async with database.read() as session:
        found = sa.text("SELECT id FROM address WHERE account_id = :id AND is_default")
        return list(await session.scalars(found, {"id": account_id}))


async def _save(
    database: Database,
    account_id: UUID,
    id: UUID | None,
    draft: AddressDraft | None = None,
    *,
    is_default: bool = False,
) -> AddressRecord:
    async with database.unit() as unit:
        return await save_address(
            unit, account_id=account_id, id=id, draft=draft or address_draft(), is_default=is_default
        )


async def _delete(database: Database, account_id: UUID, id: UUID) -> UUID:
    async with database.unit() as unit:
        return await delete_address(unit, id=id, account_id=account_id)


async def test_keeps_an_address_in_one_spelling(database: Database) -> None:
    account_id = await save_account(database)
    draft = address_draft(
        recipient=" Ann ", company="", line2="  ", region="NY", postal_code=" ab1  2cd ", country="gb"
    )

    saved = await _save(database, account_id, None, draft)

    assert saved[1:] == (
        account_id, "Ann", None, "1 Main Street", None, "Springfield", "NY", "AB1 2CD", "GB", None, True,
    )  # fmt: skip


async def test_the_first_is_the_default_until_another_is_made_so(database: Database) -> None:
    account_id = await save_account(database)
    first, second = [await save_some_address(database, account_id) for _ in range(2)]
    assert await _defaults(database, account_id) == [first]

    await _save(database, account_id, second, is_default=True)
    assert await _defaults(database, account_id) == [second]

    await _save(database, account_id, second, is_default=False)
    third = await save_some_address(database, account_id, is_default=True)
    assert await _defaults(database, account_id) == [third]


async def test_the_newest_takes_the_place_of_a_default_that_goes(database: Database) -> None:
    account_id = await save_account(database)
    first, second, third = [await save_some_address(database, account_id) for _ in range(3)]

    await _delete(database, account_id, first)
    assert await _defaults(database, account_id) == [third]
    await _delete(database, account_id, second)
    assert await _defaults(database, account_id) == [third]
    await _delete(database, account_id, third)
    assert await _defaults(database, account_id) == []


async def test_refuses_with_all_reasons(database: Database) -> None:
    account_id = await save_account(database)

    lines = {"recipient": " ", "line1": "\x00", "city": "x" * 201, "phone": "\ud800"}
    draft = address_draft(postal_code="!", country="USA", **lines)

    with pytest.raises(Rejected) as refusal:
        await _save(database, account_id, None, draft)

    assert [(one.code, one.path) for one in refusal.value.problems] == [
        ("BAD_ADDRESS", ("recipient",)),
        ("BAD_ADDRESS", ("line1",)),
        ("BAD_ADDRESS", ("city",)),
        ("BAD_ADDRESS", ("phone",)),
        ("BAD_COUNTRY", ("country",)),
        ("BAD_POSTAL_CODE", ("postalCode",)),
    ]


async def test_another_s_address_is_none(database: Database) -> None:
    mine, other = await save_account(database), await save_account(database, "bob@example.com")
    theirs, own = await save_some_address(database, other), await save_some_address(database, mine)

    for key in (theirs, uuid4()):
        for attempt in (_save(database, mine, key, is_default=True), _delete(database, mine, key)):
            with pytest.raises(Rejected) as refusal:
                await attempt
            assert [(one.code, one.path) for one in refusal.value.problems] == [("NOT_FOUND", ("id",))]

    assert await _defaults(database, other) == [theirs]
    assert await _defaults(database, mine) == [own]


async def test_takes_no_more_than_an_account_can_have_also_at_once(database: Database) -> None:
    account_id = await save_account(database)
    for _ in range(MOST_ADDRESSES - 2):
        await save_some_address(database, account_id)

    outcomes = await asyncio.gather(
        *(save_some_address(database, account_id, is_default=True) for _ in range(5)), return_exceptions=True
    )

    refused = [one.problems[0].code for one in outcomes if isinstance(one, Rejected)]
    assert refused == ["TOO_MANY_ADDRESSES"] * 3
    assert len(await _defaults(database, account_id)) == 1


async def test_first_addresses_at_once_make_one_default(database: Database) -> None:
    account_id = await save_account(database)

    saved = await asyncio.gather(*(save_some_address(database, account_id) for _ in range(5)))
    assert len(await _defaults(database, account_id)) == 1

    await asyncio.gather(
        *(_delete(database, account_id, key) for key in saved[:3]),
        *(_save(database, account_id, key, is_default=True) for key in saved[3:]),
    )
    assert len(await _defaults(database, account_id)) == 1
