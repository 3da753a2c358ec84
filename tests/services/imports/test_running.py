"""Runs of imports: repeated, interrupted, killed, refused, and what they leave behind."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from core.problems import Unavailable
from models.catalog import Attribute, Category, CategoryAttribute, ImportRun, Offer, Product, Variant
from models.outbox import OutboxEvent
from services.catalog.drafts import CatalogDraft, ProductDraft
from services.imports.running import Count, ImportRunning, ImportStopped, run_import
from services.imports.source import RowError
from services.imports.sources.fashion import FashionSource
from services.imports.sources.feed import FeedSource
from services.imports.sources.icecat import IcecatSource
from services.imports.sources.ready import ReadySource
from services.unit_of_work import Database
from tests.factories.catalog import catalog_draft, product_draft

PROJECT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("EMPORIUM_SHARED_DIR", PROJECT.parent / "shared"))


class BrokenOff(Exception):
    """The source stops in the middle."""


def ready(drafts: Sequence[ProductDraft], catalog: CatalogDraft | None = None) -> ReadySource:
    return ReadySource("test", catalog=lambda: catalog or catalog_draft(), products=lambda: iter(drafts))


def kettles(number: int) -> list[ProductDraft]:
    return [product_draft(f"K{place}") for place in range(number)]


async def one(database: Database, statement: sa.Select[*tuple[Any, ...]]) -> Any:  # whatever the statement selects
    async with database.read() as session:
        return await session.scalar(statement)


async def count(database: Database, table: type[Any]) -> Any:  # any table of ours
    return await one(database, sa.select(sa.func.count()).select_from(table))


async def count_changes(database: Database) -> Any:  # a number
    """Events of products; others tell of warehouses that are new."""
    kinds = sa.select(sa.func.count()).where(OutboxEvent.type == "catalog.product_changed")
    return await one(database, kinds)


def write_feed(path: Path, rows: int) -> Path:
    lines = (
        {"id": f"F{number}", "title": f"Lamp {number}", "price": "5 USD", "product_type": "Home > Lamps"}
        for number in range(rows)
    )
    path.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    return path


async def test_an_import_can_be_repeated(database: Database) -> None:
    source = ready(kettles(25))

    first = await run_import(database, source, batch_size=10)
    events = await count(database, OutboxEvent)
    second = await run_import(database, source, batch_size=10)

    assert first == Count(rows=25, created=25)
    assert second == Count(rows=25, unchanged=25)
    assert await count(database, OutboxEvent) == events
    assert await one(database, sa.select(ImportRun.finished_at)) is not None


async def test_an_interrupted_import_goes_on_behind_its_last_batch(database: Database) -> None:
    drafts = kettles(25)

    class Breaking(ReadySource):
        def items(self) -> Iterator[Any]:
            for item in super().items():
                if item.row == 23:
                    raise BrokenOff
                yield item

    broken = Breaking("test", catalog=catalog_draft, products=lambda: iter(drafts))
    heard: list[int] = []

    with pytest.raises(BrokenOff):
        await run_import(database, broken, batch_size=10, progress=lambda now: heard.append(now.rows))
    resumed = await run_import(database, ready(drafts), batch_size=10)

    assert heard == [10, 20]
    assert resumed == Count(rows=25, created=5, resumed_at=20)
    assert await count(database, Product) == 25


async def test_an_import_that_is_killed_goes_on_without_loss_or_duplicates(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    feed = write_feed(tmp_path / "lamps.jsonl", 4_000)
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from bootstrap.database import make_database\n"
        "from core.settings import DatabaseSettings\n"
        "from services.imports.running import run_import\n"
        "from services.imports.sources.feed import FeedSource\n"
        "database = make_database(sys.argv[1], DatabaseSettings(), application='killed')\n"
        "source = FeedSource(Path(sys.argv[2]))\n"
        "asyncio.run(run_import(database, source, batch_size=100, progress=lambda now: print(now.rows, flush=True)))\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, database_url, str(feed), stdout=asyncio.subprocess.PIPE, cwd=PROJECT
    )
    assert process.stdout is not None

    while int(await asyncio.wait_for(process.stdout.readline(), 60)) < 500:
        pass
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    saved, noted = await count(database, Product), await one(database, sa.select(ImportRun.rows_done))
    # The killed process' lock goes when the server notices that its connection is lost.
    while True:
        try:
            resumed = await run_import(database, FeedSource(feed))
            break
        except ImportRunning:
            await asyncio.sleep(0.05)

    assert saved == noted
    assert 500 <= resumed.resumed_at < 4_000
    assert resumed == Count(rows=4_000, created=4_000 - resumed.resumed_at, resumed_at=resumed.resumed_at)
    assert await count(database, Product) == await count(database, Offer) == await count_changes(database) == 4_000


async def test_a_full_disk_stops_the_import_with_nothing_half_written(database: Database) -> None:
    # The error is raised by the server as it would be, with its own code.
    async with database.unit() as unit:
        for statement in (
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON variant FOR EACH ROW WHEN (NEW.sku = 'SKU-K15')"
            " EXECUTE FUNCTION full_disk()",
        ):
            await unit.session.execute(sa.text(statement))
    source = ready(kettles(25))

    with pytest.raises(ImportStopped, match=r"disk is full.* 10 rows are done"):
        await run_import(database, source, batch_size=10)
    written = await count(database, Product), await count_changes(database)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("DROP TRIGGER full_disk ON variant"))
    resumed = await run_import(database, source, batch_size=10)

    assert written == (10, 10)
    assert resumed == Count(rows=25, created=15, resumed_at=10)


async def test_a_lost_database_stops_the_import_and_it_can_go_on(database: Database) -> None:
    source = ready(kettles(25))

    async def lose(now: Count) -> None:
        async with database.read() as session:
            await session.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    class Losing(ReadySource):
        def items(self) -> Iterator[Any]:
            for item in super().items():
                if item.row == 21:
                    asyncio.run_coroutine_threadsafe(lose(Count()), loop).result()
                yield item

    loop = asyncio.get_running_loop()
    losing = Losing("test", catalog=catalog_draft, products=lambda: iter(kettles(25)))

    with pytest.raises(ImportStopped) as caught:
        await run_import(database, losing, batch_size=10)
    resumed = await run_import(database, source, batch_size=10)

    assert isinstance(caught.value.__cause__, Unavailable)
    assert resumed.rows == 25
    assert await count(database, Product) == 25


async def test_two_imports_of_one_source_do_not_run_at_once(database: Database) -> None:
    source = ready(kettles(5))

    results = await asyncio.gather(*(run_import(database, source) for _ in range(2)), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["Count", "ImportRunning"]


async def test_bad_rows_are_told_and_good_ones_are_loaded(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("id,title,price\n1,Lamp,5 USD\n2,,5 USD\n1,Again,5 USD\n3," + "x" * 501 + ",5 USD\n4,Chair,9 USD\n")
    told: list[RowError] = []

    done = await run_import(database, FeedSource(path), reject=told.append)

    assert (done.created, done.rejected) == (2, 3)
    assert [(error.row, error.field) for error in told] == [(3, "title"), (4, "id"), (5, "title")]
    assert await one(database, sa.select(ImportRun.rows_rejected)) == 3


async def test_attributes_that_an_import_brings_become_filters_if_they_can_be_chosen_from(database: Database) -> None:
    drafts = [
        product_draft(
            f"K{place}",
            attributes={
                "finish": ("Matt", "Gloss")[place % 2],
                "serial": f"No {place}" if place < 61 else "No 0",
                "power": 1000.0 + place,
                "cordless": True,
                "origin": "Japan",
            }
            | ({"rare": place} if place < 19 else {}),
        )
        for place in range(70)
    ]

    await run_import(database, ready(drafts))

    async with database.read() as session:
        filters = await session.scalars(sa.select(Attribute.code).where(Attribute.filterable).order_by(Attribute.code))
        given = await session.scalars(
            sa.select(Attribute.code)
            .join(CategoryAttribute, CategoryAttribute.attribute_id == Attribute.id)
            .join(Category, Category.id == CategoryAttribute.category_id)
            .where(Category.name == "Kettles")
            .order_by(CategoryAttribute.position)
        )
    # Of "serial" there are too many values, of "origin" there is one, "rare" is on too few products.
    assert filters.all() == ["cordless", "finish", "power"]
    assert given.all() == ["cordless", "finish", "origin", "power", "serial", "rare"]
    kinds = sa.select(sa.func.count()).where(OutboxEvent.type == "catalog.category_changed")
    assert await one(database, kinds) == 1


def sample(source: IcecatSource | FashionSource, rows: int) -> ReadySource:
    def products() -> Iterator[ProductDraft]:
        for item, _ in zip(source.items(), range(rows), strict=False):
            assert item.draft is not None, item.errors
            yield item.draft

    return ReadySource(source.name, catalog=source.catalog, products=products)


@pytest.mark.skipif(not (SHARED / "data/icecat").is_dir(), reason="the icecat sample is not beside the project")
async def test_icecat_loads(database: Database) -> None:
    done = await run_import(database, sample(IcecatSource(SHARED / "data/icecat"), 200))

    assert done == Count(rows=200, created=200)
    async with database.read() as session:
        [row] = await session.execute(
            sa.select(Product.title, Product.attributes, Offer.price_minor)
            .join(Variant, Variant.product_id == Product.id)
            .join(Offer, Offer.variant_id == Variant.id)
            .where(Product.external_id == "1399")
        )
    assert (row.title, row.price_minor, row.attributes["depth"]) == ("HP 80 Original Cyan", 12595, 114)


@pytest.mark.skipif(not (SHARED / "data/fashion").is_dir(), reason="the fashion sample is not beside the project")
@pytest.mark.parametrize(("invent", "offers"), [(False, 0), (True, 200)])
async def test_fashion_loads_with_offers_only_if_they_are_invented(
    database: Database, invent: bool, offers: int
) -> None:
    source = FashionSource(SHARED / "data/fashion", invent=invent)

    done = await run_import(database, sample(source, 200))

    assert done == Count(rows=200, created=200)
    assert await count(database, Offer) == offers
