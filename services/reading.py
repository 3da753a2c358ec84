"""Reads for pages, sent by the driver itself: through SQLAlchemy's cursor a statement costs some five times as much.

Rows are those of asyncpg: sequences of the columns that also know them by name. Errors of the driver become what
`services.unit_of_work` says; statements are counted as all others.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from core.problems import Unavailable
from core.profile import sql_call
from services.pooled import PooledConnection
from services.unit_of_work import ReadSession

_DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's, which has no types


class Row(Protocol):
    """Values of any types, hence Any."""

    def __getitem__(self, key: int | str | slice) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class _Driver(Protocol):
    async def fetch(self, query: str, *args: object) -> Sequence[Row]: ...

    def is_closed(self) -> bool: ...


async def fetch(session: ReadSession, sql: str, values: Sequence[object]) -> Sequence[Row]:
    """The rows of a SELECT whose values stand as `$1` and so on. Raises `Unavailable("postgres")`."""
    driver = _driver_of(session)
    try:
        with sql_call(sql):
            return await driver.fetch(sql, *values)
    except Exception as error:
        if isinstance(error, OSError) and not isinstance(error, TimeoutError):
            raise Unavailable("postgres", str(error)) from error
        if driver.is_closed():
            raise Unavailable("postgres", "The server has closed this connection.") from error
        raise


def _driver_of(session: ReadSession) -> _Driver:
    if isinstance(session, PooledConnection):
        driver = session.driver
    else:
        connection = session.sync_connection
        driver = None if connection is None else connection.connection.driver_connection
    if driver is None:
        raise AssertionError("the session is closed")
    return cast(_Driver, driver)


class Read:
    """A SELECT whose text is compiled once; its bound parameters are given by name."""

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        for column in statement.selected_columns:
            kind = column.type.item_type if isinstance(column.type, sa.ARRAY) else column.type
            if kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None) is not None:
                raise TypeError(f"the driver gives {column} in another form than SQLAlchemy does")
        self._sql = str(compiled)
        self._parameters = [(name, compiled.params[name]) for name in compiled.positiontup or ()]

    async def rows(self, session: ReadSession, **values: object) -> Sequence[Row]:
        given = [values.get(name, default) for name, default in self._parameters]
        return await fetch(session, self._sql, given)
