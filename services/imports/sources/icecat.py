"""Reads the Open Icecat sample: a folder with `products.jsonl.gz` and `attributes.tsv`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from services.catalog.attributes import is_filter
from services.catalog.drafts import (
    AttributeDraft,
    AttributeType,
    CatalogDraft,
    MediaDraft,
    OfferDraft,
    ProductDraft,
    VariantDraft,
)
from services.catalog.names import Value, label_of
from services.catalog.rules import is_gtin
from services.imports.source import Item, RowError, UnreadableSource
from services.imports.sources.invented import CATALOG, with_invented_facts
from services.imports.sources.lines import lines, table
from services.imports.sources.text import clean, code_of, parse_time

_PICTURES = "http://images.icecat.biz/img/"
_TYPES = (AttributeType.TEXT, AttributeType.NUMBER, AttributeType.FLAG)


class IcecatSource:
    """Each product has one variant and one offer by the store, in US dollars; the source says nothing about stock."""

    name = "icecat"

    def __init__(self, folder: Path, *, invent: bool = False) -> None:
        """`invent` adds made-up stock, ratings and sales. Raises `UnreadableSource` if files are missing."""
        self.files: tuple[Path, ...] = (folder / "products.jsonl.gz", folder / "attributes.tsv")
        self._invent = invent
        self.options = f"invent={invent}"
        for path in self.files:
            if not path.is_file():
                raise UnreadableSource(f"{folder} is no icecat folder: {path.name} is missing.")

    def catalog(self) -> CatalogDraft:
        """The attributes, typed as the source counted them; units are not known. Filters are chosen by the counts."""
        attributes = tuple(
            draft for _, row in table(self.files[1], delimiter="\t", quoted=False) if (draft := _attribute(row))
        )
        return CatalogDraft(attributes=attributes, warehouses=CATALOG.warehouses if self._invent else ())

    def items(self) -> Iterator[Item]:
        """One item a line of `products.jsonl.gz`."""
        for number, line in lines(self.files[0]):
            item = line if isinstance(line, RowError) else self._read(number, line)
            yield Item.of(number, item)

    def _read(self, number: int, line: bytes) -> ProductDraft | RowError:
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            return RowError(number, "row", f"is not JSON: {error}")
        if not isinstance(row, dict):
            return RowError(number, "row", "is not a JSON object")
        try:
            draft = _product(row)
        except KeyError as error:
            return RowError(number, str(error.args[0]), "is missing")
        except (ValueError, TypeError, AttributeError) as error:
            return RowError(number, "row", str(error))
        return with_invented_facts(draft) if self._invent else draft


def _attribute(row: object) -> AttributeDraft | None:
    if not isinstance(row, dict) or row.get("type") not in _TYPES or not code_of(row["attribute"]):
        return None
    kind = AttributeType(row["type"])
    # The longest of the commonest values stands for all of them.
    longest = max((len(value) for value in row.get("top_values", "").split(" | ")), default=0)
    return AttributeDraft(
        code=code_of(row["attribute"]),
        label=label_of(code_of(row["attribute"])),
        type=kind,
        filterable=is_filter(kind, products=int(row["products"]), values=int(row["distinct_values"]), longest=longest),
    )


# A row is JSON of the shape that the folder's README gives; what it lacks or has of a wrong type is caught above.
def _product(row: dict[str, Any]) -> ProductDraft:
    external_id, title = str(row["id"]), clean(row["title"])
    category = row.get("category_guess") or "Other"
    gtin = next((code for code in row.get("ean") or () if is_gtin(code)), None)
    price = row.get("price_cents")
    return ProductDraft(
        source="icecat",
        external_id=external_id,
        title=title,
        description=clean(row.get("short_description") or ""),
        brand=clean(row.get("brand") or "") or None,
        category_path=tuple(name.strip() for name in category.split(" > ")),
        attributes=_values(row.get("attrs") or {}),
        variants=(
            VariantDraft(
                sku=f"ICECAT-{external_id}",
                gtin=gtin,
                offers=() if price is None else (OfferDraft(price_minor=price),),
            ),
        ),
        media=_media(row.get("images") or {}, title),
        released_at=parse_time(row["date_released"]) if row.get("date_released") else None,
    )


def _values(attributes: dict[str, Value]) -> dict[str, Value]:
    return {
        code_of(code): clean(value) if isinstance(value, str) else value
        for code, value in attributes.items()
        if value not in ("", None) and code_of(code)
    }


def _media(images: dict[str, str], title: str) -> tuple[MediaDraft, ...]:
    path = images.get("high") or images.get("mid") or images.get("low")
    if not path:
        return ()
    return (MediaDraft(url=path if path.startswith("http") else _PICTURES + path, alt=title),)
