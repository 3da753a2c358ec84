"""From the names that people and suppliers use, SKUs and warehouse codes, to what they stand for."""

from collections.abc import Collection, Container, Mapping, Sequence
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Problem
from models.catalog import Variant
from models.inventory import Warehouse
from services.inventory.movements.records import Mover
from services.unit_of_work import UnitOfWork


class _Line(Protocol):
    @property
    def sku(self) -> str: ...


async def find_variants(unit: UnitOfWork, skus: Collection[str]) -> Mapping[str, UUID]:
    """The variants of those SKUs that exist, archived ones too: their goods can still be somewhere."""
    asked = sa.bindparam("skus", [sku for sku in skus if is_storable(sku)], type_=sa.ARRAY(sa.Text()))
    found = await unit.session.execute(sa.select(Variant.sku, Variant.id).where(Variant.sku == sa.any_(asked)))
    return dict(found.all())


async def find_movable(unit: UnitOfWork, codes: Collection[str], *, by: Mover) -> Mapping[str, UUID]:
    """The warehouses with those codes in which `by` may move stock."""
    asked = sa.bindparam("codes", [code for code in codes if is_storable(code)], type_=sa.ARRAY(sa.Text()))
    statement = sa.select(Warehouse.code, Warehouse.id).where(Warehouse.code == sa.any_(asked))
    if by.seller_id is not None:
        statement = statement.where(Warehouse.seller_id == by.seller_id)
    return dict((await unit.session.execute(statement)).all())


def unknown_skus(lines: Sequence[_Line], known: Container[str]) -> list[Problem]:
    """One problem for each line with a SKU that is not `known`."""
    return [
        no_such_sku(line.sku, "lines", str(number), "sku") for number, line in enumerate(lines) if line.sku not in known
    ]


def no_such_sku(sku: str, *path: str) -> Problem:
    return NotFound(message=f"There is no SKU {_shown(sku)}.", path=path, kind="Variant")


def no_such_warehouse(code: str, *path: str) -> Problem:
    return NotFound(message=f"There is no warehouse {_shown(code)}.", path=path, kind="Warehouse")


def is_storable(text: str) -> bool:
    """Whether Postgres takes it as a text; what it does not take, it does not have."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:80] + "…")
