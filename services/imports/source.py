"""What a run reads from: a stream of drafts and of rows that could not become one."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from services.catalog.drafts import CatalogDraft, ProductDraft

Item = tuple[int, "ProductDraft | list[RowError]"]


class RowError(NamedTuple):
    """Why a row was left out. `row` counts from 1 as a person who opens the file would, the heading included."""

    row: int
    field: str
    reason: str


class UnreadableSource(Exception):
    """The file or folder is missing, or is nothing that can be imported; the message says what was expected."""


class Source(Protocol):
    """A catalog to import. `name` becomes the products' `source`; `files` are what it is read from."""

    name: str
    files: tuple[Path, ...]

    def catalog(self) -> CatalogDraft:
        """What products refer to, saved before them."""
        ...

    def items(self) -> Iterator[Item]:
        """Rows in a fixed order, each with its number and a draft or what is wrong with it.

        The stream is the same each time, since an interrupted run goes on by counting. Raises `UnreadableSource`.
        """
        ...
