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

Answering = Coroutine[Any, Any, str]


class SharedAnswers:
    """The latest answers, as JSON, by what they depend on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, str | asyncio.Task[str]] = OrderedDict()

    async def get(self, key: Hashable, answer: Callable[[], "str | Answering"]) -> str:
        """The answer under `key`; `answer` is called if nobody has asked before. A caller that is cancelled takes
        nothing from the others."""
        found = self._kept.get(key)
        if found is None:
            made = answer()
            found = self._kept[key] = made if isinstance(made, str) else asyncio.create_task(made)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found if isinstance(found, str) else await asyncio.shield(found)


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
