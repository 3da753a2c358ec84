"""Rows of feeds in one shape, whatever the file's format."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from services.catalog.names import Value
from services.imports.source import RowError
from services.imports.sources.lines import lines, table
from services.imports.sources.text import clean, code_of

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_ATTRIBUTE = "attributes."


@dataclass(frozen=True, slots=True)
class FeedRow:
    """`fields` hold texts by column, several where the column may repeat; `attributes` are typed values by code."""

    row: int
    fields: Mapping[str, list[str]]
    attributes: Mapping[str, Value] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """The column's first value, empty if there is none."""
        return next(iter(self.fields.get(name, ())), "")


def column(name: str) -> str:
    """A column's name as the documentation has it: `g:Image Link` is `image_link`."""
    return name.strip().lower().removeprefix("g:").replace(" ", "_")


def guessed(text: str) -> Value:
    """A text as the number or flag that it looks like."""
    if _NUMBER.fullmatch(text):
        return float(text)
    return {"true": True, "false": False}.get(text.lower(), text)


def add_detail(attributes: dict[str, Value], name: str, value: str) -> None:
    """Take a `product_detail` as an attribute."""
    if code_of(name) and value:
        attributes[code_of(name)] = guessed(value)


def table_rows(path: Path, *, delimiter: str) -> Iterator[FeedRow | RowError]:
    """Rows of a TSV or CSV file. `additional_image_link` and `product_detail` have their values between commas."""
    for number, given in table(path, delimiter=delimiter, quoted=delimiter == ","):
        if isinstance(given, RowError):
            yield given
            continue
        fields: dict[str, list[str]] = {}
        attributes: dict[str, Value] = {}
        for name, text in given.items():
            value, key = clean(text), column(name)
            if not value:
                continue
            if key.startswith(_ATTRIBUTE):
                add_detail(attributes, key.removeprefix(_ATTRIBUTE), value)
            elif key == "product_detail":
                # Each is section:name:value, where the section may be left out.
                for detail in value.split(","):
                    _, name_part, text_part = ["", "", *detail.split(":")][-3:]
                    add_detail(attributes, name_part, text_part.strip())
            elif key == "additional_image_link":
                fields[key] = [link.strip() for link in value.split(",") if link.strip()]
            else:
                fields[key] = [value]
        yield FeedRow(number, fields, attributes)


def json_rows(path: Path) -> Iterator[FeedRow | RowError]:
    """Rows of a file with a JSON object a line. Values are texts, numbers, flags or lists of them."""
    for number, line in lines(path):
        yield line if isinstance(line, RowError) else _json_row(number, line)


def _json_row(number: int, line: bytes) -> FeedRow | RowError:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return RowError(number, "row", f"is not JSON: {error}")
    if not isinstance(given, dict):
        return RowError(number, "row", "is not a JSON object")
    fields: dict[str, list[str]] = {}
    attributes: dict[str, Value] = {}
    for name, value in given.items():
        if column(name) == "attributes":
            if not isinstance(value, dict) or not all(isinstance(one, str | int | float) for one in value.values()):
                return RowError(number, "attributes", "is not an object of texts, numbers and flags")
            pairs = ((code_of(key), clean(one) if isinstance(one, str) else one) for key, one in value.items())
            attributes.update((code, one) for code, one in pairs if code and one != "")
            continue
        values = value if isinstance(value, list) else [value]
        if not all(one is None or isinstance(one, str | int | float) for one in values):
            return RowError(number, column(name), "is neither a text, a number nor a list of them")
        texts = [clean(str(one)) for one in values if one is not None]
        if any(texts):
            fields[column(name)] = [text for text in texts if text]
    return FeedRow(number, fields, attributes)
