"""Plans: compiled operations, kept beside the document that they were compiled from; and what cannot be compiled."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FragmentDetails
from graphql.pyutils import is_async_iterable, is_awaitable

from compiled.compiler import Compiler
from compiled.fields import Field

# Each combination of the variables in conditions is a plan of its own.
MOST_PLANS = 16
# A plan grows with the types that come where the operation names interfaces. One this large is not kept.
MOST_FIELDS = 2_000
_CONDITIONS = ("skip", "include")
_INCREMENTAL = ("defer", "stream")
_NO_PROPAGATION = "experimental_disableErrorPropagation"


class Counts:
    """How many executions ran compiled, and how many on graphql-core, by the reason. `on_fallback` is called with the
    reason of each of those."""

    def __init__(self, on_fallback: Callable[[str], None] | None = None) -> None:
        self.compiled = 0
        self.fallback: Counter[str] = Counter()
        self._on_fallback = on_fallback

    def fell_back(self, reason: str) -> None:
        self.fallback[reason] += 1
        if self._on_fallback is not None:
            self._on_fallback(reason)


class NotCompiled(Exception):
    """This operation, or the way in which it is executed, is left to graphql-core; says why."""


class Plan:
    """An operation for one combination of the variables in its conditions."""

    def __init__(self, compiler: Compiler, fields: list[Field]) -> None:
        self.compiler = compiler
        self.fields = fields


class Plans:
    """The plans of one document, the ones used last; `counts` may be shared with other documents."""

    def __init__(self, counts: Counts | None = None) -> None:
        self.counts = Counts() if counts is None else counts
        self._kept: OrderedDict[Any, Plan] = OrderedDict()
        self._features: dict[str | None, tuple[OperationDefinitionNode, Features]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    # Executors are generic in what they keep of positions, which is nothing here, hence Any.
    def find(self, executor: Executor[Any]) -> Plan | None:
        """The plan for what this executor is to execute; None, and counted, if graphql-core has to."""
        try:
            _check(executor)
            plan = self._plan(executor)
        except NotCompiled as reason:
            self.counts.fell_back(str(reason))
            return None
        self.counts.compiled += 1
        return plan

    def _plan(self, executor: Executor[Any]) -> Plan:
        operation = executor.operation
        name = operation.name.value if operation.name else None
        features = self._features_of(name, executor)
        conditions = features.values(executor)
        key = (name, *conditions.values())
        plan = self._kept.get(key)
        if plan is None or plan.compiler.schema is not executor.schema or plan.compiler.operation is not operation:
            plan = self._kept[key] = _compile(executor, conditions)
            if len(self._kept) > MOST_PLANS:
                self._kept.popitem(last=False)
        elif plan.compiler.size > MOST_FIELDS:
            del self._kept[key]
        elif len(self._kept) > 1:
            self._kept.move_to_end(key)
        return plan

    def _features_of(self, name: str | None, executor: Executor[Any]) -> "Features":
        found = self._features.get(name)
        if found is None or found[0] is not executor.operation:
            found = self._features[name] = (executor.operation, Features(executor))
        found[1].check()
        return found[1]


class Features:
    """What an operation uses that decides how it is compiled, and whether."""

    def __init__(self, executor: Executor[Any]) -> None:
        self._schema: GraphQLSchema = executor.schema
        self._fragments: dict[str, FragmentDetails] = executor.fragments
        self._seen: set[str] = set()
        self.variables: list[str] = []
        self.refusal: str | None = None
        if any(node.name.value == _NO_PROPAGATION for node in executor.operation.directives or ()):
            self.refusal = "error propagation disabled"
        self._walk(executor.operation.selection_set)

    def check(self) -> None:
        """Raises `NotCompiled`."""
        if self.refusal is not None:
            raise NotCompiled(self.refusal)

    def values(self, executor: Executor[Any]) -> dict[str, bool]:
        """The variables in conditions; raises `NotCompiled` where one has no value, which is an error at its field."""
        values: dict[str, bool] = {}
        for name in self.variables:
            value = executor.variable_values.coerced.get(name)
            if not isinstance(value, bool):
                raise NotCompiled("condition without a value")
            values[name] = value
        return values

    def _walk(self, selections: SelectionSetNode) -> None:
        waiting = [selections]
        while waiting:
            for node in waiting.pop().selections:
                self._note(node)
                waiting.extend(self._below(node))

    def _below(self, node: SelectionNode) -> Iterator[SelectionSetNode]:
        if isinstance(node, FieldNode | InlineFragmentNode):
            if node.selection_set is not None:
                yield node.selection_set
            return
        if not isinstance(node, FragmentSpreadNode):
            return
        fragment = self._fragments.get(node.name.value)
        if fragment is None or node.name.value in self._seen:
            return
        self._seen.add(node.name.value)
        if fragment.variable_signatures:
            self.refusal = "fragment variables"
        yield fragment.definition.selection_set

    def _note(self, node: SelectionNode) -> None:
        for directive in node.directives or ():
            name = directive.name.value
            if name in _INCREMENTAL:
                self.refusal = "incremental delivery"
            elif name in _CONDITIONS:
                self.variables += _new(_variables(directive.arguments or ()), self.variables)


def _variables(arguments: Iterable[Any]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument.value, VariableNode):
            yield argument.value.name.value


def _new(names: Iterable[str], known: list[str]) -> list[str]:
    return [name for name in names if name not in known]


def _check(executor: Executor[Any]) -> None:
    """Raises `NotCompiled` if the caller of graphql-core asks for something that only graphql-core does."""
    if executor.middleware_manager is not None:
        raise NotCompiled("middleware")
    if executor.abort_signal is not None:
        raise NotCompiled("abort signal")
    if executor.hooks is not None:
        raise NotCompiled("hooks")
    if executor.is_awaitable is not is_awaitable or executor.is_async_iterable is not is_async_iterable:
        raise NotCompiled("awaitables told otherwise")


def _compile(executor: Executor[Any], conditions: dict[str, bool]) -> Plan:
    root = executor.schema.get_root_type(executor.operation.operation)
    if root is None:
        raise NotCompiled("no such root type")
    compiler = Compiler(executor.schema, executor.operation, executor.fragments, conditions)
    try:
        return Plan(compiler, compiler.root(root))
    except GraphQLError as error:
        raise NotCompiled("fields not collected") from error
    except RecursionError as error:
        raise NotCompiled("nested too deeply") from error
