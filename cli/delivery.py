"""`emporium delivery`: postal codes and rates from files, the matrix, and what a shopper at a place is offered."""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import sqlalchemy as sa
import typer
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.connecting import with_database
from core.places import COUNTRY_RULE, normalize_country
from core.problems import BadInput
from core.settings import Settings
from models.catalog import Variant
from services import delivery as service
from services.delivery.codes import Saved, save_codes
from services.delivery.files import BadRow, UnreadableFile, read_codes, read_rates
from services.delivery.matrix import Recomputed
from services.delivery.options import DeliveryRecord, Wanted, find_options_of_variants
from services.delivery.places import PlaceKey
from services.delivery.queries import list_lanes
from services.delivery.rates import MethodCode, find_method_ids, replace_rates
from services.delivery.records import LaneRecord, OptionRecord
from services.delivery.rules import RateDraft, check_rates
from services.unit_of_work import Database

T = TypeVar("T")
R = TypeVar("R")
delivery = typer.Typer(help="Zones, rates, and the matrix of who is served from where.", no_args_is_help=True)
_SHOWN = 20
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file, gzipped or not.")]
Country = Annotated[str | None, typer.Option(help="ISO 3166 code; EMPORIUM_DELIVERY__COUNTRY if not given.")]


@delivery.command("import-codes")
def import_codes(
    file: File,
    country: Country = None,
    group: Annotated[
        int | None, typer.Option(min=1, help="How many letters of a code name its zone; all if not given.")
    ] = None,
) -> None:
    """Load postal codes (columns code or zip or pincode, lat, lon, maybe zone and place) and compute their lanes."""
    nation = _nation(country)
    rows, bad = _sorted_out(read_codes(file, country=nation, group=group))
    if not rows:
        raise BadInput("NOTHING_TO_LOAD", f"{file} has no postal codes of {nation} that can be loaded.")

    async def write(database: Database) -> tuple[Saved, Recomputed]:
        async with database.unit() as unit:
            saved = await save_codes(unit, rows, country=nation)
            scope = service.Scope(zones=saved.zones)
            return saved, await service.recompute(unit, scope, announced=saved.changed > 0)

    begun = time.monotonic()
    saved, done = _run(write)
    typer.echo(
        f"{len(rows):,} postal codes of {nation} read, {saved.changed:,} new or changed, {len(bad):,} rows left out; "
        f"{_described(done)} in {time.monotonic() - begun:.1f} s."
    )


@delivery.command("import-rates")
def import_rates(file: File) -> None:
    """Load all rates of methods (columns carrier, method, up_to_km, price_minor, min_days, max_days)."""
    rows, bad = _sorted_out(read_rates(file))
    given: dict[MethodCode, list[RateDraft]] = defaultdict(list)
    for row in rows:
        given[MethodCode(row.carrier, row.method)].append(row.rate)

    async def write(database: Database) -> Recomputed:
        async with database.unit() as unit:
            known = await find_method_ids(unit)
            if wrong := [*_unknown(given, known), *_flawed(given)]:
                raise BadInput("BAD_RATES", "; ".join(wrong))
            rates = {known[code]: drafts for code, drafts in given.items()}
            await replace_rates(unit, rates, currency=Settings().catalog.currency)
            return await service.recompute(unit, service.Scope(methods=list(rates)))

    if bad or not rows:
        # Half of a method's rates would be wrong prices.
        raise BadInput("BAD_RATES", f"{file} is not loaded: {len(bad)} of its rows are wrong, {len(rows)} right.")
    done = _run(write)
    typer.echo(f"{len(rows):,} rates of {len(given):,} methods; {_described(done)}.")


@delivery.command()
def recompute() -> None:
    """Compute the whole matrix now; only what differs is written."""

    async def write(database: Database) -> Recomputed:
        async with database.unit() as unit:
            return await service.recompute(unit)

    begun = time.monotonic()
    done = _run(write)
    typer.echo(f"{_described(done)} in {time.monotonic() - begun:.1f} s.")


@delivery.command()
def options(
    code: Annotated[str, typer.Argument(help="The postal code.")],
    country: Country = None,
    sku: Annotated[str | None, typer.Option(help="The variant; without it, all lanes to the place.")] = None,
    quantity: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many units of it.")] = 1,
) -> None:
    """Show how a place is served, or how a variant that is in stock gets there."""
    place = PlaceKey.of(country=_nation(country), code=code)
    unknown = BadInput("POSTAL_CODE_UNKNOWN", f"There is no postal code {code!r} in {place.country}.")

    async def read_lanes(database: Database) -> Sequence[LaneRecord] | None:
        async with database.read() as session:
            return await list_lanes(session, place)

    async def read_options(database: Database) -> DeliveryRecord:
        async with database.read() as session:
            key: UUID | None = await session.scalar(sa.select(Variant.id).where(Variant.sku == sku))
            if key is None:
                raise BadInput("NOT_FOUND", f"There is no variant with the SKU {sku!r}.")
            wanted = Wanted(key, place, quantity)
            found = await find_options_of_variants(session, [wanted], currency=Settings().catalog.currency)
            return found[wanted]

    if sku is None:
        lanes = _run(read_lanes)
        if lanes is None:
            raise unknown
        heading = ("warehouse", "km", "carrier", "method", "price", "days")
        _print(heading, ((one.warehouse, f"{one.distance_km:,}", *_offer(one)) for one in lanes))
        return
    found = _run(read_options)
    if not found.is_known:
        raise unknown
    _print(("carrier", "method", "price", "days"), map(_offer, found.options))


def _offer(one: LaneRecord | OptionRecord) -> tuple[str, ...]:
    return one.carrier, one.method, one.price.formatted(), f"{one.min_days}-{one.max_days}"


def _print(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*heading)
    for row in rows:
        table.add_row(*map(escape, row))
    if table.row_count:
        Console().print(table)
    else:
        typer.echo("Nothing is delivered there.")


def _sorted_out(rows: Iterable[tuple[int, R | BadRow]]) -> tuple[list[R], list[BadRow]]:
    """The rows that can be loaded, and the others, the first of which are shown."""
    good: list[R] = []
    bad: list[BadRow] = []
    try:
        for _, row in rows:
            if isinstance(row, BadRow):
                bad.append(row)
            else:
                good.append(row)
    except UnreadableFile as error:
        raise BadInput("UNREADABLE_FILE", str(error)) from error
    for one in bad[:_SHOWN]:
        typer.echo(f"row {one.row}: {one.reason}", err=True)
    if len(bad) > _SHOWN:
        typer.echo(f"… and {len(bad) - _SHOWN:,} rows more.", err=True)
    return good, bad


def _unknown(given: Iterable[MethodCode], known: Mapping[MethodCode, UUID]) -> list[str]:
    return [f"there is no method {code.method} of a carrier {code.carrier}" for code in given if code not in known]


def _flawed(given: Mapping[MethodCode, Sequence[RateDraft]]) -> list[str]:
    found = ((code, check_rates(drafts)) for code, drafts in given.items())
    return [f"{code.carrier} {code.method}: {problems[0].message}" for code, problems in found if problems]


def _described(done: Recomputed) -> str:
    return f"{done.written:,} lanes written, {done.deleted:,} deleted; the matrix has version {done.version}"


def _nation(country: str | None) -> str:
    nation = normalize_country(Settings().delivery.country if country is None else country)
    if not nation:
        raise BadInput("BAD_COUNTRY", COUNTRY_RULE)
    return nation


def _run(work: Callable[[Database], Awaitable[T]]) -> T:
    return uvloop.run(with_database(work, application="emporium delivery"))
