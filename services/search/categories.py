"""The category tree as ranking and suggestions know it: which words name a category, and what lies below one."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from services.search.analysis import tokens

_SEVERAL = re.compile(r"[&/,+]|\band\b")


class CategoryName(NamedTuple):
    """`ancestor_ids` run from the root to the category itself."""

    id: UUID
    name: str
    ancestor_ids: Sequence[UUID]


class Categories:
    """All categories. A name such as "Cases & sleeves" is two names."""

    def __init__(self, names: Iterable[CategoryName] = ()) -> None:
        self.by_id = {category.id: category for category in names}
        self._below: defaultdict[UUID, set[str]] = defaultdict(set)
        self._named: defaultdict[str, list[tuple[frozenset[str], UUID]]] = defaultdict(list)
        for category in self.by_id.values():
            for ancestor in (*category.ancestor_ids, category.id):
                self._below[ancestor].add(category.id.hex)
            for name in _SEVERAL.split(category.name.casefold()):
                if words := frozenset(tokens(name)):
                    self._named[min(words)].append((words, category.id))

    def below(self, category: UUID) -> set[str]:
        """The category and all below it, as hex ids."""
        return self._below.get(category, set())

    def named_by(self, wordings: Iterable[frozenset[str]]) -> frozenset[str]:
        """The categories, with all below them, that a query names: all words of their name are in one of its wordings.

        Only the longest names count: "mouse pads" does not name mice. Hex ids.
        """
        longest = 0
        found: set[UUID] = set()
        for wording in wordings:
            for token in wording:
                for words, category in self._named.get(token, ()):
                    if len(words) < longest or not words <= wording:
                        continue
                    if len(words) > longest:
                        longest = len(words)
                        found.clear()
                    found.add(category)
        return frozenset(hex_id for category in found for hex_id in self.below(category))
