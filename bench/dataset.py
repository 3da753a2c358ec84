"""The data that is measured on: a data folder of its own, kept between runs, with its own embedded servers."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import sqlalchemy as sa

from bench.results import Import
from bootstrap.migrations import migrate
from bootstrap.resources import open_addresses, open_resources
from core.settings import Settings
from services.unit_of_work import Database
from workers.main import drain

# A run must never touch the databases that the caller's environment names.
_FOREIGN = ("DATABASE_URL", "REDIS_URL", "OPENSEARCH_URL", "SMTP_URL", "PORT")
_PRODUCTS = sa.text("SELECT count(*) FROM product WHERE status = 'active'")
_SLUGS = sa.text(
    "SELECT p.slug FROM listing JOIN product p ON p.id = listing.product_id ORDER BY md5(p.slug) LIMIT :limit"
)
Say = Callable[[str], None]


class ImportFailed(RuntimeError):
    """`emporium import` did not end well."""


@dataclass(frozen=True, slots=True)
class Source:
    """One call of `emporium import`."""

    name: str
    arguments: Sequence[str]


@dataclass(frozen=True, slots=True)
class Shop:
    """A loaded data folder whose servers run. `environment` is for processes that work on it."""

    folder: Path
    settings: Settings
    environment: dict[str, str]
    imports: Sequence[Import]


def find_sources(shared: Path) -> tuple[list[Source], list[str]]:
    """What to import, and notes on what is missing: both public catalogs, or else the demo's."""
    folders = [shared / "data" / name for name in ("icecat", "fashion")]
    if all(folder.is_dir() for folder in folders):
        return [Source(folder.name, (folder.name, str(folder), "--demo-offers")) for folder in folders], []
    note = f"{shared / 'data'} has no catalogs, so this is the small demo catalog: figures of search do not compare."
    return [Source("demo", ("demo",))], [note]


@asynccontextmanager
async def opened_shop(folder: Path, sources: Sequence[Source], say: Say) -> AsyncIterator[Shop]:
    """The shop in `folder` (absolute), loaded if it is not yet. Its embedded servers run until the block ends."""
    async with open_addresses(_settings(folder)) as settings:
        environment = _environment(settings)
        ready = folder / "ready.json"
        # What is there may have been loaded before a change of the tables.
        async with open_resources(settings, application="bench") as resources:
            await migrate(resources.database)
        if not ready.exists():
            imports = await load(settings, environment, sources, say)
            ready.write_bytes(orjson.dumps([asdict(one) for one in imports]))
        yield Shop(folder, settings, environment, [Import(**one) for one in orjson.loads(ready.read_bytes())])


async def load(settings: Settings, environment: dict[str, str], sources: Sequence[Source], say: Say) -> list[Import]:
    """Import and index everything into empty tables, as an operator would, with the times that it took."""
    done: list[Import] = []
    async with open_resources(settings, application="bench") as resources:
        for source in sources:
            say(f"Importing {source.name}")
            before, started = await count_products(resources.database), time.monotonic()
            await _import(source, environment)
            imported = time.monotonic()
            await drain(resources)
            indexed = time.monotonic()
            products = await count_products(resources.database) - before
            done.append(Import(source.name, products, imported - started, indexed - imported))
            say(f"Imported {products} products in {imported - started:.0f} s, indexed {indexed - imported:.0f} s later")
        async with resources.database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(sa.text("SET statement_timeout = 0"))
            await connection.execute(sa.text("VACUUM ANALYZE"))
            await connection.execute(sa.text("CHECKPOINT"))
    return done


async def count_products(database: Database) -> int:
    async with database.read() as session:
        return int((await session.execute(_PRODUCTS)).scalar_one())


async def pick_slugs(database: Database, *, limit: int) -> list[str]:
    """A sample of products that is the same in every run."""
    async with database.read() as session:
        return [slug for (slug,) in await session.execute(_SLUGS, {"limit": limit})]


async def _import(source: Source, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "cli.main", "import", *source.arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=sys.stderr, env=environment)
    if code := await process.wait():
        raise ImportFailed(f"Importing {source.name} ended with {code}; its output says why.")


def _settings(folder: Path) -> Settings:
    """Development's defaults on `folder`, whatever the environment says."""
    return Settings(data_dir=folder, database_url=None, redis_url=None, opensearch_url=None)


def _environment(settings: Settings) -> dict[str, str]:
    """The environment of production on this folder's servers."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("EMPORIUM_") and key not in _FOREIGN}
    if settings.database_url is None or settings.redis_url is None:
        raise AssertionError("open_addresses fills in both")
    return own | {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "EMPORIUM_DATA_DIR": str(settings.data_dir),
        "EMPORIUM_MODE": "production",
        # All clients of a measurement are one caller.
        "EMPORIUM_LIMITS__RATES": "false",
        "EMPORIUM_LIMITS__OPERATIONS_AT_ONCE": "0",
        "EMPORIUM_ALLOW_EMBEDDED": "true",
        "EMPORIUM_AUTH__SECRET": "benchmarks-sign-nothing-with-this",
        "EMPORIUM_LOG_LEVEL": "warning",
        # Else all requests but the first would be answered from memory; that is measured by itself.
        "EMPORIUM_WEB__KEPT_ANSWERS": "0",
    }
