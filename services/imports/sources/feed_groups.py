"""Brings rows of one product together, in constant memory wherever in a file they stand."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby

import orjson

from services.imports.sources.feed_rows import FeedRow


class Groups:
    """Rows by group, kept in a temporary file that SQLite holds in memory while it is small."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE first (name TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID")
        self._database.execute("CREATE TABLE member (name TEXT, number INTEGER, content BLOB)")
        self._database.execute("BEGIN")

    def add(self, group: str, row: FeedRow) -> None:
        content = orjson.dumps([row.fields, row.attributes])
        self._database.execute("INSERT OR IGNORE INTO first VALUES (?, ?)", (group, row.row))
        self._database.execute("INSERT INTO member VALUES (?, ?, ?)", (group, row.row, content))

    def __iter__(self) -> Iterator[list[FeedRow]]:
        """The groups in the order of their first rows, each with its rows in the file's order."""
        members = self._database.execute(
            "SELECT first.number, member.number, content FROM member JOIN first USING (name) ORDER BY 1, 2"
        )
        for _, rows in groupby(members, key=lambda member: member[0]):
            yield [FeedRow(number, *orjson.loads(content)) for _, number, content in rows]

    def close(self) -> None:
        self._database.close()
