"""Schemas, operations and resolvers made up by Hypothesis.

What a resolver does depends on a seed and on the path that it is called at, so it does the same on every executor in
whatever order they call: it gives a value, null, a wrong value or an error, at once or later.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
)
from hypothesis import strategies as st

OBJECTS = ("A", "B", "C")
FIELDS = ("a", "b", "c", "d")
COLOURS = GraphQLEnumType("Colour", {"RED": 1, "BLUE": 2})
EVEN = GraphQLScalarType("Even", serialize=lambda value: value if value % 2 == 0 else None)
VALUES: Mapping[str, Any] = {
    "Int": 7, "String": "text", "Boolean": True, "Float": 0.5, "ID": "id", "Colour": 2, "Even": 4,
}  # fmt: skip
LEAVES = (GraphQLInt, GraphQLString, GraphQLBoolean, GraphQLFloat, GraphQLID, COLOURS, EVEN)


@dataclass(slots=True)
class World:
    """How often, of a hundred values, resolvers fail, give null, give something wrong, or answer later."""

    seed: int
    errors: int = 0
    nulls: int = 0
    wrong: int = 0
    late: int = 0


@dataclass(slots=True)
class Thing:
    """An object of the type of that name."""

    type_name: str
    extra: dict[str, Any] = field(default_factory=dict)


# Values of any type are made here, hence Any, here and below.
class Resolver:
    """Answers a field of this type."""

    def __init__(self, type_: GraphQLOutputType) -> None:
        self.type = type_

    def __call__(self, source: Any, info: GraphQLResolveInfo[World], **arguments: Any) -> Any:
        if isinstance(source, Thing) and source.type_name != info.parent_type.name:
            raise AssertionError("an object of another type")
        place = f"{info.context.seed} {info.path.as_list()} {info.field_name} {sorted(arguments.items())}"
        return _deliver(self.type, place, info)


def _deliver(type_: GraphQLOutputType, place: str, info: GraphQLResolveInfo[World]) -> Any:
    """A value at once, or an awaitable of it. What it is depends on `place` alone."""
    dice = Random(f"deliver {place}")
    if dice.randrange(100) >= info.context.late:
        return _value(type_, place, info)
    turns = dice.randrange(4)
    if turns == 3:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0, _fill, future, lambda: _value(type_, place, info))
        return future

    async def later() -> Any:
        for _ in range(turns):
            await asyncio.sleep(0)
        return _value(type_, place, info)

    return later()


def _value(type_: GraphQLOutputType, place: str, info: GraphQLResolveInfo[World]) -> Any:
    world, dice = info.context, Random(f"value {place}")
    rolled = dice.randrange(100)
    if rolled < world.errors:
        error = ValueError(f"error {dice.randrange(3)}")
        if dice.random() < 0.5:
            raise error
        return error
    if rolled < world.errors + world.nulls:
        return None
    if rolled < world.errors + world.nulls + world.wrong:
        return dice.choice([object, "wrong", 3, [1], {"a": 1}, 2**40, float("nan")])
    inner: Any = type_.of_type if is_non_null_type(type_) else type_
    if is_list_type(inner):
        return _items(inner.of_type, place, info)
    if is_abstract_type(inner):
        return Thing(dice.choice(info.schema.get_possible_types(inner)).name)
    return Thing(inner.name) if isinstance(inner, GraphQLObjectType) else VALUES[inner.name]


def _items(type_: GraphQLOutputType, place: str, info: GraphQLResolveInfo[World]) -> Any:
    dice = Random(f"items {place}")
    places = [f"{place}/{index}" for index in range(dice.randrange(3))]
    if dice.randrange(200) < info.context.late:
        return _coming(type_, places, info)
    items = []
    for one in places:
        try:
            items.append(_deliver(type_, one, info))
        except ValueError as error:
            items.append(error)
    return items


async def _coming(
    type_: GraphQLOutputType, places: Sequence[str], info: GraphQLResolveInfo[World]
) -> AsyncIterator[Any]:
    for place in places:
        await asyncio.sleep(0)
        yield _value(type_, place, info)


def _fill(future: "asyncio.Future[Any]", make: Callable[[], Any]) -> None:
    if future.done():
        return
    try:
        future.set_result(make())
    except ValueError as error:
        future.set_exception(error)


def _type_of(how: str) -> Any:
    """A `resolve_type`, or None where the types themselves say."""

    async def later(value: Any, _info: Any, _type: GraphQLAbstractType) -> Any:
        await asyncio.sleep(0)
        return getattr(value, "type_name", None)

    if how == "late":
        return later
    return None if how == "is type of" else lambda value, _info, _type: getattr(value, "type_name", "Nobody")


def _is_type_of(how: str, name: str) -> Any:
    async def later(value: Any, _info: Any) -> bool:
        await asyncio.sleep(0)
        return isinstance(value, Thing) and value.type_name == name

    if how == "late":
        return later
    return None if how == "never" else lambda value, _info: isinstance(value, Thing) and value.type_name == name


@st.composite
def schemas(draw: st.DrawFn) -> GraphQLSchema:
    """A schema of three object types, an interface that all of them implement, and a union."""
    named: dict[str, Any] = {}
    asked = draw(st.sampled_from(["at once", "late", "is type of"]))
    checks = st.sampled_from(["at once", "late"] if asked == "is type of" else ["never", "at once", "late"])
    shapes = {owner: {name: draw(_shapes()) for name in FIELDS} for owner in ("I", *OBJECTS)}

    def fields(owner: str) -> Callable[[], dict[str, GraphQLField]]:
        return lambda: {
            **{f"i{name}": _field(named, shape) for name, shape in shapes["I"].items()},
            **({} if owner == "I" else {name: _field(named, shape) for name, shape in shapes[owner].items()}),
        }

    interface = named["I"] = GraphQLInterfaceType("I", fields("I"), resolve_type=_type_of(asked))
    for name in OBJECTS:
        named[name] = GraphQLObjectType(
            name, fields(name), interfaces=[interface], is_type_of=_is_type_of(draw(checks), name)
        )
    named["U"] = GraphQLUnionType("U", [named["A"], named["B"]], resolve_type=_type_of(asked))
    query = GraphQLObjectType("Query", fields("A"))
    return GraphQLSchema(query, mutation=GraphQLObjectType("Mutation", fields("B")), types=list(named.values()))


def _shapes() -> st.SearchStrategy[tuple[str | int, str]]:
    """The name of a composite type or the number of a leaf, and its wrappers from the inside: `!` or `[`."""
    names: st.SearchStrategy[str | int] = st.one_of(
        st.sampled_from(["A", "B", "C", "I", "U"]), st.integers(0, len(LEAVES) - 1)
    )
    return st.tuples(names, st.sampled_from(["", "", "!", "!", "[", "![", "[!", "![!", "[[", "![![!"]))


def _field(named: Mapping[str, Any], shape: tuple[str | int, str]) -> GraphQLField:
    name, wrappers = shape
    type_: Any = LEAVES[name] if isinstance(name, int) else named[name]
    for wrapper in wrappers:
        type_ = GraphQLNonNull(type_) if wrapper == "!" else GraphQLList(type_)
    arguments = {"x": GraphQLArgument(GraphQLInt, default_value=1), "y": GraphQLArgument(GraphQLList(GraphQLString))}
    return GraphQLField(type_, args=arguments, resolve=Resolver(type_))
