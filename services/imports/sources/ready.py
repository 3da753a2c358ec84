"""A source of drafts that need no reading, such as the demo's own catalog."""

from collections.abc import Callable, Iterator
from pathlib import Path

from services.catalog.drafts import CatalogDraft, ProductDraft
from services.imports.source import Item


class ReadySource:
    """Rows are the drafts, counted from 1."""

    options = ""

    def __init__(
        self,
        name: str,
        *,
        catalog: Callable[[], CatalogDraft],
        products: Callable[[], Iterator[ProductDraft]],
        files: tuple[Path, ...] = (),
    ) -> None:
        """`products` gives the same drafts for as long as `files`, which they are made from, stay the same."""
        self.name = name
        self.files = files
        self._products = products
        self.catalog = catalog

    def items(self) -> Iterator[Item]:
        for number, draft in enumerate(self._products(), 1):
            yield Item(number, draft)
