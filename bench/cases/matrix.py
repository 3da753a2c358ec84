"""The delivery matrix at its largest: 30 warehouses and all postal codes of the USA, each a zone of its own or grouped.

Works on an embedded server of its own, whose data is thrown away.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import sqlalchemy as sa

from bench.dataset import Say
from bench.store import empty_store
from services import delivery
from services.catalog.drafts import CatalogDraft, CategoryDraft, ProductDraft, VariantDraft, WarehouseDraft
from services.delivery.codes import CodeRow, save_codes
from services.delivery.files import read_codes
from services.delivery.options import Wanted, find_options_of_products
from services.delivery.places import PlaceKey
from services.delivery.rules import RateDraft
from services.imports.commands import save_catalog, save_products
from services.inventory.commands import save_warehouses
from services.unit_of_work import Database, UnitOfWork

WAREHOUSES = 30
_PAGE = 24
_METHODS = (
    ("ground", (RateDraft(300, 399, 1, 2), RateDraft(1500, 599, 2, 4), RateDraft(20_000, 899, 3, 7))),
    ("express", (RateDraft(500, 1499, 1, 1), RateDraft(3000, 2499, 1, 2))),
    ("same-day", (RateDraft(80, 999, 0, 0),)),
)


class Measured(NamedTuple):
    """Seconds of one computation, or of one answer, and the lanes that it wrote and deleted; `codes` is the number of
    postal codes that have a place and so can be served. An answer writes nothing, so there it is None."""

    what: str
    codes: int
    seconds: float
    written: int | None
    deleted: int | None


async def measure_matrix(shared: Path, folder: Path, say: Say) -> list[Measured]:
    """From nothing, again without any change, and after one warehouse moved; for each way of grouping codes."""
    found: list[Measured] = []
    for name, group in (("a zone a code", None), ("zones of 3 digits", 3)):
        async with empty_store(folder / name.replace(" ", "-")) as (_, database):
            codes = [
                row
                for _, row in read_codes(shared / "data/postcodes/us-zips.tsv.gz", country="US", group=group)
                if isinstance(row, CodeRow)
            ]
            await _fill(database, codes)
            placed = sum(row.latitude is not None for row in codes)
            for what in ("from nothing", "nothing changed", "a warehouse moved", "a price changed"):
                async with database.unit() as unit:
                    scope = await _change(unit, what)
                measured = await _compute(database, f"{name}, {what}", placed, scope)
                say(f"{measured.what}: {measured.seconds:.1f} s, {measured.written:,} written")
                found.append(measured)
            answered = await _answer_pages(database, codes)
            found.append(Measured(f"{name}, a page of {_PAGE}", placed, answered, None, None))
            say(f"{found[-1].what}: {found[-1].seconds * 1000:.1f} ms")
    return found


async def _answer_pages(database: Database, codes: Sequence[CodeRow]) -> float:
    """Seconds of the one statement that says how a page of products gets to a place; the median over many places."""
    async with database.unit() as unit:
        stock = {f"W{number:02}": 5 for number in range(WAREHOUSES)}
        drafts = [
            ProductDraft(
                source="bench",
                external_id=str(number),
                title=f"Product {number}",
                category_path=("Bench",),
                option_names=("Size",),
                variants=tuple(
                    VariantDraft(sku=f"{number}-{size}", option_values=(size,), stock=stock) for size in "SML"
                ),
            )
            for number in range(_PAGE)
        ]
        await save_catalog(unit, CatalogDraft(categories=(CategoryDraft(path=("Bench",)),)))
        products = [key for key in (await save_products(unit, drafts)).product_ids if key is not None]
    taken = []
    for row in codes[:: len(codes) // 100]:
        wanted = [Wanted(key, PlaceKey("US", row.code)) for key in products]
        begun = time.monotonic()
        async with database.read() as session:
            await find_options_of_products(session, wanted, currency="USD")
        taken.append(time.monotonic() - begun)
    return median(taken)


async def _compute(database: Database, what: str, codes: int, scope: delivery.Scope) -> Measured:
    begun = time.monotonic()
    async with database.unit() as unit:
        done = await delivery.recompute(unit, scope)
    return Measured(what, codes, time.monotonic() - begun, done.written, done.deleted)


async def _change(unit: UnitOfWork, what: str) -> delivery.Scope:
    """Make the change and say what it concerns."""
    if what == "a warehouse moved":
        statement = sa.text("UPDATE warehouse SET latitude = latitude + 1 WHERE code = 'W00' RETURNING id")
        return delivery.Scope(warehouses=[(await unit.session.execute(statement)).scalar_one()])
    if what == "a price changed":
        statement = sa.text(
            "UPDATE delivery_rate r SET price_minor = price_minor + 1 FROM delivery_method m "
            "WHERE m.id = r.method_id AND m.code = 'express' AND r.up_to_km = 3000 RETURNING m.id"
        )
        return delivery.Scope(methods=[(await unit.session.execute(statement)).scalar_one()])
    return delivery.Scope()


async def _fill(database: Database, codes: Sequence[CodeRow]) -> None:
    placed = [row for row in codes if row.latitude is not None]
    spread = placed[:: len(placed) // WAREHOUSES][:WAREHOUSES]
    async with database.unit() as unit:
        await save_codes(unit, codes, country="US")
        drafts = [
            WarehouseDraft(
                code=f"W{number:02}",
                name=row.place or row.code,
                country="US",
                postal_code=row.code,
                latitude=row.latitude or 0.0,
                longitude=row.longitude or 0.0,
            )
            for number, row in enumerate(spread)
        ]
        await save_warehouses(unit, drafts)
        carrier = await delivery.save_carrier(unit, code="bench", name="Bench", countries=["US"])
        for code, rates in _METHODS:
            await delivery.save_method(unit, carrier_id=carrier.id, code=code, name=code, rates=rates, currency="USD")
