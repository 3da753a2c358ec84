"""What a run reads from: a stream of drafts and of rows that could not become one."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from services.catalog.drafts import CatalogDraft, ProductDraft


class RowError(NamedTuple):
    """Why a row was left out. `row` counts from 1 as a person who opens the file would, the heading included."""

    row: int
    field: str
    reason: str


class Item(NamedTuple):
    """One product of a source: a draft, or what is wrong with it, or both where only some of its rows are sound.

    `row` is where it starts.
    """

    row: int
    draft: ProductDraft | None
    errors: Sequence[RowError] = ()

    @staticmethod
    def of(row: int, found: ProductDraft | RowError) -> "Item":
        """The item that one row makes."""
        return Item(row, None, (found,)) if isinstance(found, RowError) else Item(row, found)


class UnreadableSource(Exception):
    """The file or folder is missing, or is nothing that can be imported; the message says what was expected."""


class Source(Protocol):
    """A catalog to import. `name` becomes the products' `source`; `files` are what it is read from.

    `options` is a text that differs when the same files would be read as other products.
    """

    name: str
    files: tuple[Path, ...]
    options: str

    def catalog(self) -> CatalogDraft:
        """What products refer to, saved before them."""
        ...

    def items(self) -> Iterator[Item]:
        """The products in a fixed order.

        The stream is the same each time, since an interrupted run goes on by counting. Raises `UnreadableSource`.
        """
        ...
