"""The list of promotions, for operators."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from core.paging import Page, binding, decode_id
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from resolvers.queries.operations import OperationsRoot
from services.promotions import PromotionRecord, list_promotions


def promotions(
    root: OperationsRoot,
    info: Info,
    active: Annotated[
        bool | None, strawberry.argument(description="Only those that are in use, or are not; all if not given.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[PromotionRecord]]:
    return list_page(
        info,
        binding("promotions", active),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: list_promotions(session, first=size, before=start, is_active=active),
    )
