"""Arguments that many fields share."""

from typing import Annotated

import strawberry

First = Annotated[int | None, strawberry.argument(description="How many to return, 1 to 100; 24 if not given.")]
After = Annotated[
    str | None,
    strawberry.argument(description="Continue behind this cursor, which must come from the same list."),
]
