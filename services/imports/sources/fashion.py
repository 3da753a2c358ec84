"""Reads the fashion sample: a folder with `products.tsv.gz`, made for facets and without prices."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from services.catalog.drafts import AttributeDraft, AttributeType, CatalogDraft, ProductDraft, VariantDraft
from services.imports.source import Item, RowError, UnreadableSource
from services.imports.sources.invented import CATALOG, with_invented_facts
from services.imports.sources.lines import table
from services.imports.sources.text import clean

_TEXTS = {"gender": "Gender", "base_colour": "Colour", "season": "Season", "usage": "Usage"}
_ATTRIBUTES = (
    *(AttributeDraft(code=code, label=label, type=AttributeType.TEXT) for code, label in _TEXTS.items()),
    AttributeDraft(code="collection_year", label="Year", type=AttributeType.NUMBER),
)


class FashionSource:
    """Each item has one variant. There are no prices, so nothing can be bought unless `invent` makes them up."""

    name = "fashion"

    def __init__(self, folder: Path, *, invent: bool = False) -> None:
        """Raises `UnreadableSource` if the file is missing."""
        self.files: tuple[Path, ...] = (folder / "products.tsv.gz",)
        self._invent = invent
        self.options = f"invent={invent}"
        if not self.files[0].is_file():
            raise UnreadableSource(f"{folder} is no fashion folder: products.tsv.gz is missing.")

    def catalog(self) -> CatalogDraft:
        """The five attributes, all of them filters."""
        return CatalogDraft(attributes=_ATTRIBUTES, warehouses=CATALOG.warehouses if self._invent else ())

    def items(self) -> Iterator[Item]:
        """One item a line."""
        for number, row in table(self.files[0], delimiter="\t", quoted=False):
            item = row if isinstance(row, RowError) else self._read(number, row)
            yield Item.of(number, item)

    def _read(self, number: int, row: Mapping[str, str]) -> ProductDraft | RowError:
        for field in ("product_id", "name", "master_category"):
            if not row.get(field, "").strip():
                return RowError(number, field, "is missing")
        year = row.get("year", "")
        if year and not (len(year) == 4 and year.isascii() and year.isdigit()):
            return RowError(number, "year", f"{year[:20]!r} is not a year")
        attributes: dict[str, str | float | bool] = {
            code: clean(row[code]) for code in _TEXTS if row.get(code, "").strip() not in ("", "NA")
        }
        if year:
            attributes["collection_year"] = int(year)
        draft = ProductDraft(
            source="fashion",
            external_id=row["product_id"],
            title=clean(row["name"]),
            category_path=_path(row),
            attributes=attributes,
            variants=(VariantDraft(sku=f"FASHION-{row['product_id']}"),),
            released_at=datetime(int(year), 1, 1, tzinfo=UTC) if year else None,
        )
        return with_invented_facts(draft) if self._invent else draft


def _path(row: Mapping[str, str]) -> tuple[str, ...]:
    """Master, sub and article type; a level that repeats the one above, or says nothing, is left out."""
    path: list[str] = []
    for field in ("master_category", "sub_category", "article_type"):
        name = row.get(field, "").strip()
        if name and name != "NA" and name not in path[-1:]:
            path.append(name)
    return tuple(path)
