"""Interfaces and unions: which type an object is of, said by the abstract type, the types themselves or the object."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    build_schema,
)

from tests.compiled.compare import check

DOCUMENT = """
{
  pets { __typename name ... on Dog { barks } ... on Cat { meows } ...Named }
  any { __typename ... on Named { name } ... on Dog { name barks } ... on Cat @include(if: true) { meows } }
  dog { name barks }
}
fragment Named on Named { again: name }
"""


@dataclass
class Dog:
    name: str = "Odie"
    barks: str = "loudly"


@dataclass
class Cat:
    name: str = "Garfield"
    meows: str = "lazily"


def at_once(class_: type) -> Any:
    return lambda value, _info: isinstance(value, class_)


def later(class_: type) -> Any:
    async def is_type_of(value: Any, _info: Any) -> bool:
        await asyncio.sleep(0)
        return isinstance(value, class_)

    return is_type_of


def raising(_class: type) -> Any:
    def is_type_of(_value: Any, _info: Any) -> bool:
        raise ValueError("who knows")

    return is_type_of


def never(_class: type) -> Any:
    return lambda _value, _info: False


def absent(_class: type) -> Any:
    return None


def by_class(value: Any, _info: Any, _type: Any) -> str:
    return type(value).__name__


async def by_class_later(value: Any, _info: Any, _type: Any) -> str:
    await asyncio.sleep(0)
    return type(value).__name__


async def raising_later(_value: Any, _info: Any, _type: Any) -> str:
    await asyncio.sleep(0)
    raise ValueError("who knows")


def saying(name: Any) -> Any:
    return lambda _value, _info, _type: name


def schema_of(resolve_type: Any, is_type_of: Callable[[type], Any]) -> GraphQLSchema:
    named = GraphQLInterfaceType("Named", {"name": GraphQLField(GraphQLString)}, resolve_type=resolve_type)

    def object_type(class_: type, sound: str) -> GraphQLObjectType:
        fields = {"name": GraphQLField(GraphQLString), sound: GraphQLField(GraphQLString)}
        return GraphQLObjectType(class_.__name__, fields, interfaces=[named], is_type_of=is_type_of(class_))

    dog, cat = object_type(Dog, "barks"), object_type(Cat, "meows")
    stranger = GraphQLObjectType("Stranger", {"name": GraphQLField(GraphQLString)})
    union = GraphQLUnionType("Any", [dog, cat], resolve_type=resolve_type)
    query = GraphQLObjectType(
        "Query",
        {
            "pets": GraphQLField(GraphQLList(named)),
            "any": GraphQLField(GraphQLList(union)),
            "dog": GraphQLField(dog),
            "stranger": GraphQLField(stranger),
        },
    )
    return GraphQLSchema(query, types=[dog, cat])


def pets() -> Any:
    return {"pets": [Dog(), Cat(), None, Dog()], "any": [Cat(), Dog(), 5], "dog": Dog()}


@pytest.mark.parametrize("is_type_of", [at_once, later, raising, never])
async def test_types_that_know_their_objects(is_type_of: Callable[[type], Any]) -> None:
    await check(schema_of(None, is_type_of), DOCUMENT, pets)


@pytest.mark.parametrize("is_type_of", [absent, at_once, later, never])
@pytest.mark.parametrize(
    "resolve_type",
    [
        by_class, by_class_later, raising_later, saying(None), saying("Nobody"), saying("Named"), saying("Stranger"),
        saying(7), saying("Dog"),
    ],
)  # fmt: skip
async def test_abstract_types_that_know(resolve_type: Any, is_type_of: Callable[[type], Any]) -> None:
    await check(schema_of(resolve_type, is_type_of), DOCUMENT, pets)


async def test_objects_that_say_their_type() -> None:
    schema = build_schema(
        """
        type Query { list: [Node!]! one: Node }
        interface Node { id: ID! next: Node }
        type A implements Node { id: ID! next: Node a: Int }
        type B implements Node { id: ID! next: Node b: [Node] }
        """
    )
    a = {"__typename": "A", "id": 1, "a": 5}
    b = {"__typename": "B", "id": "x", "next": a, "b": [a, None, {"id": 3}]}

    await check(
        schema,
        "{ list { id next { __typename id } ... on A { a } ... on B { b { id ... on A { a } } } } one { id } }",
        lambda: {"list": [a, b], "one": {"__typename": "B"}},
    )


async def test_two_types_of_one_field_are_compiled_apart() -> None:
    schema = schema_of(by_class, absent)

    answer = await check(
        schema,
        "{ pets { ... on Dog { x: name } ... on Cat { x: meows } } }",
        lambda: {"pets": [Dog(), Cat(), Dog()]},
    )

    assert answer.data == {"pets": [{"x": "Odie"}, {"x": "lazily"}, {"x": "Odie"}]}
