"""Stock for tests: variants with units in warehouses, and an audit of all that must always hold."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from services.catalog.drafts import WarehouseDraft
from services.idempotency import Attempt
from services.imports.commands import save_catalog, save_products
from services.inventory.reservations import Claim, Granted, Refused, Wanted, reserve_many
from services.unit_of_work import Database
from tests.factories.catalog import WAREHOUSES, catalog_draft, product_draft, variant_draft

FIFTEEN_MINUTES = timedelta(minutes=15)
NORTH = WarehouseDraft(code="NORTH", name="Fargo", country="US", postal_code="58102", latitude=46.9, longitude=-96.8)
# A level for each rule that is broken; empty when all is right.
_AUDIT = (
    """
    SELECT 'ledger', variant_id, warehouse_id FROM inventory_level l
    FULL JOIN (
        SELECT variant_id, warehouse_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
        FROM inventory_ledger_entry GROUP BY 1, 2
    ) AS e USING (variant_id, warehouse_id)
    WHERE (l.on_hand, l.reserved) IS DISTINCT FROM (e.on_hand, e.reserved)
        AND (coalesce(l.on_hand, 0), coalesce(l.reserved, 0)) <> (coalesce(e.on_hand, 0), coalesce(e.reserved, 0))
    """,
    """
    SELECT 'reserved', variant_id, warehouse_id FROM inventory_level l
    FULL JOIN (
        SELECT a.variant_id, a.warehouse_id, sum(a.quantity) AS held
        FROM allocation a JOIN reservation r ON r.id = a.reservation_id WHERE r.status = 'held' GROUP BY 1, 2
    ) AS h USING (variant_id, warehouse_id)
    WHERE l.variant_id IS NULL OR l.reserved <> coalesce(h.held, 0)
    """,
    """
    SELECT 'line', variant_id, reservation_id FROM reservation_line l
    FULL JOIN (
        SELECT reservation_id, variant_id, sum(quantity) AS allocated FROM allocation GROUP BY 1, 2
    ) AS a USING (reservation_id, variant_id)
    WHERE l.quantity IS DISTINCT FROM coalesce(a.allocated, 0)
    """,
    "SELECT 'bounds', variant_id, warehouse_id FROM inventory_level WHERE reserved < 0 OR reserved > on_hand",
    "SELECT 'empty', id, id FROM reservation WHERE id NOT IN (SELECT reservation_id FROM reservation_line)",
)


class Stocked(NamedTuple):
    """Variants in the order in which their stock was given, and warehouses by code."""

    variants: Sequence[UUID]
    warehouses: Mapping[str, UUID]


class Units(NamedTuple):
    on_hand: int
    reserved: int


async def save_stock(database: Database, *stock: Mapping[str, int], prefix: str = "S") -> Stocked:
    """One variant for each of `stock`, which says how many units are in the warehouses EAST, WEST and NORTH.

    Their SKUs are S-0, S-1 and so on.
    """
    products = [
        product_draft(f"P-{prefix}-{number}", variants=(variant_draft(f"{prefix}-{number}", stock=levels),))
        for number, levels in enumerate(stock)
    ]
    async with database.unit() as unit:
        await save_catalog(unit, catalog_draft(warehouses=(*WAREHOUSES, NORTH)))
        await save_products(unit, products)
    async with database.read() as session:
        found = {row.sku: row.id for row in await session.execute(sa.text("SELECT sku, id FROM variant"))}
        places = {row.code: row.id for row in await session.execute(sa.text("SELECT code, id FROM warehouse"))}
    return Stocked([found[f"{prefix}-{number}"] for number in range(len(stock))], places)


def claim(
    *wanted: tuple[UUID, int],
    ranking: Sequence[UUID] | None = None,
    key: str | None = None,
    allow_partial: bool = False,
    hold: timedelta = FIFTEEN_MINUTES,
    reference: str | None = None,
) -> Claim:
    """A claim of variants and quantities, for 15 minutes; with `key`, once."""
    return Claim(
        wanted=[Wanted(variant_id, quantity) for variant_id, quantity in wanted],
        hold=hold,
        ranking=ranking,
        reference=reference,
        actor="tester",
        attempt=None if key is None else Attempt("test", key, repr(wanted)),
        allow_partial=allow_partial,
    )


async def reserve_all(database: Database, *claims: Claim, low_stock_units: int = 0) -> Sequence[Granted | Refused]:
    """All claims in one transaction, committed."""
    async with database.unit() as unit:
        return await reserve_many(unit, claims, low_stock_units=low_stock_units)


async def save_place(database: Database, code: str, warehouses: Sequence[str]) -> None:
    """A postal code in the US that these warehouses deliver to, the nearest first."""
    zone = {"zone": new_id(), "code": code}
    lanes = [
        {"zone": zone["zone"], "method": new_id(), "warehouse": name, "km": n} for n, name in enumerate(warehouses)
    ]
    async with database.unit() as unit:
        run = unit.session.execute
        await run(
            sa.text("INSERT INTO delivery_zone (id, code, name, country) VALUES (:zone, :code, :code, 'US')"), zone
        )
        await run(sa.text("INSERT INTO postal_code (country, code, zone_id) VALUES ('US', :code, :zone)"), zone)
        if lanes:
            await run(
                sa.text(
                    """
                    INSERT INTO delivery_lane (zone_id, warehouse_id, method_id, distance_km, price_minor, currency,
                        min_days, max_days)
                    SELECT :zone, id, :method, :km, 500, 'USD', 1, 3 FROM warehouse WHERE code = :warehouse
                    """
                ),
                lanes,
            )


async def hold(database: Database, *wanted: tuple[UUID, int], lasts: timedelta = FIFTEEN_MINUTES) -> UUID:
    """The id of a committed reservation."""
    (outcome,) = await reserve_all(database, claim(*wanted, hold=lasts))
    assert isinstance(outcome, Granted), outcome
    return outcome.reservation.id


async def make_due(database: Database, *reservation_ids: UUID) -> None:
    """Let the time of holds be over."""
    # Locked in order: others may do the same.
    statement = sa.text("""
        WITH due AS MATERIALIZED (SELECT id FROM reservation WHERE id = ANY(:ids) ORDER BY id FOR UPDATE)
        UPDATE reservation SET expires_at = now() - interval '1 second' FROM due WHERE reservation.id = due.id
    """)
    ids = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
    async with database.unit() as unit:
        await unit.session.execute(statement.bindparams(ids), {"ids": reservation_ids})


async def units_of(database: Database, variant_id: UUID) -> Mapping[str, Units]:
    """What is on hand and reserved by the warehouses' codes."""
    statement = sa.text(
        "SELECT code, on_hand, reserved FROM inventory_level JOIN warehouse ON id = warehouse_id WHERE variant_id = :id"
    )
    async with database.read() as session:
        rows = await session.execute(statement, {"id": variant_id})
        return {row.code: Units(row.on_hand, row.reserved) for row in rows}


async def published(database: Database, type_: str) -> Sequence[Mapping[str, object]]:
    """The payloads of all events of a type, in order."""
    statement = sa.text("SELECT payload FROM outbox_event WHERE type = :type ORDER BY sequence")
    async with database.read() as session:
        return (await session.scalars(statement, {"type": type_})).all()


async def broken_rules(database: Database) -> Sequence[tuple[object, ...]]:
    """What does not add up: ledger and levels, reserved and held allocations, lines and their allocations."""
    async with database.read() as session:
        return [tuple(row) for rule in _AUDIT for row in await session.execute(sa.text(rule))]
