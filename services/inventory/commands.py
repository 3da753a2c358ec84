"""Writes of stock. What is on hand never falls below what is reserved: those units are somebody's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import NotFound, Rejected
from core.recordset import as_recordset
from models.catalog import Variant
from models.inventory import InventoryLevel, Warehouse
from services.catalog.drafts import WarehouseDraft
from services.inventory.events import StockChanged
from services.inventory.problems import BadQuantity
from services.unit_of_work import UnitOfWork

LARGEST_QUANTITY = 10**9
_SET_LEVELS = sa.text(
    """
    INSERT INTO inventory_level AS level (variant_id, warehouse_id, on_hand)
    SELECT variant_id, warehouse_id, on_hand
    FROM json_to_recordset(CAST(:rows AS json)) AS d(variant_id uuid, warehouse_id uuid, on_hand bigint)
    ORDER BY variant_id, warehouse_id
    ON CONFLICT (variant_id, warehouse_id) DO UPDATE SET
        on_hand = GREATEST(excluded.on_hand, level.reserved), version = level.version + 1
    WHERE level.on_hand <> GREATEST(excluded.on_hand, level.reserved)
    RETURNING variant_id
    """
)
_SAVE_WAREHOUSES = sa.text(
    """
    INSERT INTO warehouse AS w (id, code, name, country, postal_code, latitude, longitude)
    SELECT id, code, name, country, postal_code, latitude, longitude
    FROM json_to_recordset(CAST(:rows AS json)) AS d(
        id uuid, code text, name text, country text, postal_code text, latitude float8, longitude float8)
    ON CONFLICT (code) DO UPDATE SET
        (name, country, postal_code, latitude, longitude, updated_at) =
        (excluded.name, excluded.country, excluded.postal_code, excluded.latitude, excluded.longitude, now())
    WHERE (w.name, w.country, w.postal_code, w.latitude, w.longitude) IS DISTINCT FROM
        (excluded.name, excluded.country, excluded.postal_code, excluded.latitude, excluded.longitude)
    """
)


class Level(NamedTuple):
    """That `on_hand` units of a variant are in a warehouse."""

    variant_id: UUID
    warehouse_id: UUID
    on_hand: int


async def set_level(unit: UnitOfWork, *, variant_id: UUID, warehouse_id: UUID, on_hand: int) -> None:
    """Set what a warehouse has of a variant, but never below what is reserved there.

    Raises `Rejected`: NOT_FOUND for an unknown variant or warehouse, BAD_QUANTITY for a negative or absurd number.
    """
    product_id = await unit.session.scalar(sa.select(Variant.product_id).where(Variant.id == variant_id))
    if product_id is None:
        raise Rejected(NotFound(message="There is no such variant.", path=("variant_id",), kind="Variant"))
    if await unit.session.scalar(sa.select(Warehouse.id).where(Warehouse.id == warehouse_id)) is None:
        raise Rejected(NotFound(message="There is no such warehouse.", path=("warehouse_id",), kind="Warehouse"))
    await set_levels(unit, [Level(variant_id, warehouse_id, on_hand)], announced_as={variant_id: product_id})


async def set_levels(unit: UnitOfWork, levels: Sequence[Level], *, announced_as: Mapping[UUID, UUID]) -> None:
    """Set many levels in one statement and publish one event per variant whose stock changed.

    `announced_as` maps variants to products; variants that are not in it change silently, which is for new products:
    their own event says it. Raises `Rejected` (BAD_QUANTITY).
    """
    if not all(0 <= level.on_hand <= LARGEST_QUANTITY for level in levels):
        raise Rejected(BadQuantity(message=f"Stock is from 0 to {LARGEST_QUANTITY:,} units.", path=("on_hand",)))
    if not levels:
        return
    rows = as_recordset([level._asdict() for level in levels])
    changed = dict.fromkeys(await unit.session.scalars(_SET_LEVELS, {"rows": rows}))
    await unit.publish(*(StockChanged(announced_as[key], key) for key in changed if key in announced_as))


async def find_stocked(unit: UnitOfWork, variant_ids: Sequence[UUID]) -> Mapping[UUID, list[UUID]]:
    """The warehouses that have a level of each variant."""
    asked = sa.bindparam("ids", variant_ids, type_=sa.ARRAY(sa.Uuid()))
    statement = sa.select(InventoryLevel.variant_id, InventoryLevel.warehouse_id).where(
        InventoryLevel.variant_id == sa.any_(asked)
    )
    found: dict[UUID, list[UUID]] = {}
    for variant_id, warehouse_id in await unit.session.execute(statement):
        found.setdefault(variant_id, []).append(warehouse_id)
    return found


async def find_warehouse_ids(unit: UnitOfWork, codes: Iterable[str]) -> Mapping[str, UUID]:
    """The ids of those codes that exist."""
    asked = sa.bindparam("codes", list(codes), type_=sa.ARRAY(sa.Text()))
    found = await unit.session.execute(sa.select(Warehouse.code, Warehouse.id).where(Warehouse.code == sa.any_(asked)))
    return dict(found.all())


async def save_warehouses(unit: UnitOfWork, drafts: Sequence[WarehouseDraft]) -> None:
    """Make warehouses, or bring those with the same code up to date."""
    if drafts:
        rows = [
            {
                "id": new_id(),
                "code": draft.code,
                "name": draft.name,
                "country": draft.country,
                "postal_code": draft.postal_code,
                "latitude": draft.latitude,
                "longitude": draft.longitude,
            }
            for draft in drafts
        ]
        await unit.session.execute(_SAVE_WAREHOUSES, {"rows": as_recordset(rows)})
