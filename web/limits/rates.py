"""How often callers may do what: which counts an operation takes from, told from its document."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
)

from core.limit_settings import LimitSettings
from ports.throttle import Taking
from schema.rates import MUTATIONS_PER_MINUTE, Rate, declared_rates
from web.fragments import fragments_of

_MINUTE = 60
_MUTATIONS = Rate(MUTATIONS_PER_MINUTE, _MINUTE)


class Wanted(NamedTuple):
    """What an operation takes from; `is_guarded` if it may not be run uncounted."""

    takings: list[Taking]
    is_guarded: bool


class Rates:
    """The rates of one schema's root fields, with what the settings say otherwise."""

    def __init__(self, schema: GraphQLSchema, limits: LimitSettings) -> None:
        self._limits = limits
        self.declared = {key: _with_settings(key, rates, limits) for key, rates in declared_rates(schema).items()}

    def wanted(
        self,
        caller: str,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],  # any JSON
        cost: int,
    ) -> Wanted:
        """What a caller's operation of so many points takes from: points for queries, uses for mutations."""
        counted: dict[str, Taking] = {}
        is_guarded = False
        if operation.operation is not OperationType.MUTATION:
            is_account = caller.startswith("account:")
            most = self._limits.points_per_minute if is_account else self._limits.points_per_minute_by_address
            counted["points"] = Taking(f"{caller}:points", most, _MINUTE, cost)
        values = _Values(variables, operation)
        for node in _roots(document, operation):
            for rate in self._of(operation.operation, node.name.value):
                key = _key(caller, node, rate, values)
                before = counted.get(key)
                counted[key] = Taking(key, rate.most, rate.seconds, 1 if before is None else before.uses + 1)
                is_guarded = is_guarded or rate.is_guarded
        return Wanted([one for one in counted.values() if one.uses], is_guarded)

    def _of(self, kind: OperationType, name: str) -> tuple[Rate, ...]:
        declared = self.declared.get(f"{kind.value.capitalize()}.{name}")
        if declared is None and kind is OperationType.MUTATION:
            return (_MUTATIONS,)
        return declared or ()


def _with_settings(key: str, rates: tuple[Rate, ...], limits: LimitSettings) -> tuple[Rate, ...]:
    other = limits.field_rates.get(key.partition(".")[2])
    if other is None:
        return rates
    return tuple(one if one.by else one._replace(most=other.most, seconds=other.seconds) for one in rates)


def _key(caller: str, node: FieldNode, rate: Rate, values: "_Values") -> str:
    if rate is _MUTATIONS:
        return f"{caller}:mutations"
    if rate.by is None:
        return f"{caller}:{node.name.value}"
    # What clients send may be of any length, and is none of Redis's business.
    named = _named(node, rate.by, values).encode(errors="replace")
    return f"{rate.by}:{hashlib.blake2b(named, digest_size=16).hexdigest()}"


def _named(node: FieldNode, by: str, values: "_Values") -> str:
    """What the argument `by` of a mutation's input is, as text; the input is not coerced yet."""
    for argument in node.arguments or ():
        if argument.name.value == "input":
            given = values.of(argument.value)
            return str(values.of(given.get(by))) if isinstance(given, dict) else ""
    return ""


class _Values:
    """What stands for nodes of one operation: JSON of its variables, or what their defaults say."""

    def __init__(self, variables: Mapping[str, Any], operation: OperationDefinitionNode) -> None:  # any JSON
        self._variables = variables
        self._defaults = {one.variable.name.value: one.default_value for one in operation.variable_definitions or ()}

    def of(self, value: Any) -> Any:  # a node, or JSON
        """JSON; objects are of nodes or JSON, and of scalars nothing but the text is read."""
        if isinstance(value, VariableNode):
            name = value.name.value
            return self._variables[name] if name in self._variables else self.of(self._defaults.get(name))
        if isinstance(value, ObjectValueNode):
            return {field.name.value: field.value for field in value.fields}
        return getattr(value, "value", None) if isinstance(value, Node) else value


def _roots(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[FieldNode]:
    """The root fields of an operation, also where a condition may leave them out."""
    fragments = fragments_of(document)

    def below(selected: SelectionSetNode) -> Iterator[FieldNode]:
        for selection in selected.selections:
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                yield from below(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                yield from below(fragments[selection.name.value].selection_set)

    return below(operation.selection_set)
