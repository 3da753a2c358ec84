"""`emporium inventory receive`, `adjust` and `transfer`: movements of stock from files."""

import csv
import gzip
import hashlib
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, TextIO

import orjson
import typer
import uvloop
from rich.console import Console

from cli.connecting import with_database
from core.problems import BadInput, Rejected
from core.settings import Settings
from services import idempotency
from services.idempotency import Attempt
from services.inventory import movements
from services.inventory.importing import ImportedReceipt, ImportStatus, import_receipts
from services.inventory.movements import Adjustment, AdjustmentReason, Movement, Mover, Units
from services.inventory.receipt_texts import ReceiptFormat, WrittenReceipt, read_receipts
from services.unit_of_work import Database, UnitOfWork

_RECEIPTS_AT_ONCE = 200
_MOST_REASONS = 20
_CLERK = Mover("cli")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The file, gzipped or not.")]
Note = Annotated[str | None, typer.Option(help="What the ledger is to say of it.")]
Again = Annotated[bool, typer.Option("--again", help="Also if the same file was done within the last 48 hours.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line, for programs.")]


def receive(
    file: File,
    format: Annotated[  # the word that people look for in --help
        ReceiptFormat | None, typer.Option(help="How receipts are written; told by the file's name if not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count suppliers' receipts, each once, however often they are in files.

    CSV with the columns source, reference, warehouse, sku and quantity, a row for each line; or JSONL, a receipt with
    source, reference, warehouseCode and lines in each line. Interrupted, it is simply run again. Exits 1 if a receipt
    was refused.
    """
    kind = format or (ReceiptFormat.CSV if ".csv" in file.suffixes else ReceiptFormat.JSONL)
    counts: Counter[ImportStatus] = Counter()

    async def write(database: Database) -> None:
        with _opened(file) as lines:
            receipts = read_receipts(lines, kind)
            while batch := list(islice(receipts, _RECEIPTS_AT_ONCE)):
                for outcome in await _count(database, batch):
                    counts[outcome.status] += 1
                    _tell(outcome, as_json)

    uvloop.run(with_database(write))
    if not as_json:
        typer.echo(", ".join(f"{counts[status]:,} {status}" for status in ImportStatus))
    if counts[ImportStatus.REFUSED]:
        raise typer.Exit(1)


async def _count(database: Database, batch: Sequence[WrittenReceipt]) -> Sequence[ImportedReceipt]:
    async with database.unit() as unit:
        return await import_receipts(unit, batch, by=_CLERK)


def _tell(outcome: ImportedReceipt, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(outcome.as_json(), default=str).decode())
    elif outcome.status is ImportStatus.REFUSED:
        reasons = " ".join(problem.message for problem in outcome.problems)
        name = f"{outcome.source} {outcome.reference}".strip()
        Console(stderr=True).print(
            f"line {outcome.line}: {name}: {reasons}", markup=False, highlight=False, soft_wrap=True
        )


def adjust(
    file: File,
    *,
    warehouse: Annotated[str, typer.Option(metavar="CODE", help="The warehouse.")],
    reason: Annotated[AdjustmentReason, typer.Option(help="Why the levels are wrong.")],
    note: Note = None,
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """Correct levels of a warehouse by what is found there: all rows of the file, or none.

    CSV with the columns sku, and change (how many more, or fewer) or count (how many in all).
    """
    rows = list(_rows(file, "sku"))
    lines = [
        Adjustment(row.get("sku", ""), _number(file, number, row, "change"), _number(file, number, row, "count"))
        for number, row in rows
    ]
    low = Settings().inventory.low_stock_units

    def run(unit: UnitOfWork) -> Awaitable[Movement]:
        return movements.adjust(
            unit, warehouse=warehouse, reason=reason, lines=lines, note=note, by=_CLERK, low_stock_units=low
        )

    with _refusals_by_row([number for number, _ in rows]):
        _move("adjust", run, None if again else _key(file, warehouse, reason, note), as_json)


def transfer(
    file: File,
    *,
    source: Annotated[str, typer.Option("--from", metavar="CODE", help="The warehouse that the units leave.")],
    target: Annotated[str, typer.Option("--to", metavar="CODE", help="The warehouse that they reach.")],
    note: Note = None,
    again: Again = False,
    as_json: AsJson = False,
) -> None:
    """Move units that are not reserved to another warehouse: all rows of the file, or none.

    CSV with the columns sku and quantity.
    """
    rows = list(_rows(file, "sku", "quantity"))
    lines = [Units(row.get("sku", ""), _number(file, number, row, "quantity") or 0) for number, row in rows]
    low = Settings().inventory.low_stock_units

    def run(unit: UnitOfWork) -> Awaitable[Movement]:
        return movements.transfer(
            unit, source=source, target=target, lines=lines, note=note, by=_CLERK, low_stock_units=low
        )

    with _refusals_by_row([number for number, _ in rows]):
        _move("transfer", run, None if again else _key(file, source, target, note), as_json)


def _move(name: str, run: Callable[[UnitOfWork], Awaitable[Movement]], key: str | None, as_json: bool) -> None:
    """Make a movement; with a key, only if it was not made before."""

    async def write(database: Database) -> Movement | None:
        async with database.unit() as unit:
            if key is not None:
                attempt = Attempt(f"cli:{name}", key, key)
                if await idempotency.claim(unit, attempt) is not None:
                    return None
            return await run(unit)

    movement = uvloop.run(with_database(write))
    if as_json:
        done = None if movement is None else {"id": movement.id, "levels": len(movement.levels)}
        typer.echo(orjson.dumps({"movement": done}, default=str).decode())
    elif movement is None:
        typer.echo("This file was done before; nothing has changed. --again does it once more.")
    else:
        typer.echo(f"{len(movement.levels):,} levels, reference {movement.id}.")


@contextmanager
def _refusals_by_row(numbers: Sequence[int]) -> Iterator[None]:
    """Tell each reason for a refusal with the line of the file that it is about, given the lines of the rows."""
    try:
        yield
    except Rejected as refusal:
        console = Console(stderr=True)
        for problem in refusal.problems[:_MOST_REASONS]:
            of_row = len(problem.path) > 1 and problem.path[0] == "lines"
            about = f"line {numbers[int(problem.path[1])]}: " if of_row else ""
            console.print(f"{about}{problem.message}", markup=False, highlight=False, soft_wrap=True)
        if more := len(refusal.problems[_MOST_REASONS:]):
            console.print(f"and {more:,} more.", highlight=False)
        raise typer.Exit(1) from refusal


def _key(file: Path, *options: str | None) -> str:
    """The same for the same content of the file and the same options."""
    digest = hashlib.blake2b(repr(options).encode(), digest_size=16)
    with _opened(file) as lines:
        for line in lines:
            digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _rows(file: Path, *needed: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a table by the names of its columns, and the numbers of their lines. Raises `BadInput`."""
    with _opened(file) as lines:
        reader = csv.reader(lines, strict=True)
        try:
            names = [name.strip().lower().removeprefix("\ufeff") for name in next(reader, [])]
            if missing := [name for name in needed if name not in names]:
                raise BadInput("BAD_HEADER", f"{file} lacks the column {missing[0]}.")
            if twice := [name for name, times in Counter(names).items() if name and times > 1]:
                raise BadInput("BAD_HEADER", f"{file} names the column {twice[0]} more than once.")
            for cells in reader:
                if any(cells[len(names) :]):
                    # A count of 1,000 without quotes, say, would be taken for 1.
                    message = f"{file}, line {reader.line_num} has more cells than the first line has names."
                    raise BadInput("BAD_ROW", message)
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, dict(zip(names, (cell.strip() for cell in cells), strict=False))
        except csv.Error as error:
            raise BadInput("BAD_ROW", f"{file}, line {reader.line_num}: {error}.") from error


def _number(file: Path, line: int, row: Mapping[str, str], name: str) -> int | None:
    text = row.get(name, "")
    if not text:
        return None
    digits = text[1:] if text[0] in "+-" else text
    if not (digits.isdecimal() and digits.isascii() and len(digits) <= 18):
        raise BadInput("BAD_NUMBER", f"{file}, line {line}: {name} is not a whole number.")
    return int(text)


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    """The file's text. What is not UTF-8 in it stays visible as something that no SKU has."""
    try:
        with file.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        opened = gzip.open if packed else open
        with opened(file, "rt", encoding="utf-8", errors="surrogateescape", newline="") as stream:
            yield stream
    except (OSError, EOFError, zlib.error) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise BadInput("UNREADABLE_FILE", f"{file} cannot be read: {reason.removesuffix('.')}.") from error
