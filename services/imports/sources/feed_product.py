"""Makes a product of a feed's rows: one row, or several that are its variants."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from services.catalog.drafts import MediaDraft, OfferDraft, ProductDraft, VariantDraft
from services.catalog.names import Value, label_of
from services.catalog.rules import is_gtin
from services.catalog.slugs import slugify
from services.imports.source import Item, RowError
from services.imports.sources.feed_rows import FeedRow
from services.imports.sources.text import parse_count, parse_price, parse_time

T = TypeVar("T")
OPTIONS = ("color", "size", "material", "pattern")
FACTS = ("gender", "age_group", "condition")
WAREHOUSE = "main"
# What "in stock" without a number is taken for.
SOME_UNITS = 10
_AVAILABILITIES = {"in_stock": True, "out_of_stock": False, "preorder": False, "backorder": False}
_QUANTITIES = ("quantity", "sell_on_google_quantity", "inventory")


@dataclass(slots=True)
class _Read:
    """A row on its way: what was read of it and what is wrong with it."""

    row: FeedRow
    errors: list[RowError] = field(default_factory=list)
    offers: tuple[OfferDraft, ...] = ()
    stock: Mapping[str, int] = field(default_factory=dict)
    gtin: str | None = None
    released_at: datetime | None = None

    def refuse(self, name: str, reason: str) -> None:
        self.errors.append(RowError(self.row.row, name, reason))

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The column as `parse` reads it; None if it is empty or wrong."""
        text = self.row.first(name)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.refuse(name, str(error))
            return None


def read_product(rows: Sequence[FeedRow], *, source: str, currency: str, seller: str, needs_price: bool) -> Item:
    """The product that `rows` are variants of. Rows with errors are left out of it; with none left it has no draft."""
    read = [_read(row, currency=currency, seller=seller, needs_price=needs_price) for row in rows]
    sound = [one for one in read if not one.errors]
    options = [name for name in OPTIONS if len({one.row.first(name) for one in sound}) > 1]
    if len(sound) > 1:
        sound = _distinct(sound, options)
    errors = tuple(error for one in read for error in one.errors)
    if not sound:
        return Item(rows[0].row, None, errors)
    return Item(sound[0].row.row, _draft(sound, options, source), errors)


def _read(row: FeedRow, *, currency: str, seller: str, needs_price: bool) -> _Read:
    read = _Read(row)
    for name in ("id", "title"):
        if not row.first(name):
            read.refuse(name, "is missing")
    _read_offer(read, currency=currency, seller=seller, needs_price=needs_price)
    _read_stock(read)
    gtin = row.first("gtin").replace(" ", "").replace("-", "")
    if gtin and not is_gtin(gtin):
        read.refuse("gtin", f"{gtin[:40]} is not a GTIN: its length or check digit is wrong")
    read.gtin = gtin or None
    read.released_at = read.parsed("release_date", parse_time)
    return read


def _read_offer(read: _Read, *, currency: str, seller: str, needs_price: bool) -> None:
    def parse(text: str) -> tuple[int, str]:
        return parse_price(text, currency=currency)

    price, sale = read.parsed("price", parse), read.parsed("sale_price", parse)
    if price is None:
        if needs_price and not read.row.first("price"):
            read.refuse("price", "is missing")
        return
    if sale is None:
        read.offers = (OfferDraft(price_minor=price[0], currency=price[1], seller=seller),)
    elif sale[1] != price[1] or sale[0] >= price[0]:
        read.refuse("sale_price", "is not below the price, in the same currency")
    else:
        read.offers = (OfferDraft(price_minor=sale[0], compare_at_minor=price[0], currency=sale[1], seller=seller),)


def _read_stock(read: _Read) -> None:
    availability = read.row.first("availability").lower().replace(" ", "_")
    if availability and availability not in _AVAILABILITIES:
        read.refuse("availability", f"{availability[:40]!r} is not one of {', '.join(_AVAILABILITIES)}")
        return
    quantity = next((read.parsed(name, parse_count) for name in _QUANTITIES if read.row.first(name)), None)
    if availability and not _AVAILABILITIES[availability]:
        quantity = 0
    elif availability and quantity is None:
        quantity = SOME_UNITS
    if quantity is not None:
        read.stock = {WAREHOUSE: quantity}


def _distinct(sound: Sequence[_Read], options: Sequence[str]) -> list[_Read]:
    kept: dict[tuple[str, ...], _Read] = {}
    ids: set[str] = set()
    for one in sound:
        values = tuple(one.row.first(name) for name in options)
        missing = [name for name, value in zip(options, values, strict=True) if not value]
        if one.row.first("id") in ids:
            one.refuse("id", f"{one.row.first('id')} stands in the group before")
        elif missing:
            one.refuse(missing[0], "is missing, while other rows of the group have it")
        elif values in kept:
            one.refuse("item_group_id", f"has the same options as row {kept[values].row.row}")
        else:
            kept[values] = one
            ids.add(one.row.first("id"))
    return list(kept.values())


def _draft(sound: Sequence[_Read], options: Sequence[str], source: str) -> ProductDraft:
    first = sound[0].row
    names = options if len(sound) > 1 else ()
    attributes: dict[str, Value] = {name: first.first(name) for name in (*OPTIONS, *FACTS) if first.first(name)}
    for one in reversed(sound):
        attributes |= one.row.attributes
    for name in names:
        attributes.pop(name, None)
    return ProductDraft(
        source=source,
        external_id=first.first("item_group_id") or first.first("id"),
        title=first.first("title"),
        description=first.first("description"),
        brand=first.first("brand") or None,
        category_path=_path(first),
        attributes=attributes,
        option_names=tuple(label_of(name) for name in names),
        variants=tuple(
            VariantDraft(
                sku=one.row.first("sku") or f"{slugify(source).upper()}-{one.row.first('id')}",
                option_values=tuple(one.row.first(name) for name in names),
                gtin=one.gtin,
                offers=one.offers,
                stock=one.stock,
                media=_media(one.row) if names else (),
            )
            for one in sound
        ),
        media=() if names else _media(first),
        released_at=sound[0].released_at,
    )


def _path(row: FeedRow) -> tuple[str, ...]:
    """`Home > Kitchen > Kettles`; Google's own category if it is not a number; else Other."""
    for name in ("product_type", "google_product_category"):
        path = tuple(part.strip() for part in row.first(name).split(">") if part.strip())
        if path and not path[0].isdigit():
            return path
    return ("Other",)


def _media(row: FeedRow) -> tuple[MediaDraft, ...]:
    links = dict.fromkeys(row.fields.get("image_link", []) + row.fields.get("additional_image_link", []))
    return tuple(MediaDraft(url=link, alt=row.first("title")) for link in links)
