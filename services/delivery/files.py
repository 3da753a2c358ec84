"""Postal codes and rates as people keep them in files: what can be read, and which rows cannot.

Rows are counted as a person who opens the file sees them, the heading included.
"""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from core.names import check_names
from core.places import normalize_postal_code
from services.delivery.codes import CodeRow
from services.delivery.rules import RateDraft, check_coordinates, check_rates

# The column of the code, by which a file is told: plain ones, and those of public lists of the USA and India.
_CODE_COLUMNS = ("code", "postal_code", "zip", "pincode")
_PLACE_COLUMNS = ("place", "city", "districts", "name")
_RATE_COLUMNS = ("carrier", "method", "up_to_km", "price_minor", "min_days", "max_days")
_GZIP = b"\x1f\x8b"
_LONGEST_PLACE = 120


class UnreadableFile(Exception):
    """The file is missing, is no text, or lacks columns; the message says what was expected."""


class BadRow(NamedTuple):
    """Why a row was left out."""

    row: int
    reason: str


class RateRow(NamedTuple):
    """One rate of a carrier's method, both named by their codes."""

    carrier: str
    method: str
    rate: RateDraft


def read_codes(path: Path, *, country: str, group: int | None) -> Iterator[tuple[int, CodeRow | BadRow]]:
    """The codes of a TSV or CSV file, gzipped or not, each with its row number.

    Zones come from the column `zone` where there is one and it is filled in; else the first `group` letters of a code
    name its zone, or all of them if `group` is None. Rows of another country are left out, if the file names countries.
    Raises `UnreadableFile`.
    """
    seen: dict[str, int] = {}
    for number, row in _rows(path):
        if isinstance(row, BadRow):
            yield number, row
            continue
        column = next((name for name in _CODE_COLUMNS if name in row), None)
        if column is None:
            raise UnreadableFile(f"{path} has no column named {', '.join(_CODE_COLUMNS[:-1])} or {_CODE_COLUMNS[-1]}.")
        found = _code(row, row[column], country=country, group=group)
        if isinstance(found, CodeRow):
            if found.code in seen:
                yield number, BadRow(number, f"{found.code} stands in row {seen[found.code]} already")
                continue
            seen[found.code] = number
            yield number, found
        else:
            yield number, BadRow(number, found)


def read_rates(path: Path) -> Iterator[tuple[int, RateRow | BadRow]]:
    """The rates of a CSV or TSV file with the columns carrier, method, up_to_km, price_minor, min_days, max_days.

    Raises `UnreadableFile`.
    """
    for number, row in _rows(path):
        if isinstance(row, BadRow):
            yield number, row
            continue
        if absent := [name for name in _RATE_COLUMNS if name not in row]:
            raise UnreadableFile(f"{path} has no column {', '.join(absent)}.")
        try:
            rate = RateDraft(*(int(row[name]) for name in _RATE_COLUMNS[2:]))
        except ValueError:
            yield number, BadRow(number, f"{', '.join(_RATE_COLUMNS[2:])} must be whole numbers")
            continue
        codes = (row["carrier"].strip(), row["method"].strip())
        problems = check_rates([rate]) + [one for code in codes for one in check_names(code=code, name="any")]
        if problems:
            yield number, BadRow(number, problems[0].message)
        else:
            yield number, RateRow(*codes, rate)


def _code(row: Mapping[str, str], text: str, *, country: str, group: int | None) -> CodeRow | str:
    """The row's code, or what is wrong with it."""
    if row.get("country", "").strip().upper() not in ("", country):
        return f"is of {row['country'].strip()}, not of {country}"
    code = normalize_postal_code(text, country=country)
    if not code:
        return f"{text[:40]!r} is not a postal code"
    zone = row.get("zone", "").strip() or code[:group]
    if problems := check_names(code=zone, name="any"):
        return f"the zone {zone[:40]!r}: {problems[0].message}"
    try:
        latitude, longitude = (float(row[name]) if row.get(name, "").strip() else None for name in ("lat", "lon"))
    except ValueError:
        return "lat and lon must be numbers"
    if wrong := check_coordinates(latitude, longitude):
        return wrong
    place = next((row[name].strip() for name in _PLACE_COLUMNS if row.get(name, "").strip()), None)
    if place is not None:
        place = "".join(sign for sign in place if sign.isprintable())[:_LONGEST_PLACE]
    return CodeRow(code, zone, latitude, longitude, place)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str] | BadRow]]:
    """Each row by the names of its columns, which are in lower case; what a short row lacks is empty.

    A row that is too long is bad: a price of 1,000 without quotes, say, would be taken for 1.
    """
    with _opened(path) as stream:
        try:
            heading = stream.readline().lstrip("\ufeff")
            separator = "\t" if "\t" in heading else ","
            names = [name.strip().lower() for name in next(csv.reader([heading], delimiter=separator), [])]
            table = csv.reader(stream, delimiter=separator)
            for cells in table:
                if any(cells[len(names) :]):
                    yield table.line_num + 1, BadRow(table.line_num + 1, "has more cells than the heading has names")
                elif any(cells):
                    padded = [*cells, *[""] * (len(names) - len(cells))]
                    yield table.line_num + 1, dict(zip(names, padded, strict=False))
        except (UnicodeDecodeError, EOFError, OSError, csv.Error) as error:
            raise UnreadableFile(f"{path} cannot be read to its end: {error}.") from error


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    with raw:
        zipped = raw.read(len(_GZIP)) == _GZIP
        raw.seek(0)
        plain = gzip.GzipFile(fileobj=raw) if zipped else raw
        with io.TextIOWrapper(plain, encoding="utf-8", newline="") as stream:
            yield stream
