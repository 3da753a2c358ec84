"""`emporium import`: loads catalogs from files, and waits until what was loaded can be found."""

import asyncio
import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

import demo as demo_shop
from bootstrap.migrations import migrate
from bootstrap.resources import open_resources
from core.settings import Settings
from services.imports.running import Count, ImportRunning, ImportStopped, Reject, run_import
from services.imports.source import RowError, Source, UnreadableSource
from services.imports.sources.fashion import FashionSource
from services.imports.sources.feed import FORMATS, FeedFormat, FeedSource
from services.imports.sources.icecat import IcecatSource
from services.imports.sources.ready import ReadySource
from workers.main import drain

imports = typer.Typer(help="Load a catalog. Can be interrupted and repeated.", no_args_is_help=True)
_DEMO = Path(demo_shop.__file__).parent / "assortment"
_SHOWN_ERRORS = 10
# Deciding about attributes reads all that was imported, which may take longer than any statement of a request.
_STATEMENT_SECONDS = 3600.0

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the catalog's files.")]
Report = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the rows left out to FILE: JSONL if so named, else CSV.")
]
Invent = Annotated[
    bool,
    typer.Option(
        "--demo-offers", help="Invent stock, ratings, sales and missing prices. For demos and benchmarks; none is true."
    ),
]


class ReportFailed(Exception):
    """The report of rows left out cannot be written; the message says why."""


@imports.command()
def icecat(folder: Folder, demo_offers: Invent = False, report: Report = None) -> None:
    """Load the Open Icecat sample: electronics with prices."""
    _run(lambda: IcecatSource(folder, invent=demo_offers), report)


@imports.command()
def fashion(folder: Folder, demo_offers: Invent = False, report: Report = None) -> None:
    """Load the fashion sample: facets, but no prices unless they are invented."""
    _run(lambda: FashionSource(folder, invent=demo_offers), report)


@imports.command()
def feed(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The feed, gzipped or not.")],
    *,
    format: Annotated[  # the word that people look for in --help
        str | None, typer.Option(help=f"{', '.join(FORMATS)}; told by the content if not given.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose feed it is; the file's name if not given.")
    ] = None,
    currency: Annotated[str, typer.Option(help="The currency of prices that name none.")] = "USD",
    seller: Annotated[str, typer.Option(help="The slug of the seller whose offers these are.")] = "emporium",
    demo_offers: Invent = False,
    report: Report = None,
) -> None:
    """Load a Google Merchant feed (TSV or XML), CSV or JSONL."""
    chosen = _format(format)
    _run(
        lambda: FeedSource(
            file, name=source, format=chosen, currency=currency.upper(), seller=seller, invent=demo_offers
        ),
        report,
    )


@imports.command()
def demo(report: Report = None) -> None:
    """Load the shop that comes with this program."""
    source = ReadySource(
        "demo", catalog=demo_shop.catalog, products=demo_shop.products, files=tuple(sorted(_DEMO.rglob("*.*")))
    )
    _run(lambda: source, report)


def _format(name: str | None) -> FeedFormat | None:
    if name is None:
        return None
    for known in FORMATS:
        if name.lower() == known:
            return known
    raise typer.BadParameter(f"{name!r} is not one of {', '.join(FORMATS)}.", param_hint="--format")


def _run(make: Callable[[], Source], report: Path | None) -> None:
    console = Console(stderr=True)
    try:
        count = asyncio.run(_import(make(), report, console))
    except (ImportStopped, ImportRunning, UnreadableSource, ReportFailed) as error:
        console.print(Text.assemble(("emporium: ", "red"), str(error)), soft_wrap=True)
        raise typer.Exit(1) from error
    if count.loaded + count.resumed_at == 0:
        console.print(Text.assemble(("emporium: ", "red"), "Nothing was loaded."))
        raise typer.Exit(1)


async def _import(source: Source, report: Path | None, console: Console) -> Count:
    settings = Settings()
    patient = settings.database.model_copy(update={"statement_timeout_seconds": _STATEMENT_SECONDS})
    async with open_resources(settings.model_copy(update={"database": patient}), application="import") as resources:
        await migrate(resources.database)
        with _report(report, console) as reject, _bar(console) as bar:
            task = bar.add_task(f"Importing {source.name}", detail="", total=None)
            count = await run_import(
                resources.database,
                source,
                progress=lambda now: bar.update(task, completed=now.rows, detail=_detail(now, bar.tasks[0].elapsed)),
                reject=reject,
            )
            bar.stop_task(task)
            waiting = bar.add_task("Indexing", detail="", total=None)
            await drain(resources, progress=lambda events: bar.update(waiting, detail=f"{events:,} changes to go"))
            bar.update(waiting, detail="all can be found")
            seconds = [one.elapsed or 0.0 for one in bar.tasks]
    resumed = f" (went on behind {count.resumed_at:,})" if count.resumed_at else ""
    typer.echo(
        f"{source.name}: {count.rows:,} products read{resumed} in {seconds[0]:.1f} s: {count.created:,} new, "
        f"{count.updated:,} updated, {count.unchanged:,} unchanged; {count.rejected:,} rows left out. "
        f"Indexed after {seconds[1]:.1f} s more."
    )
    return count


def _bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[detail]}"), TimeElapsedColumn(),
        console=console,
    )  # fmt: skip


def _detail(count: Count, elapsed: float | None) -> str:
    rate = (count.rows - count.resumed_at) / elapsed if elapsed else 0.0
    rejected = f", {count.rejected:,} rows left out" if count.rejected else ""
    return f"{count.rows:,} products, {rate:,.0f} a second{rejected}"


@contextmanager
def _report(path: Path | None, console: Console) -> Iterator[Reject]:
    """Where rows left out are told: in a file, or the first few on the terminal."""
    if path is None:
        shown = 0

        def show(error: RowError) -> None:
            nonlocal shown
            shown += 1
            if shown <= _SHOWN_ERRORS:
                console.print(f"row {error.row}: {error.field} {error.reason}", markup=False, highlight=False)
            elif shown == _SHOWN_ERRORS + 1:
                console.print("More rows are left out; --report FILE writes them all down.")

        yield show
        return
    with _writing(path):
        stream = path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
    with stream:
        table = csv.writer(stream)
        as_json = path.suffix.lower() in (".jsonl", ".ndjson")
        if not as_json:
            table.writerow(RowError._fields)

        def write(error: RowError) -> None:
            with _writing(path):
                if as_json:
                    stream.write(orjson.dumps(error._asdict()).decode() + "\n")
                else:
                    table.writerow(error)

        yield write
        with _writing(path):
            stream.flush()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReportFailed(f"The report {path} cannot be written: {error.strerror}.") from error
