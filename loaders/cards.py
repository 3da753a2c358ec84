"""Loader of cards: products with what a list shows of them, in one statement for all lists that show the same."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from loaders.batch import Batch
from services.search.cards import Cards, find_cards
from services.search.nested import Wanted
from services.unit_of_work import ReadSession


class CardsKey(NamedTuple):
    """The products of one list."""

    product_ids: tuple[UUID, ...]
    wanted: Wanted


class CardsOfList(Batch[CardsKey, Cards]):
    """Cards of products whatever their status, and those of other lists that were asked for together. Each key is a
    whole list, and how many there are is up to the limits of operations."""

    async def fetch(self, session: ReadSession, keys: Sequence[CardsKey]) -> Mapping[CardsKey, Cards]:
        groups: dict[Wanted, list[CardsKey]] = defaultdict(list)
        for key in keys:
            groups[key.wanted].append(key)
        found: dict[CardsKey, Cards] = {}
        for wanted, lists in groups.items():
            ids = list(dict.fromkeys(product_id for key in lists for product_id in key.product_ids))
            cards = await find_cards(session, ids, wanted.parts, currency=wanted.currency)
            found.update(dict.fromkeys(lists, cards))
        return found
