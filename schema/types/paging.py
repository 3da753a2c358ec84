"""What all connections share."""

import strawberry

from schema.base import field


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = field("Whether more follows.")
    has_previous_page: bool = field("Whether the page was asked for with a cursor, so that something stands before it.")
    start_cursor: str | None = field("The cursor of the first edge.")
    end_cursor: str | None = field("The cursor of the last edge: give it as `after` to get the next page.")
