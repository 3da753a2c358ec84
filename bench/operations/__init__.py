"""The work that is measured: three pages of a shop as GraphQL documents, each with the variables that take turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

FOLDER = Path(__file__).parent
SORTS = ("BEST_SELLING", "PRICE_ASCENDING", "PRICE_DESCENDING", "RATING", "NEWEST")
LISTING, SEARCH, PRODUCT = "listing", "search", "product"
NAMES = (LISTING, SEARCH, PRODUCT)


@dataclass(frozen=True, slots=True)
class Operation:
    """One page: its document, and the variables of the requests in the order in which they are sent."""

    name: str
    document: str
    variables: Sequence[dict[str, str]]

    def graphql_bodies(self) -> list[bytes]:
        """Requests as a GraphQL client sends them."""
        return [orjson.dumps({"query": self.document, "variables": values}) for values in self.variables]

    def plain_bodies(self) -> list[bytes]:
        """The same requests for an endpoint that knows its page: the variables alone."""
        return [orjson.dumps(values) for values in self.variables]


def read_document(name: str) -> str:
    return (FOLDER / f"{name}.graphql").read_text()


def read_queries() -> list[str]:
    """What shoppers type, one a line: more than engines remember the facets of, so that each is counted anew."""
    return (FOLDER / "queries.txt").read_text().splitlines()


def read_operations(slugs: Sequence[str]) -> dict[str, Operation]:
    """All operations; `slugs` are the products whose pages are asked for."""
    variables: dict[str, list[dict[str, str]]] = {
        LISTING: [{"sort": sort} for sort in SORTS],
        SEARCH: [{"query": query} for query in read_queries()],
        PRODUCT: [{"slug": slug} for slug in slugs],
    }
    return {name: Operation(name, read_document(name), variables[name]) for name in NAMES}
