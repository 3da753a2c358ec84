"""Feeds in each format: what is read of good rows, and what is said about bad ones."""

import gzip
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.catalog.drafts import OfferDraft, ProductDraft
from services.imports.source import RowError, UnreadableSource
from services.imports.sources.feed import FeedSource

COLUMNS = (
    "id", "title", "description", "price", "sale_price", "availability", "quantity", "brand", "gtin", "product_type",
    "item_group_id", "color", "size", "image_link", "additional_image_link", "release_date", "product_detail",
)  # fmt: skip
KETTLE = {
    "id": "K1",
    "title": "Steel kettle, 1.7 l",
    "description": 'Boils fast; the "quiet" one.',
    "price": "49.99 USD",
    "sale_price": "39.99 USD",
    "availability": "in stock",
    "quantity": "7",
    "brand": "Alder & Finch",
    "gtin": "4006381333931",
    "product_type": "Home > Kitchen > Kettles",
    "color": "Black",
    "image_link": "https://pictures.example/k1.jpg",
    "additional_image_link": "https://pictures.example/k2.jpg",
    "release_date": "2026-01-31",
    "product_detail": "General:Capacity:1.7",
}
Row = dict[str, str]


def as_tsv(rows: list[Row]) -> bytes:
    lines = [COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in rows)]
    return "\n".join("\t".join(line) for line in lines).encode()


def as_csv(rows: list[Row]) -> bytes:
    lines = [COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in rows)]
    return "\r\n".join(",".join('"' + value.replace('"', '""') + '"' for value in line) for line in lines).encode()


def as_jsonl(rows: list[Row]) -> bytes:
    objects: list[dict[str, Any]] = []
    for row in rows:
        given: dict[str, Any] = {name: value for name, value in row.items() if name != "product_detail"}
        if "product_detail" in row:
            given["attributes"] = {"capacity": 1.7}
        objects.append(given)
    return b"\n".join(orjson.dumps(given) for given in objects)


def as_xml(rows: list[Row]) -> bytes:
    def item(row: Row) -> str:
        texts = {name: value.replace("&", "&amp;").replace(">", "&gt;") for name, value in row.items()}
        detail = texts.pop("product_detail", None)
        parts = [f"<g:{name}>{value}</g:{name}>" for name, value in texts.items()]
        if detail is not None:
            _, name, value = detail.split(":")
            parts.append(
                f"<g:product_detail><g:attribute_name>{name}</g:attribute_name>"
                f"<g:attribute_value>{value}</g:attribute_value></g:product_detail>"
            )
        return f"<item>{''.join(parts)}</item>"

    items = "\n".join(item(row) for row in rows)
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
        f"<title>A shop</title>{items}</channel></rss>"
    ).encode()


FORMATS = [
    pytest.param(as_tsv, id="tsv"),
    pytest.param(as_csv, id="csv"),
    pytest.param(as_jsonl, id="jsonl"),
    pytest.param(as_xml, id="xml"),
]
Writer = Callable[[list[Row]], bytes]


def read(path: Path, content: bytes) -> tuple[list[ProductDraft], list[RowError]]:
    path.write_bytes(content)
    items = list(FeedSource(path).items())
    return [item.draft for item in items if item.draft], [error for item in items for error in item.errors]


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_each_format_gives_the_same_product(tmp_path: Path, write: Writer, packed: bool) -> None:
    content = write([KETTLE])

    drafts, errors = read(tmp_path / "shop", gzip.compress(content) if packed else content)

    assert errors == []
    [draft] = drafts
    assert (draft.source, draft.external_id, draft.title, draft.brand) == (
        "shop",
        "K1",
        KETTLE["title"],
        KETTLE["brand"],
    )
    assert draft.description == KETTLE["description"]
    assert draft.category_path == ("Home", "Kitchen", "Kettles")
    assert draft.attributes == {"color": "Black", "capacity": 1.7}
    assert draft.released_at == datetime(2026, 1, 31, tzinfo=UTC)
    assert [media.url[-6:] for media in draft.media] == ["k1.jpg", "k2.jpg"]
    [variant] = draft.variants
    assert (variant.sku, variant.gtin, variant.stock) == ("SHOP-K1", "4006381333931", {"main": 7})
    assert variant.offers == (OfferDraft(price_minor=3999, compare_at_minor=4999),)


@pytest.mark.parametrize("write", FORMATS)
def test_rows_of_a_group_are_one_product_wherever_they_stand(tmp_path: Path, write: Writer) -> None:
    shirt = {"title": "Shirt", "price": "20 USD", "item_group_id": "G", "color": "Red"}
    rows = [shirt | {"id": "S", "size": "S"}, KETTLE, shirt | {"id": "M", "size": "M"}]

    drafts, errors = read(tmp_path / "shop", write(rows))

    assert errors == []
    assert [draft.external_id for draft in drafts] == ["K1", "G"]
    assert drafts[1].option_names == ("Size",)
    assert [(variant.sku, variant.option_values) for variant in drafts[1].variants] == [
        ("SHOP-S", ("S",)),
        ("SHOP-M", ("M",)),
    ]
    assert drafts[1].attributes == {"color": "Red"}


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"id": ""}, "id"),
        ({"price": ""}, "price"),
        ({"price": "cheap"}, "price"),
        ({"price": "12.999 USD"}, "price"),
        ({"price": "12.99 XXY"}, "price"),
        ({"price": "-1 USD"}, "price"),
        ({"sale_price": "60 USD"}, "sale_price"),
        ({"gtin": "4006381333932"}, "gtin"),
        ({"availability": "maybe"}, "availability"),
        ({"quantity": "-3"}, "quantity"),
        ({"release_date": "soon"}, "release_date"),
    ],
)
def test_a_bad_row_is_reported_and_the_others_are_read(tmp_path: Path, write: Writer, change: Row, field: str) -> None:
    bad = KETTLE | {"id": "K2"} | change

    drafts, errors = read(
        tmp_path / "shop", write([KETTLE, {k: v for k, v in bad.items() if v}, KETTLE | {"id": "K3"}])
    )

    assert [draft.external_id for draft in drafts] == ["K1", "K3"]
    assert [(error.row, error.field) for error in errors] == [(3 if write in (as_tsv, as_csv) else 2, field)]


@pytest.mark.parametrize("write", [as_tsv, as_csv, as_jsonl])
def test_a_line_of_broken_encoding_is_reported(tmp_path: Path, write: Writer) -> None:
    content = write([KETTLE | {"title": "Caf?"}, KETTLE | {"id": "K2"}]).replace(b"Caf?", b"Caf\xe9")

    drafts, [error] = read(tmp_path / "shop", content)

    assert [draft.external_id for draft in drafts] == ["K2"]
    assert error.field in ("encoding", "row")


@pytest.mark.parametrize("cut", [10, 60])
def test_xml_that_is_cut_off_gives_the_items_before(tmp_path: Path, cut: int) -> None:
    content = as_xml([KETTLE, KETTLE | {"id": "K2"}])

    drafts, [error] = read(tmp_path / "shop.xml", content[:-cut])

    assert [draft.external_id for draft in drafts] == (["K1", "K2"] if cut == 10 else ["K1"])
    assert error.field == "file"


def test_gzip_that_is_cut_off_gives_the_rows_before(tmp_path: Path) -> None:
    rows = [KETTLE | {"id": f"K{number}", "title": f"{number * 7919:x} kettle"} for number in range(2_000)]

    drafts, errors = read(tmp_path / "shop", gzip.compress(as_jsonl(rows))[:-500])

    assert 0 < len(drafts) < 2_000
    assert [error.field for error in errors][-1] == "file"


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x89PNG\r\n\x1a\n"], ids=["empty", "prose", "picture"])
def test_what_is_no_feed_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shop.txt"
    path.write_bytes(content)

    with pytest.raises(UnreadableSource, match="is no feed"):
        FeedSource(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="cannot be read"):
        FeedSource(tmp_path / "absent.csv")


def test_xml_with_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shop.xml"
    path.write_bytes(b'<!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel><item><id>&a;</id></item></channel></rss>')

    with pytest.raises(UnreadableSource, match="entities"):
        list(FeedSource(path).items())


def test_quotes_in_tables_hold_line_ends_and_an_unclosed_one_costs_its_row(tmp_path: Path) -> None:
    content = b'id,title,price\n1,"Two\nlines",5 USD\n2,"open,5 USD\n3,15" screen,5 USD\n4,"said ""so""",5 USD\n'

    drafts, errors = read(tmp_path / "shop.csv", content)

    assert [(draft.external_id, draft.title) for draft in drafts] == [
        ("1", "Two\nlines"),
        ("3", '15" screen'),
        ("4", 'said "so"'),
    ]
    assert [(error.row, error.field) for error in errors] == [(4, "row")]


def test_rows_that_contradict_their_group_are_left_out_of_it(tmp_path: Path) -> None:
    shirt = {"title": "Shirt", "price": "20 USD", "item_group_id": "G"}
    sizes = (("1", "S"), ("2", "M"), ("3", "M"), ("4", ""), ("1", "L"))

    drafts, errors = read(tmp_path / "shop", as_tsv([shirt | {"id": key, "size": size} for key, size in sizes]))

    assert [variant.option_values for variant in drafts[0].variants] == [("S",), ("M",)]
    assert [(error.row, error.field) for error in errors] == [(4, "item_group_id"), (5, "size"), (6, "id")]


@pytest.mark.parametrize("write", [as_jsonl, as_xml])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, write: Writer) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}"
        path.write_bytes(write([KETTLE | {"id": f"K{number}"} for number in range(rows)]))
        tracemalloc.start()
        for _ in FeedSource(path).items():
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    few, many = peak(200), peak(1_500)

    assert many < few + 300_000
