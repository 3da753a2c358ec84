"""Reads Google Merchant feeds in XML, RSS 2.0 or Atom, one item at a time."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from services.catalog.names import Value
from services.imports.source import RowError, UnreadableSource
from services.imports.sources.feed_rows import FeedRow, add_detail, column
from services.imports.sources.lines import opened
from services.imports.sources.text import clean

_ITEMS = ("item", "entry")


def xml_rows(path: Path) -> Iterator[FeedRow | RowError]:
    """The feed's items; `row` counts items from 1. XML that is cut off or broken ends in a `RowError`.

    Entities and document types are refused (`UnreadableSource`): they can make a small file fill the memory.
    """
    number = 0
    with opened(path) as stream:
        try:
            parents: list[ET.Element] = []
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    parents.append(element)
                    continue
                parents.pop()
                if _name(element) in _ITEMS:
                    number += 1
                    yield _row(number, element)
                    # What was read is let go, so that memory does not grow with the file.
                    if parents:
                        parents[-1].clear()
        except DefusedXmlException as error:
            raise UnreadableSource(f"{path} declares entities or a document type, which is refused.") from error
        except (ET.ParseError, EOFError, OSError, UnicodeDecodeError, ValueError) as error:
            yield RowError(number + 1, "file", f"ends early or is damaged: {error}")


def _row(number: int, item: ET.Element) -> FeedRow:
    fields: dict[str, list[str]] = {}
    attributes: dict[str, Value] = {}
    for child in item:
        name = column(_name(child))
        if name == "product_detail":
            parts = {_name(part): clean(part.text or "") for part in child}
            add_detail(attributes, parts.get("attribute_name", ""), parts.get("attribute_value", ""))
            continue
        # Atom's links are attributes of the element.
        text = clean("".join(child.itertext())) or child.get("href", "")
        if text:
            fields.setdefault(name, []).append(text)
    return FeedRow(number, fields, attributes)


def _name(element: ET.Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
