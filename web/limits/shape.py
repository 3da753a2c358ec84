"""How a document is built, measured before it is validated: validation is what huge documents burn a processor with.

Each node is looked at once, and each fragment is measured once however often it is spread, so that this takes a time in
proportion to the document's length. The document need not be valid: fragments may be missing, or spread themselves.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
)

from core.limit_settings import LimitSettings
from web.fragments import fragments_of
from web.limits.refusing import Excessive

# Where counting ends: it is refused long before, and larger numbers would only take longer to add.
_ENDLESS = 10**9
# Fragments inside fragments and inline ones, which are no depth of an answer, end here.
_MOST_NESTED = 100


class Shape(NamedTuple):
    """What a selection comes to, with all fragments spread out."""

    depth: int = 0
    selections: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: "Shape") -> "Shape":
        """Both in one selection."""
        counts = (min(mine + others, _ENDLESS) for mine, others in zip(self[1:], other[1:], strict=True))
        return Shape(max(self.depth, other.depth), *counts)


def check_shape(document: DocumentNode, limits: LimitSettings) -> None:
    """Raises `Excessive` for the first limit that an operation or a fragment of the document is over."""
    measuring = _Measuring(document, limits)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _refuse_directives(len(definition.directives or ()), limits)
            shape = measuring.of(definition.selection_set, 0)
            _compare_root(definition, measuring.roots(definition.selection_set, set()), limits)
            _compare(shape, limits)
        elif isinstance(definition, FragmentDefinitionNode):
            _refuse_directives(len(definition.directives or ()), limits)
            _compare(measuring.of_fragment(definition.name.value, 0), limits)


def _compare_root(operation: OperationDefinitionNode, fields: int, limits: LimitSettings) -> None:
    is_mutation = operation.operation is OperationType.MUTATION
    most = min(limits.mutations, limits.root_fields) if is_mutation else limits.root_fields
    _refuse_above(most, fields, "TOO_MANY_ROOT_FIELDS", "fields at its root")


def _compare(shape: Shape, limits: LimitSettings) -> None:
    _refuse_above(limits.depth, shape.depth, "TOO_DEEP", "fields inside each other")
    _refuse_above(limits.aliases, shape.aliases, "TOO_MANY_ALIASES", "aliases")
    _refuse_above(limits.directives, shape.directives, "TOO_MANY_DIRECTIVES", "directives")
    _refuse_above(limits.selections, shape.selections, "TOO_MANY_SELECTIONS", "fields and fragments")


def _refuse_above(limit: int, asked: int, code: str, what: str) -> None:
    if asked > limit:
        raise Excessive(
            code, f"An operation has at most {limit} {what}; this one has {asked}.", limit=limit, asked=asked
        )


def _refuse_directives(count: int, limits: LimitSettings) -> None:
    most = limits.directives_per_place
    if count > most:
        message = f"One place has at most {most} directives; here is one with {count}."
        raise Excessive("TOO_MANY_DIRECTIVES", message, limit=most, asked=count)


class _Measuring:
    """Measures one document."""

    def __init__(self, document: DocumentNode, limits: LimitSettings) -> None:
        self._limits = limits
        self._fragments = fragments_of(document)
        self._known: dict[str, Shape] = {}

    def of(self, selected: SelectionSetNode | None, nested: int, *, is_inline: bool = False) -> Shape:
        """The shape of a selection that lies in so many others. An inline one is part of what it stands in."""
        if selected is None:
            return Shape()
        if nested > _MOST_NESTED:
            message = f"Fragments and fields are nested at most {_MOST_NESTED} deep."
            raise Excessive("TOO_DEEP", message, limit=_MOST_NESTED)
        if not is_inline:
            self._check_repeats(selected)
        total = Shape()
        for selection in selected.selections:
            total = total.beside(self._of_one(selection, nested))
        return total

    def of_fragment(self, name: str, nested: int) -> Shape:
        """The shape of a fragment's selection; nothing for one that is missing, or that is being measured."""
        known = self._known.get(name)
        if known is None:
            self._known[name] = Shape()
            fragment = self._fragments.get(name)
            known = Shape() if fragment is None else self.of(fragment.selection_set, nested + 1)
            self._known[name] = known
        return known

    def roots(self, selected: SelectionSetNode, seen: set[str]) -> int:
        """How many fields a selection has itself, each fragment spread out once."""
        count = 0
        for selection in selected.selections:
            if isinstance(selection, FieldNode):
                count += 1
            elif isinstance(selection, InlineFragmentNode):
                count += self.roots(selection.selection_set, seen)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                fragment = self._fragments.get(selection.name.value)
                count += 0 if fragment is None else self.roots(fragment.selection_set, seen)
        return count

    def _of_one(self, selection: SelectionNode, nested: int) -> Shape:
        directives = len(selection.directives or ())
        _refuse_directives(directives, self._limits)
        own = Shape(selections=1, directives=directives)
        if isinstance(selection, FieldNode):
            below = self.of(selection.selection_set, nested + 1)
            own = own._replace(aliases=int(selection.alias is not None))
            return own.beside(below)._replace(depth=below.depth + 1)
        if isinstance(selection, InlineFragmentNode):
            return own.beside(self.of(selection.selection_set, nested + 1, is_inline=True))
        if isinstance(selection, FragmentSpreadNode):
            return own.beside(self.of_fragment(selection.name.value, nested))
        return own

    def _check_repeats(self, selected: SelectionSetNode) -> None:
        """Each field is compared with all others of the same name, which takes a time that grows with the square."""
        times = max(Counter(_names(selected.selections)).values(), default=0)
        if times > self._limits.repeats:
            message = (
                f"A selection names the same field at most {self._limits.repeats} times; one does so {times} times."
            )
            raise Excessive("FIELD_REPEATED", message, limit=self._limits.repeats, asked=times)


def _names(selections: Iterable[SelectionNode]) -> Iterable[str]:
    for selection in selections:
        if isinstance(selection, FieldNode):
            yield (selection.alias or selection.name).value
        elif isinstance(selection, FragmentSpreadNode):
            yield f"...{selection.name.value}"
        elif isinstance(selection, InlineFragmentNode):
            yield from _names(selection.selection_set.selections)
