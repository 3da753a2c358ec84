"""Answers that many subscriptions share: the same operation by the same caller for the same event is executed once.

Thousands who watch one product ask the same thing; what differs is the variables that only choose the events.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable, Iterator, Mapping
from typing import Any

import orjson
from graphql import DocumentNode, FieldNode, Node, OperationDefinitionNode, VariableDefinitionNode, VariableNode

from services.accounts.tokens import Principal

_KEPT = 1_000

Making = Coroutine[Any, Any, bytes]


class SharedAnswers:
    """The latest answers, as JSON in UTF-8, by what they depend on. `made` is how many were executed and encoded."""

    def __init__(self) -> None:
        self.made = 0
        self._kept: OrderedDict[Hashable, bytes | asyncio.Task[bytes]] = OrderedDict()

    def find(self, key: Hashable, answer: Callable[[], "bytes | Making"]) -> "bytes | asyncio.Task[bytes]":
        """The answer under `key`, or the task that makes it; `answer` is called if nobody has asked before."""
        found = self._kept.get(key)
        if found is None:
            self.made += 1
            made = answer()
            found = self._kept[key] = made if isinstance(made, bytes) else asyncio.create_task(made)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        elif isinstance(found, asyncio.Task) and found.done() and not found.cancelled() and found.exception() is None:
            found = self._kept[key] = found.result()
        return found

    async def get(self, key: Hashable, answer: Callable[[], "bytes | Making"]) -> bytes:
        """The answer under `key`, as `find` does. A caller that is cancelled takes nothing from the others."""
        found = self.find(key, answer)
        return found if isinstance(found, bytes) else await asyncio.shield(found)


def sharing_key(
    text: str,
    document: DocumentNode,
    operation_name: str | None,
    variables: Mapping[str, Any] | None,  # any JSON
    principal: Principal,
) -> Hashable:
    """What the answers to a subscription's events depend on, the events aside."""
    given = variables or {}
    used = {name: given[name] for name in sorted(_used(document)) if name in given}
    return text, operation_name, orjson.dumps(used), principal.role, principal.subject


def _used(document: DocumentNode) -> set[str]:
    """The variables that the document uses anywhere but in arguments of root fields, which choose the events."""
    found: set[str] = set()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for selection in definition.selection_set.selections:
                found.update(_variables(selection, but_arguments=isinstance(selection, FieldNode)))
        else:
            found.update(_variables(definition))
    return found


def _variables(node: Node, *, but_arguments: bool = False) -> Iterator[str]:
    if isinstance(node, VariableNode):
        yield node.name.value
        return
    if isinstance(node, VariableDefinitionNode):
        return
    for key in node.keys:
        if key == "loc" or (but_arguments and key == "arguments"):
            continue
        value = getattr(node, key, None)
        for child in value if isinstance(value, tuple | list) else (value,):
            if isinstance(child, Node):
                yield from _variables(child)
