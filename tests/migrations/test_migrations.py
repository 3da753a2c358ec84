"""The migrations make exactly the tables that the models describe, and can be taken back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pgqueuer.db import AsyncpgDriver

from bootstrap.database import make_database
from bootstrap.migrations import alembic_config, downgrade, migrate, newest, pending
from cli.preparing import prepare
from core.settings import DatabaseSettings
from models import Base
from services import outbox
from services.inventory.reconciliation import reconcile
from services.jobs import queue as jobs_queue
from services.jobs.queue import queries as jobs_queries
from services.unit_of_work import Database

# Rows as the first release leaves them: a level with units and one without, an event that was told and one that waits.
_FIRST_STORE = (
    "INSERT INTO category (id, ancestor_ids, slug, name) VALUES (gen_random_uuid(), '{}', 'c', 'C')",
    "INSERT INTO product (id, source, external_id, slug, title, category_id) "
    "SELECT gen_random_uuid(), 's', 'e', 'p', 'P', id FROM category",
    "INSERT INTO variant (id, product_id, sku) SELECT gen_random_uuid(), id, 'S' FROM product",
    "INSERT INTO warehouse (id, code, name, country, postal_code, latitude, longitude) "
    "SELECT gen_random_uuid(), code, code, 'US', '1', 0, 0 FROM (VALUES ('EAST'), ('WEST')) AS w(code)",
    "INSERT INTO inventory_level (variant_id, warehouse_id, on_hand) "
    "SELECT v.id, w.id, CASE w.code WHEN 'EAST' THEN 5 ELSE 0 END FROM variant v, warehouse w",
    "INSERT INTO outbox_event (id, type, key, payload, relayed_at) VALUES "
    "(gen_random_uuid(), 'a.b', 'told', '{}', now()), (gen_random_uuid(), 'a.b', 'untold', '{}', NULL)",
)


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name is None or not name.startswith(("pgqueuer", "orders_"))


def _differences(connection: sa.Connection) -> list[object]:
    opts = {"compare_type": True, "compare_server_default": True, "include_name": _is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata))


def _tables(connection: sa.Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names())


async def test_migrated_tables_equal_the_models(database: Database) -> None:
    async with database.read() as connection:
        differences = await connection.run_sync(_differences)
        checks = set(await connection.scalars(sa.text("SELECT conname FROM pg_constraint WHERE contype = 'c'")))

    assert differences == []
    declared = {
        str(one.name)
        for table in Base.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, sa.CheckConstraint)
    }
    assert declared <= checks


def test_what_goes_with_something_else_is_found_by_an_index() -> None:
    keys = {
        (table.name, key.parent.name)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        # Of boosts there are a few, which operators have written.
        if key.ondelete == "CASCADE" and table.name != "search_boost"
    }
    indexed = {
        (table.name, next(iter(one.columns)).name)
        for table in Base.metadata.tables.values()
        for one in (*table.indexes, *table.constraints)
        if isinstance(one, sa.Index | sa.PrimaryKeyConstraint | sa.UniqueConstraint) and len(one.columns)
    }

    assert keys - indexed == set()


async def test_partitions_of_orders_are_no_difference_and_go_with_them(empty_database_url: str) -> None:
    database = make_database(empty_database_url, DatabaseSettings())
    await prepare(database)
    async with database.read() as session:
        made = {name for name in await session.run_sync(_tables) if name.startswith("orders_")}
        differences = await session.run_sync(_differences)

    await downgrade(database, revision="0004")
    async with database.read() as session:
        left = {name for name in await session.run_sync(_tables) if name.startswith("orders")}
    await database.dispose()

    # The default one, this month's and those of the next three.
    assert len(made) == 5
    assert "orders_default" in made
    assert differences == []
    assert left == set()


async def test_migrating_goes_down_to_nothing_and_up_again(empty_database_url: str) -> None:
    database = make_database(empty_database_url, DatabaseSettings())

    first = await migrate(database)
    await downgrade(database, revision="base")
    async with database.read() as connection:
        left = await connection.run_sync(_tables)
    again = await migrate(database)
    repeated = await migrate(database)
    behind = await pending(database)
    async with database.read() as connection:
        differences = await connection.run_sync(_differences)
    await database.dispose()

    assert first == again == (None, newest())
    assert repeated == (newest(), newest())
    assert left == {"alembic_version"}
    assert not behind
    assert differences == []


async def test_jobs_of_a_queue_that_is_made_anew_are_not_taken_for_done(empty_database_url: str) -> None:
    database = make_database(empty_database_url, DatabaseSettings())
    await migrate(database)
    async with database.unit() as unit:
        done = await jobs_queue.enqueue(unit, "mine", {})
        await jobs_queue.claim(unit, "mine", done)

    await downgrade(database, revision="0002")
    await migrate(database)
    async with database.unit() as unit:
        again = await jobs_queue.enqueue(unit, "mine", {})
        is_first = await jobs_queue.claim(unit, "mine", again)
    await database.dispose()

    assert again == done
    assert is_first


async def test_a_store_of_the_first_release_gets_a_ledger_and_places_for_its_events(empty_database_url: str) -> None:
    database = make_database(empty_database_url, DatabaseSettings())
    await migrate(database, revision="0001")
    async with database.unit() as unit:
        for statement in _FIRST_STORE:
            await unit.session.execute(sa.text(statement))

    await migrate(database)
    async with database.unit() as unit:
        placed = await outbox.place(unit, limit=10)
        waiting = await outbox.list_waiting(unit, limit=10)
        report = await reconcile(unit)
    async with database.read() as session:
        events = await outbox.list_placed(session, after=0, limit=10)
        entries = (await session.execute(sa.text("SELECT on_hand_change, reason FROM inventory_ledger_entry"))).all()
    await downgrade(database, revision="0001")
    await database.dispose()

    assert placed == 2
    assert [event.key for event in events] == ["told", "untold"]
    assert [event.key for event in waiting] == ["untold"]
    assert [tuple(entry) for entry in entries] == [(5, "opening")]
    assert report.levels_checked == 2
    assert report.discrepancies == []


async def test_tables_of_the_job_queue_are_those_that_the_library_expects(database: Database) -> None:
    async with database.connection() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        plan = await jobs_queries(AsyncpgDriver(driver)).plan_upgrade()

    assert plan.statements == ()
    assert plan.notes == ()


def test_revisions_form_one_line() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
