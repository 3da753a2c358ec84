"""Receipts as suppliers write them: JSON objects in events, lines of JSON, and tables of comma-separated values."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, NamedTuple, TextIO

import orjson

from core.problems import Problem, Rejected
from services.inventory.movements import ReceiptDraft, Units
from services.inventory.movements.checks import MOST_LINES
from services.inventory.movements.problems import TooManyLines

COLUMNS = ("source", "reference", "warehouse", "sku", "quantity")
# Source and reference.
Name = tuple[str, str]


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
    """A receipt and the number of the line where it begins; without a draft if it cannot be read, with the reasons
    and as much of its name as is known."""

    line: int
    draft: ReceiptDraft | None
    problems: Sequence[Problem] = ()
    name: Name = ("", "")


def read_receipts(text: TextIO, format: ReceiptFormat) -> Iterator[WrittenReceipt]:
    """The receipts in a text, one at a time. Raises `Rejected` (BAD_HEADER) for a table of something else.

    A table is read twice, from its start: a receipt whose rows stand apart is refused in its first part already,
    which else would count as if it were all.
    """
    if format is ReceiptFormat.JSONL:
        return _read_json_lines(text)
    apart = _find_apart(text)
    text.seek(0)
    return _read_table(text, apart)


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
            given = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield WrittenReceipt(number, None, [_bad(f"The line is not JSON: {error.msg}.")])
            continue
        try:
            yield WrittenReceipt(number, read_receipt(given))
        except Rejected as refusal:
            yield WrittenReceipt(number, None, refusal.problems, _name(given))


def _name(given: object) -> Name:
    source, reference = (given.get(name) if isinstance(given, Mapping) else None for name in ("source", "reference"))
    return (source if isinstance(source, str) else "", reference if isinstance(reference, str) else "")


class _Row(NamedTuple):
    """A row of a table, by the names of `COLUMNS`, and whether it has more cells than there are columns."""

    given: Mapping[str, str]
    is_too_long: bool

    @property
    def name(self) -> Name:
        return self.given["source"], self.given["reference"]


class _Rows(NamedTuple):
    """The rows of one receipt so far."""

    line: int
    name: Name
    warehouse: str
    units: list[Units]
    problems: list[Problem]

    def finish(self) -> WrittenReceipt:
        if self.problems:
            return WrittenReceipt(self.line, None, self.problems, self.name)
        return WrittenReceipt(self.line, ReceiptDraft(*self.name, self.warehouse, self.units))


def _find_apart(lines: Iterable[str]) -> AbstractSet[int]:
    """The hashes of the names whose rows come back after those of another receipt. Only hashes are kept, so that a
    table of millions of receipts takes little memory."""
    reader = csv.reader(lines, strict=True)
    seen: set[int] = set()
    apart: set[int] = set()
    last: Name | None = None
    try:
        for row in _rows(reader):
            if row.name == last:
                continue
            last, key = row.name, hash(row.name)
            if key in seen:
                apart.add(key)
            seen.add(key)
    except csv.Error:
        # Receipts are read up to the same place, and the last of them is refused with this error.
        pass
    return apart


def _read_table(lines: Iterable[str], apart: AbstractSet[int]) -> Iterator[WrittenReceipt]:
    reader = csv.reader(lines, strict=True)
    rows: _Rows | None = None
    try:
        for row in _rows(reader):
            line = reader.line_num
            if rows is None or rows.name != row.name:
                if rows is not None:
                    yield rows.finish()
                rows = _Rows(line, row.name, row.given["warehouse"], [], [])
                if hash(row.name) in apart:
                    message = f"Line {line}: rows of this receipt stand apart, with another receipt between them."
                    rows.problems.append(_bad(message))
            _add(rows, row.given, line)
            if row.is_too_long:
                # A quantity of 1,000 without quotes, say, would be taken for 1.
                rows.problems.append(_bad(f"Line {line} has more cells than the first line has names."))
    except csv.Error as error:
        # What follows cannot be told apart from this receipt, so nothing of it counts.
        line, problem = reader.line_num, _bad(f"Line {reader.line_num} is no row of a table: {error}.")
        yield WrittenReceipt(rows.line, None, [problem], rows.name) if rows else WrittenReceipt(line, None, [problem])
        return
    if rows is not None:
        yield rows.finish()


def _rows(reader: Iterator[list[str]]) -> Iterator[_Row]:
    """The rows below the header that have anything in them. Raises `Rejected` (BAD_HEADER) and `csv.Error`."""
    places, width = _header(reader)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            given = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
            yield _Row(given, any(cells[width:]))


def _header(reader: Iterator[list[str]]) -> tuple[Mapping[str, int], int]:
    """Where each column is, and how many there are."""
    try:
        names = [name.strip().lower() for name in next(reader, [])]
    except csv.Error:
        names = []
    if names:
        names[0] = names[0].removeprefix("\ufeff")
    if missing := [name for name in COLUMNS if name not in names]:
        message = f"The first line must name the columns of the table; it lacks {', '.join(missing)}."
        raise Rejected(BadHeader(message=message))
    if twice := [name for name, times in Counter(names).items() if name and times > 1]:
        raise Rejected(BadHeader(message=f"The first line names a column more than once: {', '.join(twice)}."))
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
