"""Execution with a short cut: selections of plain attributes are read at once.

A facet with its values, a price or a rating is objects whose selected fields are all attributes. graphql-core takes
some twenty calls for each such field; here a selection becomes a function of its object, made once per execution.
Whatever is not plain, and whatever goes wrong on the short cut, goes graphql-core's own way, which reads the same
attributes again and says what is wrong, so that answers and errors are the same (tests/web/test_plain.py compares).
"""

import math
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path

from resolvers.context import RequestContext

# Rows, attributes and the JSON made of them are of any type, hence Any.
Reader = Callable[[Any], Any]
_LEAST_INT, _MOST_INT = -(2**31), 2**31 - 1


class NotPlain(Exception):
    """The value at hand needs the long way."""


class PlainExecutor(Executor[RequestContext]):
    """graphql-core's executor, quicker for what `field` and `id_of` of `schema.base` declare."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: RequestContext | None,
    ) -> AwaitableOrValue[dict[str, Any]]:
        readers = self._readers(parent_type, grouped_field_set)
        ready: dict[str, Any] = {}
        for name, reader in readers.items():
            try:
                ready[name] = reader(source_value)
            except Exception:
                # Read again on the long way, which reports it.
                continue
        if len(ready) == len(grouped_field_set):
            return ready
        rest = {name: details for name, details in grouped_field_set.items() if name not in ready}
        answered = super().execute_fields(parent_type, source_value, path, rest, position_context)
        if self.is_awaitable(answered):
            return self._merge_later(grouped_field_set, ready, answered)
        return _in_order(grouped_field_set, ready, answered)  # type: ignore[arg-type]  # it is not awaitable

    async def _merge_later(self, asked: GroupedFieldSet, ready: dict[str, Any], answered: Any) -> dict[str, Any]:
        return _in_order(asked, ready, await answered)

    def _readers(self, type_: GraphQLObjectType, asked: GroupedFieldSet) -> Mapping[str, Reader]:
        """A function for each field of a selection that is plain; made once per selection and execution."""
        known: dict[int, tuple[GroupedFieldSet, Mapping[str, Reader]]] = self.__dict__.setdefault("_plain", {})
        found = known.get(id(asked))
        if found is None:
            readers = {name: self._reader(type_, details) for name, details in asked.items()}
            # The selection is kept with its readers: its id must not be used again meanwhile.
            found = known[id(asked)] = (asked, {name: reader for name, reader in readers.items() if reader is not None})
        return found[1]

    def _reader(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Reader | None:
        name = details[0].node.name.value
        if name == "__typename":
            answer = type_.name
            return lambda _row: answer
        field = self.schema.get_field(type_, name)
        read = None if field is None or field.args else _attribute(field)
        complete = None if field is None or read is None else self._completer(field.type, details)
        if read is None or complete is None:
            return None
        return lambda row: complete(read(row))

    def _completer(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Reader | None:
        """A function that turns an attribute's value into what the answer holds."""
        if isinstance(type_, GraphQLNonNull):
            inner = self._completer(type_.of_type, details)
            return None if inner is None else lambda value: _needed(inner(value))
        if isinstance(type_, GraphQLList):
            item = self._completer(type_.of_type, details)
            return None if item is None else lambda value: None if value is None else _listed(item, value)
        if isinstance(type_, GraphQLScalarType | GraphQLEnumType):
            return _leaf(type_)
        if isinstance(type_, GraphQLObjectType) and type_.is_type_of is None:
            asked, deferred, _ = self.collect_subfields(type_, details)
            readers = self._readers(type_, asked)
            if not deferred and len(readers) == len(asked):
                pairs = [(name, readers[name]) for name in asked]
                return lambda row: None if row is None else {name: reader(row) for name, reader in pairs}
        return None


def _attribute(field: GraphQLField) -> Reader | None:
    """How to read a field that is an attribute of its row; None for one that a function answers."""
    definition = field.extensions.get("strawberry-definition")
    if definition is None:
        return None
    if definition.is_basic_field:
        return attrgetter(definition.python_name)
    resolver = definition.base_resolver
    reads: Reader | None = getattr(resolver.wrapped_func, "reads", None) if resolver is not None else None
    return None if definition.extensions else reads


def _needed(value: Any) -> Any:
    if value is None:
        raise NotPlain
    return value


def _listed(item: Reader, values: Iterable[Any]) -> list[Any]:
    if isinstance(values, str | Mapping):
        raise NotPlain
    return [item(value) for value in values]


def _leaf(type_: GraphQLScalarType | GraphQLEnumType) -> Reader:
    coerce = type_.coerce_output_value
    if type_.name in ("String", "ID"):
        return lambda value: value if type(value) is str else _coerced(coerce, value)
    if type_.name == "Int":
        return lambda value: (
            value if type(value) is int and _LEAST_INT <= value <= _MOST_INT else _coerced(coerce, value)
        )
    if type_.name == "Boolean":
        return lambda value: value if type(value) is bool else _coerced(coerce, value)
    if type_.name == "Float":
        return lambda value: value if type(value) is float and math.isfinite(value) else _coerced(coerce, value)
    return lambda value: _coerced(coerce, value)


def _coerced(coerce: Reader, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, Exception):
        raise NotPlain
    return _needed(coerce(value))


def _in_order(asked: GroupedFieldSet, ready: dict[str, Any], answered: dict[str, Any]) -> dict[str, Any]:
    """The fields in the order in which the operation names them."""
    return {
        name: ready[name] if name in ready else answered[name] for name in asked if name in ready or name in answered
    }
