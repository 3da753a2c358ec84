"""Settings to the database: an asyncpg engine whose statements are counted, bounded in time and named."""

from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from bootstrap.statements import watch_statements
from core.settings import DatabaseSettings
from services.pooled import refuse_to_wait
from services.unit_of_work import Database

# Words of libpq that asyncpg spells otherwise (None: it has no such word).
_RENAMED = {"sslmode": "ssl", "channel_binding": None, "application_name": None, "connect_timeout": "timeout"}
_CONNECT_SECONDS = 5.0
_PATIENT_SECONDS = 3600.0
# The server ends a statement in time; only one that does not answer at all lets this pass, too.
_GRACE_SECONDS = 2.0


class BadAddress(ValueError):
    """An address in the settings is not one that this service can use."""


def database_url(address: str) -> URL:
    """The SQLAlchemy URL of a Postgres address: `postgres://`, `postgresql://` or `postgresql+asyncpg://`.

    A host may be a name, an address or, as `?host=/folder`, the folder of a Unix socket. Raises `BadAddress`.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise BadAddress("DATABASE_URL is not a URL such as postgresql://user:password@host/name.") from None
    if url.get_backend_name() not in ("postgres", "postgresql"):
        raise BadAddress(f"DATABASE_URL names {url.get_backend_name()}; only Postgres is supported.")
    query = {_RENAMED.get(key, key): value for key, value in url.query.items()}
    return url.set(
        drivername="postgresql+asyncpg", query={key: value for key, value in query.items() if key is not None}
    )


def make_database(address: str, settings: DatabaseSettings, *, application: str = "emporium") -> Database:
    """The database at `address`. Nothing is connected yet; `application` is what `pg_stat_activity` shows."""
    url = database_url(address)
    engine = _make_engine(
        url,
        settings.statement_timeout_seconds,
        application,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout_seconds,
    )
    event.listen(engine.sync_engine.pool, "checkout", _refuse_closed)
    event.listen(engine.sync_engine, "do_connect", refuse_to_wait)
    patience = max(_PATIENT_SECONDS, settings.statement_timeout_seconds)
    return Database(
        engine,
        patient=_make_engine(url, patience, application, poolclass=NullPool),
        apart=_make_engine(url, settings.statement_timeout_seconds, application, poolclass=NullPool),
    )


def _make_engine(url: URL, statement_seconds: float, application: str, **pool: Any) -> AsyncEngine:
    """An engine with these options of its pool, which are of many types, hence Any."""
    timeout = float(str(url.query.get("timeout", _CONNECT_SECONDS)))
    milliseconds = round(statement_seconds * 1000)
    engine = create_async_engine(
        url.difference_update_query(["timeout"]),
        **pool,
        # Errors end in logs, and what they say must not hold what somebody sent.
        hide_parameters=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "timeout": timeout,
            "command_timeout": statement_seconds + _GRACE_SECONDS,
            "server_settings": {
                "application_name": application,
                "statement_timeout": str(milliseconds),
                "idle_in_transaction_session_timeout": str(max(4 * milliseconds, 60_000)),
                "timezone": "UTC",
            },
        },
    )
    watch_statements(engine)
    return engine


def _refuse_closed(connection: object, _entry: ConnectionPoolEntry, _proxy: object) -> None:
    """Replace a connection that the server has closed meanwhile. asyncpg knows without asking, so it is free."""
    driver = getattr(connection, "driver_connection", None)
    if driver is not None and driver.is_closed():
        raise DisconnectionError("The server has closed this connection.")
