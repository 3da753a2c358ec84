"""Loader of cards: products with what a list shows of them, in one statement for all that show the same."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from loaders.batch import OptionalBatch
from services.search.cards import Card, find_cards
from services.search.nested import Wanted
from services.unit_of_work import ReadSession


class CardKey(NamedTuple):
    product_id: UUID
    wanted: Wanted


class CardByProduct(OptionalBatch[CardKey, Card]):
    """Cards of products whatever their status; None for those that do not exist."""

    async def fetch(self, session: ReadSession, keys: Sequence[CardKey]) -> Mapping[CardKey, Card]:
        groups: dict[Wanted, list[UUID]] = defaultdict(list)
        for key in keys:
            groups[key.wanted].append(key.product_id)
        found: dict[CardKey, Card] = {}
        for wanted, ids in groups.items():
            cards = await find_cards(session, ids, wanted.parts, currency=wanted.currency)
            found.update({CardKey(product_id, wanted): card for product_id, card in cards.items()})
        return found
