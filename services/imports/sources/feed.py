"""Reads a seller's feed: a Google Merchant file (TSV or XML), CSV or JSONL, gzipped or not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from services.catalog.drafts import AttributeDraft, AttributeType, CatalogDraft, WarehouseDraft
from services.catalog.names import label_of
from services.catalog.slugs import slugify
from services.imports.source import Item, RowError, UnreadableSource
from services.imports.sources.feed_groups import Groups
from services.imports.sources.feed_product import FACTS, OPTIONS, WAREHOUSE, read_product
from services.imports.sources.feed_rows import FeedRow, json_rows, table_rows
from services.imports.sources.feed_xml import xml_rows
from services.imports.sources.invented import CATALOG, with_invented_facts
from services.imports.sources.lines import opened

FeedFormat = Literal["tsv", "csv", "jsonl", "xml"]
FORMATS: tuple[FeedFormat, ...] = get_args(FeedFormat)
_MAIN = WarehouseDraft(code=WAREHOUSE, name="Main", country="US", postal_code="10001", latitude=40.75, longitude=-73.99)
_ATTRIBUTES = tuple(
    AttributeDraft(code=code, label=label_of(code), type=AttributeType.TEXT) for code in (*OPTIONS, *FACTS)
)
_PEEK_BYTES = 64 * 1024


class FeedSource:
    """Rows that share an `item_group_id` are variants of one product, wherever in the file they stand."""

    def __init__(
        self,
        path: Path,
        *,
        name: str | None = None,
        format: FeedFormat | None = None,
        currency: str = "USD",
        seller: str = "emporium",
        invent: bool = False,
    ) -> None:
        """`name` becomes the products' source (the file's name by default), `currency` that of prices without one.

        Raises `UnreadableSource` if the file cannot be read or its format cannot be told.
        """
        self.name = name or slugify(path.name.split(".")[0]) or "feed"
        self.files: tuple[Path, ...] = (path,)
        self.format = format or recognise(path)
        self._currency = currency
        self._seller = seller
        self._invent = invent
        self.options = f"{self.format} {currency} {seller} invent={invent}"

    def catalog(self) -> CatalogDraft:
        """The attributes that all feeds share, and a warehouse for units that no place is given for."""
        return CatalogDraft(attributes=_ATTRIBUTES, warehouses=(_MAIN, *(CATALOG.warehouses if self._invent else ())))

    def items(self) -> Iterator[Item]:
        """Products of one row in the file's order, then the groups in the order of their first rows."""
        groups = Groups()
        try:
            for row in self._rows():
                if isinstance(row, RowError):
                    yield Item.of(row.row, row)
                elif group := row.first("item_group_id"):
                    groups.add(group, row)
                else:
                    yield self._item([row])
            for rows in groups:
                yield self._item(rows)
        finally:
            groups.close()

    def _rows(self) -> Iterator[FeedRow | RowError]:
        path = self.files[0]
        if self.format == "xml":
            return xml_rows(path)
        if self.format == "jsonl":
            return json_rows(path)
        return table_rows(path, delimiter="\t" if self.format == "tsv" else ",")

    def _item(self, rows: list[FeedRow]) -> Item:
        item = read_product(
            rows, source=self.name, currency=self._currency, seller=self._seller, needs_price=not self._invent
        )
        if item.draft is not None and self._invent:
            return item._replace(draft=with_invented_facts(item.draft))
        return item


def recognise(path: Path) -> FeedFormat:
    """The format, told by how the file begins. Raises `UnreadableSource` if it is none of those known."""
    try:
        with opened(path) as stream:
            start = stream.read(_PEEK_BYTES)
    except (EOFError, OSError) as error:
        raise UnreadableSource(f"{path} cannot be read: {error}.") from error
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    # The byte order marks of UTF-16: XML says its encoding itself.
    if start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return "xml"
    if start.startswith(b"{"):
        return "jsonl"
    heading = start.split(b"\n", 1)[0]
    if b"\t" in heading:
        return "tsv"
    if b"," in heading:
        return "csv"
    raise UnreadableSource(f"{path} is no feed: it is not XML or JSONL, and no heading line names columns.")
