"""Finds, in the schema itself, every field that answers with a list, and writes an operation that reaches it."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

DEEP = 2
FEW = 2


class ListField(NamedTuple):
    """A field of an object type whose answer is a list or a connection."""

    type_name: str
    field_name: str


class Step(NamedTuple):
    """One field on the way from the root; `many` if the page size of the walk is given to it."""

    field_name: str
    field: GraphQLField
    many: bool
    narrowed: str | None = None


def list_fields(schema: GraphQLSchema) -> list[ListField]:
    """All that a query can reach, but those of introspection and the insides of connections."""
    found = []
    readable = _readable(schema)
    for name, type_ in sorted(schema.type_map.items()):
        if name.startswith("__") or not isinstance(type_, GraphQLObjectType) or name not in readable:
            continue
        if name.endswith(("Connection", "Payload")):
            continue
        found += [
            ListField(name, field_name)
            for field_name, field in type_.fields.items()
            if answers_list(field.type) and not is_leaf_type(get_named_type(field.type))
        ]
    return found


def _readable(schema: GraphQLSchema) -> set[str]:
    """The names of the types that a query can reach. Payloads of mutations have tests of their own."""
    assert schema.query_type is not None
    waiting: list[GraphQLNamedType] = [schema.query_type]
    seen: set[str] = set()
    while waiting:
        type_ = waiting.pop()
        if type_.name in seen:
            continue
        seen.add(type_.name)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            waiting += [get_named_type(field.type) for field in type_.fields.values()]
        if isinstance(type_, GraphQLInterfaceType):
            waiting += schema.get_possible_types(type_)
    return seen


def answers_list(type_: GraphQLOutputType) -> bool:
    """Whether a list is anywhere in the type, or it is a connection."""
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        if isinstance(type_, GraphQLList):
            return True
        type_ = type_.of_type
    return get_named_type(type_).name.endswith("Connection")


class Walk:
    """Operations through one schema.

    `samples` gives GraphQL literals for required arguments by "field.argument", and by "field.argument@Type" where a
    type is singled out of an interface. Fields that are `closed` to whoever asks are left out of selections.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        samples: Mapping[str, str],
        *,
        closed: Callable[[GraphQLField], bool] = lambda _field: False,
    ) -> None:
        self.schema = schema
        self.samples = samples
        self.closed = closed

    def operation(self, goal: ListField, *, size: int) -> str:
        """A query that asks for `goal` in many parents at once, where any way through the schema allows that."""
        path = self._path(goal.type_name)
        type_ = self.schema.type_map[goal.type_name]
        assert isinstance(type_, GraphQLObjectType)
        field = type_.fields[goal.field_name]
        text = f"{goal.field_name}{self._arguments(goal.field_name, field, size)}{self._all_of(field.type, DEEP)}"
        for step in reversed(path):
            inner = f"... on {step.narrowed} {{ {text} }}" if step.narrowed else text
            arguments = self._arguments(step.field_name, step.field, size if step.many else FEW, narrowed=step.narrowed)
            text = f"{step.field_name}{arguments} {{ {inner} }}"
        return f"{{ {text} }}"

    def _path(self, type_name: str) -> list[Step]:
        query = self.schema.query_type
        assert query is not None
        if query.name == type_name:
            return []
        seen = {(query.name, False)}
        waiting: deque[tuple[GraphQLNamedType, bool, list[Step]]] = deque([(query, False, [])])
        reached: list[Step] | None = None
        while waiting:
            type_, many, path = waiting.popleft()
            for step, following in self._steps(type_):
                state = (following.name, many or step.many)
                if state in seen:
                    continue
                seen.add(state)
                longer = [*path, step]
                if following.name == type_name:
                    if state[1]:
                        return longer
                    reached = reached or longer
                waiting.append((following, state[1], longer))
        assert reached is not None, f"no query reaches {type_name}"
        return reached

    def _steps(self, type_: GraphQLNamedType) -> Iterator[tuple[Step, GraphQLNamedType]]:
        if not isinstance(type_, GraphQLObjectType):
            return
        for name, field in type_.fields.items():
            following = get_named_type(field.type)
            many = "ids" in field.args or ("first" in field.args and following.name.endswith("Connection"))
            if isinstance(following, GraphQLObjectType):
                yield Step(name, field, many), following
            elif isinstance(following, GraphQLInterfaceType):
                for concrete in self.schema.get_possible_types(following):
                    yield Step(name, field, many=False, narrowed=concrete.name), concrete

    def _arguments(self, name: str, field: GraphQLField, size: int, *, narrowed: str | None = None) -> str:
        given = [
            f"{argument}: {self._sample(name, argument, narrowed)}"
            for argument, definition in field.args.items()
            if _needed(definition) or f"{name}.{argument}" in self.samples
        ]
        if "first" in field.args and f"{name}.first" not in self.samples:
            given.append(f"first: {size}")
        return f"({', '.join(given)})" if given else ""

    def _sample(self, field: str, argument: str, narrowed: str | None) -> str:
        name = f"{field}.{argument}"
        sample = self.samples.get(f"{name}@{narrowed}", self.samples.get(name))
        assert sample is not None, f"the walk needs a sample for {field}({argument}: …): add it to SAMPLES"
        return sample

    def _all_of(self, type_: GraphQLOutputType, depth: int, *, prefix: str = "") -> str:
        """All fields of a type. `prefix` renames them: two types may have fields of one name and different types."""
        named = get_named_type(type_)
        if isinstance(named, GraphQLInterfaceType):
            parts = [
                f"... on {concrete.name} {self._all_of(concrete, depth, prefix=concrete.name)}"
                for concrete in self.schema.get_possible_types(named)
            ]
            return f" {{ __typename {' '.join(parts)} }}"
        if not isinstance(named, GraphQLObjectType):
            return ""
        chosen = ["__typename"]
        connection = named.name.endswith(("Connection", "Edge"))
        for name, field in named.fields.items():
            if self.closed(field) or any(_needed(argument) for argument in field.args.values()):
                continue
            alias = f"{prefix}_{name}: " if prefix else ""
            if is_leaf_type(get_named_type(field.type)):
                chosen.append(f"{alias}{name}")
            elif depth > 0 or connection:
                arguments = self._arguments(name, field, FEW)
                chosen.append(f"{alias}{name}{arguments}{self._all_of(field.type, depth if connection else depth - 1)}")
        return f" {{ {' '.join(chosen)} }}"


def _needed(argument: GraphQLArgument) -> bool:
    return is_required_argument(argument)
