"""Scalars of the graph beyond those of the specification."""

from datetime import UTC, date, datetime
from typing import NewType

import strawberry
from graphql import GraphQLError
from graphql.language import IntValueNode, ValueNode, print_ast
from strawberry.types.scalar import ScalarDefinition

LARGEST = 2**53 - 1

BigInt = NewType("BigInt", int)


def _checked(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise GraphQLError(f"BigInt takes integers from -{LARGEST} to {LARGEST}.")
    return value


# graphql-core passes variables too, but none can stand inside a scalar.
def _literal(node: ValueNode, _variables: dict[str, object] | None = None) -> int:
    if not isinstance(node, IntValueNode):
        raise GraphQLError(f"BigInt takes integers, not {print_ast(node)}.", node)
    return _checked(int(node.value))


BIG_INT = strawberry.scalar(
    name="BigInt",
    description="A signed integer of up to 53 bits, which every JSON client reads exactly.",
    serialize=_checked,
    parse_value=_checked,
    parse_literal=_literal,
)


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise GraphQLError("DateTime takes ISO 8601 texts such as 2026-11-23T12:00:00Z.") from error
    if moment.tzinfo is None:
        raise GraphQLError("DateTime takes moments with a time zone, such as 2026-11-23T12:00:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise GraphQLError("DateTime takes moments of the years 1 to 9999 in UTC.") from error


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="A moment in ISO 8601, in UTC.",
    serialize=lambda value: value.astimezone(UTC).isoformat(),
    parse_value=_moment,
)


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise GraphQLError("Date takes ISO 8601 days such as 2026-11-23.") from error


DATE = strawberry.scalar(
    name="Date",
    description="A day in ISO 8601.",
    serialize=lambda value: value.isoformat(),
    parse_value=_day,
)
# Keys are whatever annotation stands for the scalar.
SCALARS: dict[object, ScalarDefinition] = {BigInt: BIG_INT, datetime: DATE_TIME, date: DATE}
