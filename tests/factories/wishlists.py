"""Accounts with wishlists, the events that wishlists hear, and what their owners were told."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa

from core.clock import utc_now
from core.ids import new_id
from core.settings import Settings
from ports.broker import Delivery
from services import wishlists
from services.catalog.commands import set_price
from services.consumers import consumers
from services.events import Event
from services.inventory.commands import set_level
from services.messaging import handle
from services.messaging.handling import Handled
from services.unit_of_work import Database
from services.wishlists import AlertWish
from tests.factories.stock import Stocked

CURRENCY = "USD"
BUSY_KEY = "the-list-of-a-busy-account-00000"
_MANY = 22
(CONSUMER,) = (one for one in consumers(Settings()) if one.name == "wishlists")


class Told(NamedTuple):
    """A notification, without its times."""

    account_id: UUID
    kind: str
    variant_id: UUID
    price_minor: int | None
    before_minor: int | None


async def save_accounts(database: Database, count: int = 1, *, verified: bool = True) -> Sequence[UUID]:
    """Customers with the addresses customer-0@example.com and so on, going on from call to call."""
    statement = sa.text(
        """
        INSERT INTO account (id, email, email_key, email_verified_at, password_hash)
        SELECT id, name, name, CASE WHEN :verified THEN now() END, '-' FROM (
            SELECT id, 'customer-' || (SELECT count(*) FROM account) + place - 1 || '@example.com' AS name
            FROM unnest(:ids) WITH ORDINALITY AS one (id, place)
        ) AS named
        """
    ).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())))
    ids = [new_id() for _ in range(count)]
    async with database.unit() as unit:
        await unit.session.execute(statement, {"ids": ids, "verified": verified})
    return ids


async def save_wishlist(
    database: Database,
    account_id: UUID,
    *variants: UUID,
    name: str = "Garden",
    stock: bool = False,
    price: bool = False,
) -> UUID:
    """A list with these variants, and with alerts for all of them where asked for."""
    async with database.unit() as unit:
        made = await wishlists.create(unit, account_id=account_id, name=name)
        await wishlists.add_items(
            unit, account_id=account_id, wishlist_id=made.id, variant_ids=variants, currency=CURRENCY
        )
    if stock or price:
        await ask(database, account_id, made.id, *(AlertWish(one, stock or None, price or None) for one in variants))
    return made.id


async def ask(database: Database, account_id: UUID, wishlist_id: UUID, *wishes: AlertWish) -> None:
    async with database.unit() as unit:
        await wishlists.save_alerts(
            unit, account_id=account_id, wishlist_id=wishlist_id, wishes=wishes, currency=CURRENCY
        )


async def save_busy_lists(database: Database, account_id: UUID) -> None:
    """Give an account many lists of many items, one of them shared by `BUSY_KEY`, and many notifications."""
    async with database.read() as session:
        variants = (await session.scalars(sa.text("SELECT id FROM variant ORDER BY sku"))).all()
    for number in range(_MANY):
        last = await save_wishlist(database, account_id, *variants[number : number + _MANY], name=f"List {number}")
    tell = """
        INSERT INTO notification (id, account_id, kind, variant_id, event_id, price_minor, before_minor, currency)
        SELECT gen_random_uuid(), :account, 'price_dropped', id, gen_random_uuid(), 1, 2, 'USD'
        FROM variant ORDER BY sku LIMIT :many
    """
    async with database.unit() as unit:
        await unit.session.execute(sa.text(tell), {"account": account_id, "many": _MANY})
        share = sa.text("UPDATE wishlist SET share_key = :key WHERE id = :id")
        await unit.session.execute(share, {"key": BUSY_KEY, "id": last})


async def save_watchers(database: Database, variant_id: UUID, count: int, *, price_minor: int) -> Sequence[UUID]:
    """Accounts that wait for a variant that is out of stock, and for a price below this one; set-based, for many."""
    accounts = await save_accounts(database, count)
    async with database.unit() as unit:
        ids = sa.bindparam("accounts", type_=sa.ARRAY(sa.Uuid()))
        given = {"accounts": accounts, "variant": variant_id, "price": price_minor}
        make = "INSERT INTO wishlist (id, account_id, name) SELECT gen_random_uuid(), id, 'A' FROM unnest(:accounts) id"
        await unit.session.execute(sa.text(make).bindparams(ids), {"accounts": accounts})
        fill = """
            INSERT INTO wishlist_item (wishlist_id, variant_id, currency, alerts_stock, was_available, alerts_price,
                watched_minor, watched_at)
            SELECT id, :variant, 'USD', true, false, true, :price, now() FROM wishlist WHERE account_id = ANY(:accounts)
        """
        await unit.session.execute(sa.text(fill).bindparams(ids), given)
    return accounts


async def put_in_stock(database: Database, stocked: Stocked, place: int, units: int) -> None:
    """Have so many units of a variant in EAST."""
    async with database.unit() as unit:
        await set_level(
            unit, variant_id=stocked.variants[place], warehouse_id=stocked.warehouses["EAST"], on_hand=units
        )


async def ask_price(database: Database, variant_id: UUID, price_minor: int) -> None:
    """Let the only offer of a variant cost so much."""
    async with database.unit() as unit:
        offer_id = await unit.session.scalar(sa.text("SELECT id FROM offer WHERE variant_id = :id"), {"id": variant_id})
        await set_price(unit, offer_id=offer_id, price_minor=price_minor)


def announced(event: Event) -> Delivery:
    """An event as the broker hands it out."""
    row, key = event.as_row(), new_id()
    body = {
        "id": str(key),
        "type": row["type"],
        "schemaVersion": row["schema_version"],
        "key": row["key"],
        "occurredAt": utc_now().isoformat(),
        "payload": row["payload"],
    }
    return Delivery(key, CONSUMER.topics[0], row["key"], orjson.dumps(body), 0, f"{CONSUMER.topics[0]}/0/{key}")


async def hear(database: Database, event: Event | Delivery) -> Handled:
    """Let wishlists hear an event, as a worker does."""
    return await handle(database, CONSUMER, event if isinstance(event, Delivery) else announced(event))


async def told(database: Database) -> Sequence[Told]:
    """All notifications, in their order."""
    columns = ", ".join(Told._fields)
    async with database.read() as session:
        return [
            Told._make(row) for row in await session.execute(sa.text(f"SELECT {columns} FROM notification ORDER BY id"))
        ]
