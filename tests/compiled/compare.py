"""Runs an operation on graphql-core and compiled, and says whether the answers are the same.

The same means: equal data, with fields in the same order, and equal errors (message, path, locations, class of what was
raised). Where nothing is awaited the errors also come in the same order. Where errors null a position from below,
graphql-core reports those that happened to come before the position was nulled; which ones depends on what was awaited
first. There each answer must have at least one error, and only such as graphql-core reports when it is told not to
propagate errors at all.
"""

import asyncio
import inspect
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    execute,
    parse,
)
from graphql.execution import Executor

from compiled import CompiledExecutor, Counts, Plans

# What an error is told by: message, path, locations, class of the exception behind it.
Told = tuple[str, tuple[str | int, ...], Any, type | None]
Position = tuple[str | int, ...]


# Roots, contexts and variables are of any type, hence Any, here and below.
async def check(
    schema: GraphQLSchema,
    document: str,
    root: Callable[[], Any] = lambda: None,
    *,
    variables: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    context: Callable[[], Any] = lambda: None,
    is_compiled: bool = True,
) -> ExecutionResult:
    """Execute on both, twice compiled, and compare. `root` and `context` are made anew for each execution, since
    coroutines can be awaited only once. Returns the compiled answer."""
    parsed = parse(document)
    counts = Counts()
    plans = Plans(counts)
    run = _runner(schema, root, variables, operation_name, context)
    expected, was_sync = await run(parsed, executor_class=Executor)
    for _ in range(2):
        answer, is_sync = await run(parsed, executor_class=CompiledExecutor, plans=plans)
        assert is_sync == was_sync
        every = expected
        if not was_sync:
            every, _ = await run(_unpropagated(parsed), executor_class=Executor)
        assert_same(answer, expected, every, is_ordered=was_sync)
    if expected.data is not None or all(error.path for error in expected.errors or ()):
        assert (counts.compiled, sum(counts.fallback.values())) == ((2, 0) if is_compiled else (0, 2)), counts.fallback
    assert isinstance(answer, ExecutionResult)
    return answer


def _runner(
    schema: GraphQLSchema,
    root: Callable[[], Any],
    variables: Mapping[str, Any] | None,
    operation_name: str | None,
    context: Callable[[], Any],
) -> Callable[..., Any]:
    async def run(document: DocumentNode, **how: Any) -> tuple[ExecutionResult, bool]:
        result = execute(
            schema,
            document,
            root(),
            context(),
            variable_values=dict(variables) if variables is not None else None,
            operation_name=operation_name,
            **how,
        )
        if not inspect.isawaitable(result):
            # What goes on in the background is given the time to end, here and below.
            await asyncio.sleep(0)
            return result, True
        answer = await result
        await asyncio.sleep(0)
        return answer, False

    return run


def assert_same(
    answer: ExecutionResult, expected: ExecutionResult, every: ExecutionResult, *, is_ordered: bool
) -> None:
    """`every` is graphql-core's answer with all errors, none of which hides another."""
    assert json.dumps(answer.data, default=repr) == json.dumps(expected.data, default=repr)
    ours, theirs = told(answer), told(expected)
    if is_ordered:
        assert ours == theirs
        return
    possible = set(told(every)) | set(theirs)
    our_groups, their_groups = _by_position(answer), _by_position(expected)
    assert set(our_groups) == set(their_groups)
    for position, group in our_groups.items():
        if all(path == position for _, path, *_ in [*group, *their_groups[position]]):
            assert group == their_groups[position]
        else:
            assert set(group) <= possible


def told(result: ExecutionResult) -> list[Told]:
    return [_told(error) for error in result.errors or ()]


def _told(error: GraphQLError) -> Told:
    cause = error.original_error
    locations = tuple(error.locations) if error.locations is not None else None
    return error.message, tuple(error.path or ()), locations, None if cause is None else type(cause)


def _by_position(result: ExecutionResult) -> dict[Position, Counter[Told]]:
    """The errors by the place in the data that each has nulled."""
    groups: dict[Position, Counter[Told]] = defaultdict(Counter)
    for error in told(result):
        groups[_nulled(result.data, error[1])][error] += 1
    return groups


def _nulled(data: Any, path: Sequence[str | int]) -> Position:
    for depth, key in enumerate(path):
        if data is None:
            return tuple(path[:depth])
        data = data[key]
    return tuple(path)


def _unpropagated(document: DocumentNode) -> DocumentNode:
    """The document with graphql-core's experimental directive by which errors null their own position alone."""
    switch = ConstDirectiveNode(name=NameNode(value="experimental_disableErrorPropagation"), arguments=())
    definitions: list[DefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            definitions.append(replace(node, directives=(*(node.directives or ()), switch)))
        else:
            definitions.append(node)
    return DocumentNode(definitions=tuple(definitions))
