"""Which subscriptions share answers, and what one that leaves takes from the others: nothing."""

import asyncio

import pytest
from graphql import parse

from services.accounts.tokens import ANYBODY, Principal, Role
from web.subscriptions.shared import SharedAnswers, sharing_key

QUERY = """
subscription($ids: [ID!]!, $after: ID, $first: Int, $more: Boolean!) {
  stockChanged(variants: $ids, after: $after) { ...Shown }
}
fragment Shown on StockEvent { eventId variant { offers(first: $first) { edges { cursor } } sku @include(if: $more) } }
"""
BASE = {"ids": ["a"], "after": None, "first": 1, "more": True}


def key(principal: Principal = ANYBODY, *, changes: dict[str, object] | None = None) -> object:
    return sharing_key(QUERY, parse(QUERY), None, {**BASE, **(changes or {})}, principal)


def test_variables_that_choose_events_do_not_matter() -> None:
    assert key() == key(changes={"ids": ["b", "c"], "after": "x"})


@pytest.mark.parametrize("changes", [{"first": 2}, {"more": False}])
def test_variables_of_the_answer_matter(changes: dict[str, object]) -> None:
    assert key() != key(changes=changes)


def test_callers_do_not_share() -> None:
    one, other = Principal(Role.CUSTOMER, "ann"), Principal(Role.CUSTOMER, "bob")

    assert len({key(), key(one), key(other), key(Principal(Role.OPERATOR, "ann"))}) == 4


async def test_an_answer_is_made_once_and_outlives_whoever_asked_first() -> None:
    shared = SharedAnswers()
    go = asyncio.Event()

    async def answer() -> bytes:
        await go.wait()
        return b"answer"

    first = asyncio.create_task(shared.get("key", answer))
    others = [asyncio.create_task(shared.get("key", answer)) for _ in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    go.set()
    found = await asyncio.gather(*others)

    assert (found, shared.made) == ([b"answer"] * 3, 1)
