"""Fields of what mutations of taxes answer."""

from collections.abc import Awaitable
from typing import Protocol
from uuid import UUID

from resolvers.context import Info
from services.catalog.records import CategoryRecord


class _WithCategory(Protocol):
    @property
    def result(self) -> UUID | None: ...


def classified_category(root: _WithCategory, info: Info) -> Awaitable[CategoryRecord | None] | None:
    return None if root.result is None else info.context.loaders.category_by_id.load(root.result)
