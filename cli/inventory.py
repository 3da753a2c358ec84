"""`emporium inventory`: what is where, how it changed, and whether it adds up. cli/moving.py has what moves stock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Protocol, TypeVar
from uuid import UUID

import orjson
import sqlalchemy as sa
import typer
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.connecting import with_database
from cli.moving import adjust, receive, transfer
from core.problems import BadInput
from core.settings import Settings
from models.catalog import Variant
from models.inventory import Warehouse
from services.catalog.queries import find_variants
from services.inventory import listing
from services.inventory.movements.finding import is_storable
from services.inventory.queries import find_warehouses
from services.inventory.reconciliation import ReconciliationRecord
from services.inventory.reconciliation import reconcile as compare
from services.inventory.records import LevelRecord
from services.unit_of_work import Database, ReadSession

T = TypeVar("T")
inventory = typer.Typer(help="Stock: what is where, how it changed, what comes and goes.", no_args_is_help=True)

inventory.command()(receive)
inventory.command()(adjust)
inventory.command()(transfer)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line, for programs.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")]
Code = Annotated[str | None, typer.Option("--warehouse", metavar="CODE", help="Only this warehouse.")]
Sku = Annotated[str | None, typer.Option("--sku", help="Only this SKU.")]


@inventory.command()
def levels(warehouse: Code = None, sku: Sku = None, limit: Limit = 100, as_json: AsJson = False) -> None:
    """List what is where."""
    _print_levels(warehouse, sku, limit, as_json, low=False)


@inventory.command()
def low_stock(warehouse: Code = None, limit: Limit = 100, as_json: AsJson = False) -> None:
    """List the levels that are low."""
    _print_levels(warehouse, None, limit, as_json, low=True)


@inventory.command()
def ledger(warehouse: Code = None, sku: Sku = None, limit: Limit = 100, as_json: AsJson = False) -> None:
    """List how levels changed, newest first."""

    async def read(database: Database) -> Sequence[Mapping[str, object]]:
        async with database.read() as session:
            entries = await listing.list_ledger(
                session,
                first=limit,
                warehouse_id=await _warehouse_id(session, warehouse),
                variant_id=await _variant_id(session, sku),
            )
            names = await _names(session, entries)
        return [
            {
                "occurred_at": entry.occurred_at,
                **names(entry.variant_id, entry.warehouse_id),
                "on_hand_change": entry.on_hand_change,
                "reserved_change": entry.reserved_change,
                "reason": entry.reason,
                "actor": entry.actor,
                "note": entry.note,
                "reference": entry.reference_id,
            }
            for entry in entries
        ]

    _print(_run(read), as_json)


@inventory.command()
def reconcile(as_json: AsJson = False) -> None:
    """Compare all levels with the ledger and with what is held. Exits 1 if something does not add up."""

    async def write(database: Database) -> ReconciliationRecord:
        async with database.unit() as unit:
            return await compare(unit)

    report = _run(write)
    if as_json:
        typer.echo(orjson.dumps(report._asdict()).decode())
    else:
        _print([_flat(one) for one in report.discrepancies], as_json=False)
        typer.echo(f"{report.levels_checked:,} levels, {len(report.discrepancies):,} of them wrong.")
    if report.discrepancies:
        raise typer.Exit(1)


def _flat(discrepancy: Mapping[str, object]) -> Mapping[str, object]:
    return {
        key: orjson.dumps(value).decode() if isinstance(value, dict) else value for key, value in discrepancy.items()
    }


def _print_levels(warehouse: str | None, sku: str | None, limit: int, as_json: bool, *, low: bool) -> None:
    store = Settings().inventory.low_stock_units

    async def read(database: Database) -> Sequence[Mapping[str, object]]:
        async with database.read() as session:
            found = await listing.list_levels(
                session,
                first=limit,
                warehouse_id=await _warehouse_id(session, warehouse),
                variant_id=await _variant_id(session, sku),
                low_at=store if low else None,
            )
            names = await _names(session, found)
        return [{**names(level.variant_id, level.warehouse_id), **_figures(level, store)} for level in found]

    rows = _run(read)
    _print(rows, as_json)
    if not rows and not as_json:
        typer.echo("No levels.")


def _figures(level: LevelRecord, store: int) -> Mapping[str, object]:
    threshold = store if level.low_stock_units is None else level.low_stock_units
    return {
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "available": level.available,
        "low_at": threshold,
        "version": level.version,
    }


class _InPlace(Protocol):
    @property
    def variant_id(self) -> UUID: ...
    @property
    def warehouse_id(self) -> UUID: ...


async def _names(session: ReadSession, rows: Sequence[_InPlace]) -> Callable[[UUID, UUID], Mapping[str, object]]:
    """Gives the SKU and the warehouse's code of a row."""
    skus = {one.id: one.sku for one in await find_variants(session, list({row.variant_id for row in rows}))}
    codes = {one.id: one.code for one in await find_warehouses(session, list({row.warehouse_id for row in rows}))}
    return lambda variant_id, warehouse_id: {"sku": skus.get(variant_id), "warehouse": codes.get(warehouse_id)}


async def _warehouse_id(session: ReadSession, code: str | None) -> UUID | None:
    if code is None:
        return None
    found = await session.scalar(sa.select(Warehouse.id).where(Warehouse.code == code))
    if found is None:
        raise BadInput("UNKNOWN_WAREHOUSE", f"There is no warehouse {code!r}.")
    return found


async def _variant_id(session: ReadSession, sku: str | None) -> UUID | None:
    if sku is None:
        return None
    of_sku = sa.select(Variant.id).where(Variant.sku == sku)
    found = await session.scalar(of_sku) if is_storable(sku) else None
    if found is None:
        raise BadInput("UNKNOWN_SKU", f"There is no SKU {sku!r}.")
    return found


def _print(rows: Sequence[Mapping[str, object]], as_json: bool) -> None:
    if as_json:
        for row in rows:
            typer.echo(orjson.dumps(row, default=str).decode())
    elif rows:
        table = Table(*rows[0])
        for row in rows:
            table.add_row(*(escape(_shown(value)) for value in row.values()))
        Console().print(table)


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _run(work: Callable[[Database], Awaitable[T]]) -> T:
    return uvloop.run(with_database(work, application="emporium inventory"))
