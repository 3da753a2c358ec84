"""Slices of many parents' lists in one statement, whose text depends on nothing that a request brings.

Building such a statement costs as much as running it, so each list builds its two when it is imported.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from services.reading import Read, Row
from services.unit_of_work import ReadSession

Position = tuple[int | datetime, UUID]
# Columns of any type, hence Any.
Column = InstrumentedAttribute[Any]


class Slices:
    """Rows of `columns` that hang below a `parent` key, in an order of two columns of which the second is an id."""

    def __init__(
        self,
        *columns: Column,
        parent: Column,
        order: tuple[Column, Column],
        where: Sequence[sa.ColumnElement[bool]] = (),
        descending: bool = False,
    ) -> None:
        self._columns = columns
        self._parent = parent
        self._order = order
        self._where = where
        self._descending = descending
        self._from_start = Read(self._statement(is_continued=False))
        self._behind = Read(self._statement(is_continued=True))

    async def fetch(
        self, session: ReadSession, parents: Sequence[UUID], first: int, after: Position | None, **parameters: object
    ) -> Sequence[Row]:
        """Up to `first` rows of each parent behind the position `after`, all in the list's order."""
        values = {"ids": parents, "first": first, **parameters}
        if after is None:
            return await self._from_start.rows(session, **values)
        return await self._behind.rows(session, **values, after_value=after[0], after_id=after[1])

    def _statement(self, *, is_continued: bool) -> sa.Select[Any]:
        ids = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
        parent = sa.func.unnest(ids).table_valued(sa.column("id", sa.Uuid()), name="parent").render_derived()
        value, key = self._order
        inner = (
            sa.select(*self._columns, value.label("slice_value"), key.label("slice_id"))
            .where(self._parent == parent.c.id, *self._where)
            .order_by(*self._directed(value, key))
            .limit(sa.bindparam("first", type_=sa.Integer()))
        )
        if is_continued:
            here = sa.tuple_(value, key)
            after = sa.tuple_(sa.bindparam("after_value", type_=value.type), sa.bindparam("after_id", type_=sa.Uuid()))
            inner = inner.where(here < after if self._descending else here > after)
        page = inner.lateral("page")
        return (
            sa.select(*list(page.c)[: len(self._columns)])
            .select_from(parent.join(page, sa.true()))
            .order_by(*self._directed(page.c.slice_value, page.c.slice_id))
        )

    def _directed(self, *columns: Any) -> list[sa.ColumnElement[Any]]:
        return [column.desc() if self._descending else column for column in columns]
