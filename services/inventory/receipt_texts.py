"""Receipts as suppliers write them: JSON objects in events, lines of JSON, and tables of comma-separated values."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, NamedTuple

import orjson

from core.problems import Problem, Rejected
from services.inventory.movements import ReceiptDraft, Units
from services.inventory.movements.checks import MOST_LINES
from services.inventory.movements.problems import TooManyLines

COLUMNS = ("source", "reference", "warehouse", "sku", "quantity")


class ReceiptFormat(StrEnum):
    """`CSV` has a header with the names in `COLUMNS` and a row for each line of a receipt, whose rows follow each
    other. `JSONL` has one receipt in each line, as in events."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadReceipt(Problem):
    """What came does not have the form of a receipt."""

    code: ClassVar[str] = "BAD_RECEIPT"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadHeader(Problem):
    """A table of receipts does not begin with the names of its columns."""

    code: ClassVar[str] = "BAD_HEADER"


class WrittenReceipt(NamedTuple):
    """A receipt and the number of the line where it begins; without a draft if it cannot be read, with the reasons."""

    line: int
    draft: ReceiptDraft | None
    problems: Sequence[Problem] = ()


def read_receipts(lines: Iterable[str], format: ReceiptFormat) -> Iterator[WrittenReceipt]:
    """The receipts in a text, one at a time. Raises `Rejected` (BAD_HEADER) for a table of something else."""
    return _read_table(lines) if format is ReceiptFormat.CSV else _read_json_lines(lines)


def read_receipt(given: object) -> ReceiptDraft:
    """The receipt in a JSON object: source, reference, warehouseCode, lines of sku and quantity. What else is in it is
    passed over. Raises `Rejected` (BAD_RECEIPT) with all that is missing or of another type."""
    if not isinstance(given, Mapping):
        raise Rejected(_bad("A receipt is a JSON object."))
    problems: list[Problem] = []
    texts = {name: _text(given, name, problems) for name in ("source", "reference", "warehouseCode")}
    lines = given.get("lines")
    if not isinstance(lines, list):
        problems.append(_bad("`lines` is missing or not a list.", "lines"))
        lines = []
    units = [_units(line, problems, "lines", str(number)) for number, line in enumerate(lines[: MOST_LINES + 1])]
    if problems:
        raise Rejected(*problems)
    return ReceiptDraft(texts["source"], texts["reference"], texts["warehouseCode"], units)


def _text(given: Mapping[str, object], name: str, problems: list[Problem], *path: str) -> str:
    value = given.get(name)
    if isinstance(value, str):
        return value
    problems.append(_bad(f"`{name}` is missing or not a text.", *path, name))
    return ""


def _units(given: object, problems: list[Problem], *path: str) -> Units:
    if not isinstance(given, Mapping):
        problems.append(_bad("A line is a JSON object.", *path))
        return Units("", 0)
    quantity = given.get("quantity")
    if not isinstance(quantity, int) or isinstance(quantity, bool):
        problems.append(_bad("`quantity` is missing or not a whole number.", *path, "quantity"))
        quantity = 0
    return Units(_text(given, "sku", problems, *path), quantity)


def _read_json_lines(lines: Iterable[str]) -> Iterator[WrittenReceipt]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield WrittenReceipt(number, read_receipt(orjson.loads(line)))
        except Rejected as refusal:
            yield WrittenReceipt(number, None, refusal.problems)
        except orjson.JSONDecodeError as error:
            yield WrittenReceipt(number, None, [_bad(f"The line is not JSON: {error.msg}.")])


class _Rows(NamedTuple):
    """The rows of one receipt so far."""

    line: int
    source: str
    reference: str
    warehouse: str
    units: list[Units]
    problems: list[Problem]

    def finish(self) -> WrittenReceipt:
        if self.problems:
            return WrittenReceipt(self.line, None, self.problems)
        return WrittenReceipt(self.line, ReceiptDraft(self.source, self.reference, self.warehouse, self.units))


def _read_table(lines: Iterable[str]) -> Iterator[WrittenReceipt]:
    reader = csv.reader(lines, strict=True)
    places, width = _header(reader)
    rows: _Rows | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            given = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
            if rows is None or (rows.source, rows.reference) != (given["source"], given["reference"]):
                if rows is not None:
                    yield rows.finish()
                rows = _Rows(reader.line_num, given["source"], given["reference"], given["warehouse"], [], [])
            _add(rows, given, reader.line_num)
            if any(cells[width:]):
                # A quantity of 1,000 without quotes, say, would be taken for 1.
                rows.problems.append(_bad(f"Line {reader.line_num} has more cells than the first line has names."))
    except csv.Error as error:
        # What follows cannot be told apart from this receipt, so nothing of it counts.
        line, problem = reader.line_num, _bad(f"Line {reader.line_num} is no row of a table: {error}.")
        yield WrittenReceipt(rows.line if rows else line, None, [problem])
        return
    if rows is not None:
        yield rows.finish()


def _header(reader: Iterator[list[str]]) -> tuple[Mapping[str, int], int]:
    """Where each column is, and how many there are."""
    try:
        names = [name.strip().lower() for name in next(reader, [])]
    except csv.Error:
        names = []
    if names:
        names[0] = names[0].removeprefix("\ufeff")
    if missing := [name for name in COLUMNS if name not in names]:
        message = f"The first line must name the columns {', '.join(COLUMNS)}; {', '.join(missing)} is missing."
        raise Rejected(BadHeader(message=message))
    return {name: names.index(name) for name in COLUMNS}, len(names)


def _add(rows: _Rows, given: Mapping[str, str], line: int) -> None:
    path = ("lines", str(len(rows.units)))
    quantity = given["quantity"]
    if not (quantity.removeprefix("-").isdecimal() and quantity.isascii() and len(quantity) <= 20):
        rows.problems.append(_bad(f"Line {line}: the quantity is not a whole number.", *path, "quantity"))
        quantity = "0"
    if given["warehouse"] != rows.warehouse:
        rows.problems.append(_bad(f"Line {line}: a receipt has one warehouse.", "warehouse"))
    if len(rows.units) == MOST_LINES:
        rows.problems[:] = [TooManyLines(message=f"There are at most {MOST_LINES:,} lines.", path=("lines",))]
        return
    rows.units.append(Units(given["sku"], int(quantity)))


def _bad(message: str, *path: str) -> Problem:
    return BadReceipt(message=message, path=path)
