"""Fields that strawberry declares in all its ways: what the compiled answer calls is what strawberry would."""

import asyncio
from collections.abc import AsyncIterator
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.types import Info as StrawberryInfo

from compiled.strawberry_fields import direct
from tests.compiled.compare import check

Info = StrawberryInfo[Any, Any]


@strawberry.enum
class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@strawberry.input
class Wish:
    name: str
    size: Size = Size.SMALL
    tags: list[str] = strawberry.field(default_factory=list)
    maybe: strawberry.Maybe[int]


class Shouting(FieldExtension):
    # What resolvers return is of any type, hence Any.
    def resolve(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        return str(next_(source, info, **kwargs)).upper()


class ShoutingLater(FieldExtension):
    async def resolve_async(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        return str(await next_(source, info, **kwargs)).upper()


class Never(BasePermission):
    message = "Not for you."

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        return False


class NotNow(BasePermission):
    message = "Not now."

    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        await asyncio.sleep(0)
        return False


def described(info: Info, **more: object) -> str:
    return (
        f"{info.field_name} {info.path.as_list()} {info.path.typename} {info.root_value} {info.context}"
        f" {info.python_name}"
        f" {info.operation.name} {sorted(info.variable_values.items())} {info.return_type}"
        f" {[type(field).__name__ for field in info.selected_fields]} {sorted(more.items())}"
    )


def told(info: Info, first: int = 3, *, size: Size = Size.LARGE) -> str:
    return described(info, first=first, size=size)


def backwards(info: Info, root: Any) -> str:
    return f"{info.field_name} of {type(root).__name__}"


def parent(parent: strawberry.Parent[Any], times: int = 2) -> str:
    return type(parent).__name__ * times


@strawberry.interface
class Named:
    name: str

    @strawberry.field
    def greeting(self, info: Info) -> str:
        return f"{info.path.as_list()} {self.name}"


@strawberry.type
class Person(Named):
    size: Size = Size.LARGE
    nothing: int | None = None

    @strawberry.field
    async def friends(self, first: int = 2) -> list["Person"]:
        await asyncio.sleep(0)
        return [Person(name=f"{self.name}{number}") for number in range(first)]

    @strawberry.field
    def raises(self) -> int:
        raise ValueError(self.name)

    @strawberry.field
    async def raises_later(self) -> int | None:
        await asyncio.sleep(0)
        raise ValueError(self.name)


@strawberry.type
class Robot(Named):
    volts: float = 12.5


@strawberry.type
class Query:
    told: str = strawberry.field(resolver=told)
    backwards: str = strawberry.field(resolver=backwards)
    parent: str = strawberry.field(resolver=parent)

    @strawberry.field
    def wish(self, wish: Wish, more: list[Wish] | None = None) -> str:
        return repr((wish, more))

    @strawberry.field
    def renamed(self, value: Annotated[int, strawberry.argument(name="given")] = 1) -> str:
        return repr(value)

    @strawberry.field(extensions=[Shouting()])  # type: ignore[untyped-decorator]
    def shouted(self, word: str = "quiet") -> str:
        return word

    @strawberry.field(extensions=[ShoutingLater()])  # type: ignore[untyped-decorator]
    async def shouted_later(self, info: Info, word: str = "quiet") -> str:
        return f"{word} {info.field_name}"

    @strawberry.field(permission_classes=[Never])  # type: ignore[untyped-decorator]
    def forbidden(self) -> str | None:
        return "secret"

    @strawberry.field(permission_classes=[NotNow])  # type: ignore[untyped-decorator]
    async def forbidden_now(self) -> str | None:
        return "secret"

    @strawberry.field
    def everybody(self) -> list[Named]:
        return [Person(name="Ann"), Robot(name="R2")]

    @strawberry.field
    async def coming(self) -> AsyncIterator[int]:
        for number in range(3):
            await asyncio.sleep(0)
            yield number

    @strawberry.field
    def either(self) -> Annotated[Person | Robot, strawberry.union("Either")]:
        return Robot(name="C3")


SCHEMA = strawberry.Schema(Query, types=[Person, Robot])._schema


@pytest.mark.parametrize(
    "document",
    [
        "query Named($n: Int = 4) { told(first: $n) again: told(size: SMALL) backwards parent p: parent(times: 1) }",
        '{ wish(wish: {name: "a"}) b: wish(wish: {name: "b", size: LARGE, tags: ["x"]}, more: [{name: "c"}]) }',
        '{ wish(wish: {name: "a", maybe: 3}, more: null) renamed r: renamed(given: 7) }',
        '{ shouted s: shouted(word: "loud") shoutedLater t: shoutedLater(word: "late") }',
        "{ forbidden forbiddenNow told }",
        "{ everybody { __typename name greeting ... on Person { size nothing friends(first: 1) { greeting } } } }",
        "{ everybody { ... on Person { friends { friends { raisesLater greeting } } } ... on Robot { volts } } }",
        "{ everybody { ... on Person { raises } } told }",
        "{ coming either { __typename ... on Robot { volts } } }",
        '{ __schema { queryType { fields { name args { name defaultValue } } } } __type(name: "Person") { kind } }',
    ],
)  # fmt: skip
async def test_fields(document: str) -> None:
    await check(SCHEMA, document, Query, context=lambda: "context", variables={})


async def test_a_schema_with_handlers_of_errors_and_readers_of_its_own() -> None:
    @strawberry.type
    class Root:
        a: str = "x"

        @strawberry.field
        def b(self) -> str:
            return self.a

    config = strawberry.schema.config.StrawberryConfig(default_resolver=lambda source, name: f"{name} of it")
    schema = strawberry.Schema(Root, config=config)._schema

    answer = await check(schema, "{ a b }", Root)

    assert answer.data == {"a": "a of it", "b": "x"}


@pytest.mark.parametrize(
    ("name", "is_direct"),
    [
        ("told", True),
        ("backwards", True),
        ("wish", True),
        ("everybody", True),
        ("shouted", False),
        ("forbidden", False),
    ],
)
def test_functions_are_called_directly_where_nothing_stands_between(name: str, is_direct: bool) -> None:
    assert SCHEMA.query_type is not None

    assert (direct(SCHEMA, SCHEMA.query_type.fields[name]) is not None) is is_direct


def test_a_resolver_that_somebody_has_replaced_is_called() -> None:
    schema = strawberry.Schema(Query, types=[Person, Robot])._schema
    assert schema.query_type is not None
    field = schema.query_type.fields["parent"]
    field.resolve = lambda _source, _info, **_arguments: "replaced"

    assert direct(schema, field) is None
