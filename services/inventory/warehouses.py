"""Warehouses one at a time, as operators make and change them."""

import math
import re
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.problems import NotFound, Problem, Rejected
from models.inventory import Warehouse
from models.sellers import Seller
from services.inventory.events import WarehouseChanged
from services.inventory.problems import BadCode, BadCoordinates, BadCountry, BadName, BadPostalCode
from services.inventory.queries import WAREHOUSE_COLUMNS
from services.inventory.records import WarehouseRecord
from services.inventory.rules import is_readable
from services.unit_of_work import UnitOfWork

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_POSTAL_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,19}")
_LONGEST_NAME = 200


class WarehousePlan(NamedTuple):
    """A warehouse as it is to be. `code` says which; `country` is an ISO 3166 code, coordinates are degrees."""

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
    if plan.seller_id is not None and not await unit.session.scalar(
        sa.select(sa.exists().where(Seller.id == plan.seller_id))
    ):
        problems.append(NotFound(message="There is no such seller.", path=("seller",), kind="Seller"))
    if problems:
        raise Rejected(*problems)
    changed = await unit.session.scalar(_SAVE, {"id": new_id(), **plan._asdict()})
    if changed is not None:
        await unit.publish(WarehouseChanged(changed))
    found = await unit.session.execute(sa.select(*WAREHOUSE_COLUMNS).where(Warehouse.code == plan.code))
    return WarehouseRecord._make(found.one())


def _check(plan: WarehousePlan) -> list[Problem]:
    problems: list[Problem] = []
    if not _CODE.fullmatch(plan.code):
        message = (
            "A code has up to 40 letters, digits, dots, hyphens and underscores, and begins with one of the former."
        )
        problems.append(BadCode(message=message, path=("code",)))
    if not is_readable(plan.name, most=_LONGEST_NAME):
        message = f"A name has 1 to {_LONGEST_NAME} characters that can be printed."
        problems.append(BadName(message=message, path=("name",)))
    if not _COUNTRY.fullmatch(plan.country):
        message = "A country is a code of ISO 3166, two capital letters."
        problems.append(BadCountry(message=message, path=("country",)))
    if not _POSTAL_CODE.fullmatch(plan.postal_code):
        message = "A postal code has up to 20 letters, digits, spaces and hyphens."
        problems.append(BadPostalCode(message=message, path=("postalCode",)))
    for field, value, most in (("latitude", plan.latitude, 90), ("longitude", plan.longitude, 180)):
        if not (math.isfinite(value) and abs(value) <= most):
            message = f"A {field} is from -{most} to {most} degrees."
            problems.append(BadCoordinates(message=message, path=(field,)))
    return problems


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
