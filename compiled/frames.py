"""Where errors go: each position of an answer that may be null, and what waits for an awaitable below it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import GraphQLResolveInfo
from graphql.pyutils import Path

if TYPE_CHECKING:
    from compiled.run import Run
    from compiled.site import Site

# An object of the answer, or a list of it, and what resolvers return, hence Any.
Container = Any
Info = GraphQLResolveInfo[Any] | None
Complete = Callable[["Run", Any, Path, Info, "Frame", Container, Any], Any]


# Positions and infos are made by the thousand, and named tuples' own constructors are Python.
new_path: Callable[[tuple[Path | None, str | int, str | None]], Path] = partial(tuple.__new__, Path)
new_info: Callable[[tuple[Any, ...]], GraphQLResolveInfo[Any]] = partial(tuple.__new__, GraphQLResolveInfo)


class Frame:
    """A nullable position: `container[key]` at `path`, inside of the next one up. The root's path is None.

    It becomes null, once, when an error reaches it; what is still awaited below it counts for nothing then
    ("Handling Execution Errors" in the specification).
    """

    __slots__ = ("container", "is_null", "key", "parent", "path")

    def __init__(self, parent: "Frame | None", container: Container, key: str | int, path: Path | None) -> None:
        self.parent = parent
        self.container = container
        self.key = key
        self.path = path
        self.is_null = False

    def is_lost(self) -> bool:
        """Whether this position or one above it has become null."""
        frame: Frame | None = self
        while frame is not None:
            if frame.is_null:
                return True
            frame = frame.parent
        return False


class Pending:
    """What to do with the value of an awaitable: `container[key]` becomes what `complete` makes of it.

    `frame` is the position that an error nulls: this one if it may be null, else the next above it that may.
    """

    __slots__ = ("awaitable", "complete", "container", "frame", "info", "key", "path", "site")

    def __init__(
        self,
        awaitable: Awaitable[Any],
        complete: Complete,
        site: "Site",
        path: Path,
        info: Info,
        frame: Frame,
        container: Container,
        key: str | int,
    ) -> None:
        self.awaitable = awaitable
        self.complete = complete
        self.site = site
        self.path = path
        self.info = info
        self.frame = frame
        self.container = container
        self.key = key
