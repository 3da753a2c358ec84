"""The cases by name: which application each is, where it answers, and which pages it has."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.operations import LISTING, PRODUCT, SEARCH, Operation

OURS, PLAIN, CEILING, FLOOR, ENGINE = "emporium", "plain", "ceiling", "floor", "engine query"


@dataclass(frozen=True, slots=True)
class Case:
    """One application. `speaks_graphql` ones take documents on /graphql, the others variables on /PAGE.

    `answers_alike` is whether its answers must equal the store's.
    """

    name: str
    app: str
    meaning: str
    pages: Sequence[str] = (LISTING, SEARCH, PRODUCT)
    speaks_graphql: bool = True
    answers_alike: bool = True

    def path(self, operation: Operation) -> str:
        return "/graphql" if self.speaks_graphql else f"/{operation.name}"

    def bodies(self, operation: Operation) -> list[bytes]:
        return operation.graphql_bodies() if self.speaks_graphql else operation.plain_bodies()


CASES = (
    Case(OURS, "app:create_app", "the store's own web process"),
    Case(
        PLAIN,
        "bench.cases.plain:create_app",
        "the same process with its operations on graphql-core's own executor instead of compiled; caches, loaders and "
        "statements are the same",
    ),
    Case(
        CEILING,
        "bench.cases.ceiling.app:create_app",
        "hand-written Starlette and asyncpg, one joined statement a page (search: the store's search service and one "
        "statement), orjson",
        speaks_graphql=False,
    ),
    Case(
        FLOOR,
        "bench.cases.floor.app:create_app",
        "plain strawberry on ORM entities with select-in relationships, strawberry's own ASGI view, no caches, "
        "no loaders",
    ),
    Case(
        ENGINE,
        "bench.cases.engine:create_app",
        "the search engine alone: the request that the search service would send, in a minimal endpoint",
        pages=(SEARCH,),
        speaks_graphql=False,
        answers_alike=False,
    ),
)
CASE_NAMES = tuple(case.name for case in CASES)
