"""Warehouses one at a time, as operators make and change them."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.names import check_names
from core.places import BadCoordinates, check_place, misplaced, normalize_country
from core.problems import NotFound, Problem, Rejected
from models.inventory import Warehouse
from models.sellers import Seller
from services.inventory.events import WarehouseChanged
from services.inventory.queries import WAREHOUSE_COLUMNS
from services.inventory.records import WarehouseRecord
from services.unit_of_work import UnitOfWork


class WarehousePlan(NamedTuple):
    """A warehouse as it is to be. `code` says which; `country` is an ISO 3166 code, coordinates are degrees.

    The country and the postal code may be in any case, and are kept in upper case.
    """

    code: str
    name: str
    country: str
    postal_code: str
    latitude: float
    longitude: float
    seller_id: UUID | None = None
    is_active: bool = True


async def save_warehouse(unit: UnitOfWork, plan: WarehousePlan) -> WarehouseRecord:
    """Make a warehouse, or change the one with that code; says so if anything differs.

    Raises `Rejected`: BAD_CODE, BAD_NAME, BAD_COUNTRY, BAD_POSTAL_CODE, BAD_COORDINATES, NOT_FOUND (the seller).
    """
    problems = _check(plan)
    plan = plan._replace(
        name=plan.name.strip(),
        country=normalize_country(plan.country),
        postal_code=" ".join(plan.postal_code.upper().split()),
    )
    if plan.seller_id is not None and not await unit.session.scalar(
        sa.select(sa.exists().where(Seller.id == plan.seller_id))
    ):
        problems.append(NotFound(message="There is no such seller.", path=("seller",), kind="Seller"))
    if problems:
        raise Rejected(*problems)
    changed = await unit.session.scalar(_SAVE, {"id": new_id(), **plan._asdict()})
    if changed is not None:
        unit.publish(WarehouseChanged(changed))
    found = await unit.session.execute(sa.select(*WAREHOUSE_COLUMNS).where(Warehouse.code == plan.code))
    return WarehouseRecord._make(found.one())


def _check(plan: WarehousePlan) -> list[Problem]:
    problems = check_names(code=plan.code, name=plan.name)
    problems += check_place(country=plan.country, postal_code=plan.postal_code)
    wrong = misplaced(plan.latitude, plan.longitude)
    return problems + [BadCoordinates(message=message, path=(field,)) for field, message in wrong.items()]


_SAVE = sa.text(
    """
    INSERT INTO warehouse AS w
        (id, code, name, country, postal_code, latitude, longitude, seller_id, is_active)
    VALUES (:id, :code, :name, :country, :postal_code, :latitude, :longitude, :seller_id, :is_active)
    ON CONFLICT (code) DO UPDATE SET
        (name, country, postal_code, latitude, longitude, seller_id, is_active, updated_at) =
        (excluded.name, excluded.country, excluded.postal_code, excluded.latitude, excluded.longitude,
         excluded.seller_id, excluded.is_active, now())
    WHERE (w.name, w.country, w.postal_code, w.latitude, w.longitude, w.seller_id, w.is_active) IS DISTINCT FROM
        (excluded.name, excluded.country, excluded.postal_code, excluded.latitude, excluded.longitude,
         excluded.seller_id, excluded.is_active)
    RETURNING id
    """
)
