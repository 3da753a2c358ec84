"""Objects that are completed by reading and looking up alone: the answer is the same where one is not that plain."""

import asyncio
import gc
import math
import types
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import Undefined

from compiled.run import Asked
from tests.compiled.compare import check


@strawberry.enum
class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


@dataclass
class Leaf:
    text: Any = "t"
    number: Any = 1
    ratio: Any = 0.5
    flag: Any = True
    mood: Any = Mood.GOOD
    day: Any = date(2026, 1, 2)


@dataclass
class Branch:
    name: Any = "b"
    leaf: Any = field(default_factory=Leaf)
    leaves: Any = field(default_factory=lambda: [Leaf(), Leaf(number=2)])
    words: Any = ("a", "b")
    grid: Any = field(default_factory=lambda: [[1, 2], [3]])
    found: Any = field(default_factory=Leaf)


def shows(*rows: type) -> Any:
    def is_shown(row: object, _info: object) -> bool:
        return isinstance(row, rows)

    is_shown.shows = rows  # type: ignore[attr-defined]
    return staticmethod(is_shown)


def looked_up(function: Callable[..., Any]) -> Any:
    function.looks_up = True  # type: ignore[attr-defined]
    return strawberry.field(resolver=function)


def found(root: Any, info: strawberry.Info[Any, Any]) -> Any:
    return info.context(root.found)


def told(root: Any, times: int = 1, words: list[str] | None = None) -> str:
    return str(root.name) * times + " ".join(words or [])


@strawberry.type(name="Leaf")
class LeafType:
    text: str
    number: int | None
    ratio: float | None
    flag: bool
    mood: Mood
    day: date
    is_type_of = shows(Leaf)


@strawberry.type(name="Branch")
class BranchType:
    name: str | None
    leaf: LeafType | None
    leaves: list[LeafType] | None
    words: list[str | None]
    grid: list[list[int]] | None
    found: LeafType | None = looked_up(found)
    told: str = looked_up(told)
    is_type_of = shows(Branch)


@strawberry.type
class Query:
    branches: list[BranchType | None]


SCHEMA = strawberry.Schema(Query)._schema
DOCUMENT = """
    query ($times: Int = 2, $word: String = "w") {
      branches {
        name
        found { text number }
        leaf { __typename text number ratio flag mood day }
        again: told
        told(times: $times, words: ["x", $word])
        leaves { ...L }
        words
        grid
      }
    }
    fragment L on Leaf { flag number text only: text }
"""


@dataclass
class Root:
    branches: Any


def as_it_is(value: Any) -> Any:
    return value


async def later(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


@pytest.mark.parametrize(
    "branch",
    [
        Branch(),
        Branch(leaf=None, leaves=None, grid=None, found=None, name=None),
        Branch(leaf=Leaf(text=None)),
        Branch(leaf=Leaf(number=None, ratio=None)),
        Branch(leaf=Leaf(number=2**31)),
        Branch(leaf=Leaf(number="7", text=7, ratio=3)),
        Branch(leaf=Leaf(ratio=math.nan)),
        Branch(leaf=Leaf(mood="unknown")),
        Branch(leaf=Leaf(day="no day")),
        Branch(leaf=Leaf(text=ValueError("a value"))),
        Branch(leaf=ValueError("a value")),
        Branch(leaf=Undefined, words=Undefined),
        Branch(leaf="of no such class"),
        Branch(leaves=[Leaf(), None]),
        Branch(leaves=(Leaf(), Leaf(flag=None))),
        Branch(leaves=iter([Leaf()])),
        Branch(leaves=7),
        Branch(words=["a", None, 3]),
        Branch(grid=[[1], None]),
        Branch(grid=[[1], [2**40]]),
        Branch(found=ValueError("not found")),
        Branch(found=Leaf(text=None)),
    ],
)
async def test_answers_are_the_same_whatever_stands_between_plain_ones(branch: Branch) -> None:
    answer = await check(
        SCHEMA,
        DOCUMENT,
        lambda: Root([Branch(), again(branch), Branch(), None]),
        context=lambda: as_it_is,
        variables={"times": 3},
    )

    assert answer.data is not None
    assert answer.data["branches"][0] == answer.data["branches"][2]


def again(branch: Branch) -> Branch:
    """Another one, since iterators go once."""
    is_iterator = hasattr(branch.leaves, "__next__")
    return Branch(**{**vars(branch), "leaves": iter([Leaf()]) if is_iterator else branch.leaves})


@pytest.mark.parametrize("name", ["leaf", "leaves", "words", "grid"])
async def test_attributes_that_hold_an_awaitable_are_awaited(name: str) -> None:
    value = getattr(Branch(), name)

    answer = await check(
        SCHEMA, DOCUMENT, lambda: Root([Branch(), Branch(**{name: later(value)})]), context=lambda: as_it_is
    )

    assert answer.errors is None


@pytest.mark.filterwarnings("error")
async def test_look_ups_that_have_to_be_awaited_are_awaited() -> None:
    def sometimes(leaf: Leaf) -> Leaf | Awaitable[Leaf]:
        return later(leaf) if leaf.number == 5 else leaf

    answer = await check(
        SCHEMA,
        DOCUMENT,
        lambda: Root([Branch(), Branch(found=Leaf(number=5)), Branch()]),
        context=lambda: sometimes,
    )

    assert answer.errors is None


async def test_look_ups_are_given_the_context_and_nothing_else() -> None:
    given: list[type] = []

    def nosy(root: Any, info: strawberry.Info[Any, Any]) -> str:
        given.append(type(info))
        return str(info.context)

    @strawberry.type
    class Nosy:
        word: str = looked_up(nosy)

    answer = await check(strawberry.Schema(Nosy)._schema, "{ word }", context=lambda: "c")

    assert answer.data == {"word": "c"}
    assert given[-1] is Asked


async def test_a_property_that_fails_is_told_of_with_its_place() -> None:
    answer = await check(SCHEMA, "{ branches { leaf { text } } }", lambda: Root([Branch(leaf=Shown())]))

    assert answer.errors is not None
    assert answer.errors[0].path == ["branches", 0, "leaf", "text"]


class AwaitableLeaf(Leaf):
    """Itself something to await."""

    def __await__(self) -> Any:
        yield from asyncio.sleep(0).__await__()
        return Leaf(text="awaited")


class FailedLeaf(Leaf, Exception):
    """Itself an error."""


@types.coroutine
def by_generator() -> Any:
    yield from asyncio.sleep(0).__await__()
    return Leaf(text="awaited")


@pytest.mark.parametrize("make", [AwaitableLeaf, FailedLeaf, by_generator, lambda: Branch(leaves=iter([Leaf()]))])
async def test_values_that_are_more_than_their_attributes(make: Callable[[], Any]) -> None:
    await check(
        SCHEMA,
        DOCUMENT,
        lambda: Root([Branch(leaf=make(), found=make()), Branch(leaves=[make()])]),
        context=lambda: as_it_is,
    )


@pytest.mark.filterwarnings("error")
async def test_look_ups_beside_one_that_fails_leave_nothing_behind() -> None:
    def failing(root: Any) -> str:
        raise LookupError("no word")

    @strawberry.type
    class Pair:
        found: LeafType | None = looked_up(found)
        word: str | None = looked_up(failing)

    @strawberry.type
    class Pairs:
        pairs: list[Pair]

    def pairs() -> Any:
        return type("Pairs", (), {"pairs": [Branch(), Branch()]})()

    await check(strawberry.Schema(Pairs)._schema, "{ pairs { found { text } word } }", pairs, context=lambda: later)
    gc.collect()


async def test_arguments_that_can_be_changed_are_each_executions_own() -> None:
    given: list[list[str]] = []

    def worded(words: list[str]) -> str:
        given.append(words)
        return " ".join(words)

    @strawberry.type
    class Worded:
        word: str = looked_up(worded)

    await check(strawberry.Schema(Worded)._schema, '{ word(words: ["a"]) }')

    assert len({id(words) for words in given}) == len(given)


class Shown(Leaf):
    """A leaf whose text fails."""

    def __getattribute__(self, name: str) -> Any:
        if name == "text":
            raise LookupError("no text")
        return super().__getattribute__(name)
