"""Arguments and variables: coerced by graphql-core, handed to resolvers, told wrong at their field."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    build_schema,
    parse,
)
from graphql.execution import execute, execute_sync

from compiled import CompiledExecutor, Plans
from tests.compiled.compare import check

SCHEMA = build_schema(
    """
    enum Colour { RED BLUE }
    input Point { x: Int! y: Int = 2 inner: Point colour: Colour }
    input Either @oneOf { left: Int right: String }
    scalar Anything
    type Query {
      text(value: String): String
      needed(value: String!): String
      preset(value: String = "preset", number: Int! = 3): String
      point(value: Point): String
      points(value: [Point!]): String
      lists(value: [[Int]]): String
      colour(value: Colour = BLUE): String
      either(value: Either): String
      anything(value: Anything): String
      nested: Query
    }
    """
)


class Echo:
    """Answers every field with the arguments that it was given."""

    # What comes is of any type, hence Any.
    def __getattr__(self, name: str) -> Any:
        if name == "nested":
            return Echo()
        return lambda _info, **arguments: repr(sorted(arguments.items()))


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ('{ text text2: text(value: "a") text3: text(value: null) }', None),
        ("query ($v: String) { text(value: $v) needed(value: $v) preset(value: $v) }", {"v": "a"}),
        ("query ($v: String) { text(value: $v) needed(value: $v) preset(value: $v) }", {"v": None}),
        ("query ($v: String) { text(value: $v) needed(value: $v) preset(value: $v) }", {}),
        ('query ($v: String = "b") { text(value: $v) nested { needed(value: $v) } }', {}),
        ("query ($v: String!) { text(value: $v) }", {}),
        ("query ($v: String!) { text(value: $v) }", {"v": None}),
        ("query ($v: String!) { text(value: $v) }", {"v": 5}),
        ("{ point(value: {x: 1}) points(value: [{x: 1}, {x: 2, y: 3, inner: {x: 4, colour: RED}}]) }", None),
        ("{ points(value: {x: 1}) lists(value: 1) more: lists(value: [1, null, [2]]) }", None),
        ("query ($p: Point) { point(value: $p) points(value: [$p]) }", {"p": {"x": 1, "inner": {"x": 2}}}),
        ("query ($p: Point) { point(value: $p) }", {"p": {"x": "one", "z": 1}}),
        ("query ($p: Point) { point(value: $p) }", {"p": {"y": 1}}),
        ("query ($x: Int!) { point(value: {x: $x, inner: {x: $x}}) }", {"x": 7}),
        ("query ($x: Int) { lists(value: [[$x], [1, $x]]) points(value: []) }", {}),
        ("query ($c: Colour) { colour a: colour(value: $c) b: colour(value: RED) }", {"c": "RED"}),
        ("query ($c: Colour) { colour(value: $c) }", {"c": "GREEN"}),
        ("query ($e: Either) { either(value: $e) a: either(value: {left: 1}) }", {"e": {"right": "r"}}),
        ("query ($e: Either) { either(value: $e) }", {"e": {"left": 1, "right": "r"}}),
        ('query ($a: Anything) { anything(value: $a) b: anything(value: {a: [1, "b", {c: $a}]}) }', {"a": {"z": [1]}}),
        ("query ($big: Int) { lists(value: [[$big]]) }", {"big": 2**40}),
    ],
)  # fmt: skip
async def test_arguments(document: str, variables: dict[str, Any] | None) -> None:
    await check(SCHEMA, document, Echo, variables=variables)


async def test_names_and_values_that_arguments_have_inside() -> None:
    def resolve(_root: Any, _info: Any, **arguments: Any) -> str:
        return repr(arguments)

    arguments = {"outer": GraphQLArgument(GraphQLString, out_name="inner", default_value="x")}
    query = GraphQLObjectType("Query", {"a": GraphQLField(GraphQLString, args=arguments, resolve=resolve)})

    await check(GraphQLSchema(query), '{ a b: a(outer: "y") }')


async def test_lists_that_a_resolver_changes_are_its_own() -> None:
    def resolve(_root: Any, _info: Any, value: list[Any]) -> str:
        value.append("changed")
        return repr(value)

    schema = build_schema("type Query { a(value: [String]): String more: [Query] }")
    field = schema.query_type.fields["a"]  # type: ignore[union-attr]  # there is one
    field.resolve = resolve

    await check(schema, '{ more { a(value: ["x"]) } }', lambda: {"more": [{}, {}, {}]})


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("Float", [0.0, -0.0, 1.5, 1, None]),
        ("Boolean", [True, False, None, True]),
        ("Int", [1, 0, 1, None]),
        ("String", ["1", "a" * 1_000, "a" * 1_001, "1", None]),
        ("ID", ["1", 1]),
        ("Colour", ["RED", "BLUE", "RED", None]),
    ],
)
async def test_a_plan_that_is_used_again_takes_the_new_values(type_: str, values: list[Any]) -> None:
    schema = build_schema(f"enum Colour {{ RED BLUE }} type Query {{ told(value: {type_}): String }}")
    document = parse(f"query ($v: {type_}) {{ told(value: $v) again: told(value: $v) fixed: told(value: null) }}")
    plans = Plans()
    root = {"told": lambda _info, **arguments: repr(arguments)}
    # And one that is not given.
    variables: list[dict[str, Any]] = [*({"v": value} for value in values), {}]

    def run(given: dict[str, Any], **manner: Any) -> Any:
        return execute(schema, document, root, variable_values=given, **manner)

    compiled = [run(each, executor_class=CompiledExecutor, plans=plans).data for each in variables]

    assert compiled == [run(each).data for each in variables]
    assert plans.counts.compiled == len(variables)


def test_enums_of_values_that_cannot_be_hashed_are_arguments_too() -> None:
    colours = GraphQLEnumType("Colour", {"RED": GraphQLEnumValue([1, 0, 0])})
    told = GraphQLField(
        GraphQLString, {"value": GraphQLArgument(colours)}, resolve=lambda _root, _info, value: repr(value)
    )
    schema = GraphQLSchema(GraphQLObjectType("Query", {"told": told}))
    document = parse("query ($v: Colour) { told(value: $v) }")

    result = execute_sync(schema, document, variable_values={"v": "RED"}, executor_class=CompiledExecutor)

    assert result.data == {"told": "[1, 0, 0]"}


def test_what_a_resolver_does_to_its_arguments_is_its_own_affair() -> None:
    def told(_root: object, _info: object, **arguments: Any) -> str:
        seen = repr(arguments)
        for value in arguments.values():
            if isinstance(value, dict):
                value["x"] = 99
            elif isinstance(value, list):
                value.append(99)
        return seen

    point = GraphQLInputObjectType("P", {"x": GraphQLInputField(GraphQLInt)})
    arguments = {
        "p": GraphQLArgument(point, default_value=None),
        "l": GraphQLArgument(GraphQLList(GraphQLInt)),
        "n": GraphQLArgument(GraphQLInt),
    }
    schema = GraphQLSchema(GraphQLObjectType("Query", {"told": GraphQLField(GraphQLString, arguments, resolve=told)}))
    document = parse("query ($n: Int, $p: P) { a: told b: told(n: $n) c: told(p: $p) d: told(p: {x: 2}, l: [3]) }")
    plans = Plans()

    def run(**manner: Any) -> Any:
        variables = {"n": 1, "p": {"x": 5}}
        result: Any = execute(schema, document, variable_values=variables, **manner)
        return result.data

    first, second = (run(executor_class=CompiledExecutor, plans=plans) for _ in range(2))

    assert first == second == run()


@dataclass
class _Shade:
    light: int


class Shade(_Shade, Enum):  # noqa: PLW1641  # that is the point
    """Without a hash, as dataclasses are, and with members that are equal to each other."""

    PALE = 1
    FAINT = 2

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shade)


async def test_members_of_enums_are_told_apart_by_what_they_are() -> None:
    told = GraphQLField(
        GraphQLString,
        {"value": GraphQLArgument(GraphQLEnumType("Shade", {one.name: GraphQLEnumValue(one) for one in Shade}))},
        resolve=lambda _root, _info, value: value.name,
    )
    schema = GraphQLSchema(GraphQLObjectType("Query", {"told": told}))
    document, plans = parse("query ($v: Shade) { told(value: $v) }"), Plans()

    def run(name: str) -> Any:
        given: Any = {"variable_values": {"v": name}, "executor_class": CompiledExecutor, "plans": plans}
        return execute(schema, document, **given)

    assert [run(name).data for name in ("PALE", "FAINT", "PALE")] == [
        {"told": "PALE"},
        {"told": "FAINT"},
        {"told": "PALE"},
    ]


def _look(value: str) -> str:
    return value


_look.looks_up = True  # type: ignore[attr-defined]


@strawberry.type
class Told:
    look: str = strawberry.field(resolver=_look)

    @strawberry.field
    def call(self, value: str, times: int = 1) -> str:
        return value * times


async def test_functions_of_strawberry_get_new_values_however_many_there_were() -> None:
    schema = strawberry.Schema(Told)._schema
    document = parse("query ($v: String!, $n: Int! = 2) { look(value: $v) call(value: $v, times: $n) }")
    plans = Plans()
    # More than are remembered, and all of them twice.
    values = [*(str(number) for number in range(40)), *(str(number) for number in range(40))]

    answers: list[Any] = [
        execute(
            schema,
            document,
            Told(),
            variable_values={"v": value},
            **{"executor_class": CompiledExecutor, "plans": plans},  # type: ignore[arg-type]
        )
        for value in values
    ]

    assert [answer.data for answer in answers] == [{"look": value, "call": value * 2} for value in values]
