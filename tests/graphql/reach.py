"""Finds, in the schema itself, who may use each field, and writes queries that reach it."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)

from schema.base import Requires
from services.accounts.tokens import Role
from tests.graphql.walk import Step, Walk

EVERYBODY = frozenset(Role)
# A way through a field that asks for a role is taken where there is no other.
_DETOUR = 100


def roles_of(field: GraphQLField) -> frozenset[Role]:
    """Who may use a field: those that it declares, or everybody."""
    definition = field.extensions.get("strawberry-definition")
    declared = [one.role for one in getattr(definition, "directives", ()) if isinstance(one, Requires)]
    return frozenset(declared) or EVERYBODY


def object_types(schema: GraphQLSchema, root: GraphQLObjectType | None) -> Mapping[str, GraphQLObjectType]:
    """The object types that operations from this root can show, by name; the root is one."""
    assert root is not None
    waiting: list[GraphQLNamedType] = [root]
    found: dict[str, GraphQLObjectType] = {}
    seen: set[str] = set()
    while waiting:
        type_ = waiting.pop()
        if type_.name in seen:
            continue
        seen.add(type_.name)
        if isinstance(type_, GraphQLObjectType):
            found[type_.name] = type_
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            waiting += [get_named_type(field.type) for field in type_.fields.values()]
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            waiting += schema.get_possible_types(type_)
    return found


def fields_with_roles(schema: GraphQLSchema) -> Iterator[tuple[str, str, frozenset[Role]]]:
    """Type, name and roles of each field of each object type that declares roles."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            for name, field in type_.fields.items():
                if roles_of(field) != EVERYBODY:
                    yield type_.name, name, roles_of(field)


class Way(NamedTuple):
    """How a query reaches a type, and who may go there."""

    steps: Sequence[Step]
    roles: frozenset[Role]


class Reach(Walk):
    """Operations that reach single fields. `samples` as for any walk; `node` is only gone through for types that there
    is an id of."""

    def way(self, type_name: str) -> Way:
        """The shortest way from the query root that the most may go."""
        query = self.schema.query_type
        assert query is not None
        order = count()
        waiting = [(0, next(order), query.name, Way((), EVERYBODY))]
        seen: set[str] = set()
        while waiting:
            cost, _, name, way = heappop(waiting)
            if name == type_name:
                return way
            if name in seen:
                continue
            seen.add(name)
            for step, following in self._steps(self.schema.type_map[name]):
                if self._is_passable(step):
                    roles = way.roles & roles_of(step.field)
                    detour = _DETOUR * (len(way.roles) - len(roles))
                    further = Way((*way.steps, step), roles)
                    heappush(waiting, (cost + 1 + detour, next(order), following.name, further))
        raise AssertionError(f"no query reaches {type_name}")

    def _is_passable(self, step: Step) -> bool:
        """Whether there is an id of the type that an interface is narrowed to; `nodes` gets those of products."""
        if step.narrowed is None:
            return True
        return step.field_name != "nodes" and f"{step.field_name}.id@{step.narrowed}" in self.samples

    def query(self, way: Way, type_: GraphQLObjectType, names: Sequence[str]) -> str:
        """A query for these fields of a type, each with as little below it as there can be."""
        text = " ".join(["__typename", *(self._least(name, type_.fields[name]) for name in names)])
        for step in reversed(way.steps):
            inner = f"... on {step.narrowed} {{ {text} }}" if step.narrowed else text
            arguments = self._arguments(step.field_name, step.field, 2, narrowed=step.narrowed)
            text = f"{step.field_name}{arguments} {{ {inner} }}"
        return f"{{ {text} }}"

    def _least(self, name: str, field: GraphQLField) -> str:
        below = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
        narrowed = next((key.partition("@")[2] for key in self.samples if key.startswith(f"{name}.id@")), None)
        return f"{name}{self._arguments(name, field, 2, narrowed=narrowed)}{below}"
