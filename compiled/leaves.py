"""How values of scalars and enums are coerced for the answer ("Value Completion", leaf types, in the specification)."""

import math
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect

# What resolvers return and answers hold is of any type, hence Any.
Coerce = Callable[[Any], Any]


class Leaf(NamedTuple):
    """A leaf type. Values of exactly the class `ready`, and `within` its limits, are what the answer holds already."""

    ready: type | None
    within: Callable[[Any], bool] | None
    coerce: Coerce


_READY: dict[int, tuple[type, Callable[[Any], bool] | None]] = {
    id(GraphQLString): (str, None),
    id(GraphQLID): (str, None),
    id(GraphQLBoolean): (bool, None),
    id(GraphQLInt): (int, range(-(2**31), 2**31).__contains__),
    id(GraphQLFloat): (float, math.isfinite),
}


def leaf(type_: GraphQLScalarType | GraphQLEnumType) -> Leaf:
    ready, within = _READY.get(id(type_), (None, None))
    if isinstance(type_, GraphQLEnumType):
        return Leaf(None, None, _remembering(_coercing(type_)))
    return Leaf(ready, within, _coercing(type_))


def _coercing(type_: GraphQLScalarType | GraphQLEnumType) -> Coerce:
    coerce_output_value = type_.coerce_output_value

    def coerce(value: Any) -> Any:
        coerced = coerce_output_value(value)
        if coerced is None or coerced is Undefined:
            raise TypeError(
                f"Expected `{inspect(type_)}.coerce_output_value({inspect(value)})` to return non-nullable value,"
                f" returned: {inspect(coerced)}"
            )
        return coerced

    return coerce


def _remembering(coerce: Coerce) -> Coerce:
    """Members of Python's enums are few and never change, so each is coerced once."""
    # Kept by identity: members of two classes may be equal, as texts say. They are held here, so no id comes again.
    names: dict[int, tuple[Enum, Any]] = {}

    def coerce_member(value: Any) -> Any:
        known = names.get(id(value))
        if known is not None:
            return known[1]
        name = coerce(value)
        if isinstance(value, Enum):
            names[id(value)] = (value, name)
        return name

    return coerce_member
