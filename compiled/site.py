"""A field where an operation selects it on a type: what is known of it before anything runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    is_leaf_type,
    located_error,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path

from compiled.frames import new_path

if TYPE_CHECKING:
    from compiled.selection import Selection


class Site:
    """The merged nodes of one response key in one selection of one object type. `type` is the field's without its
    outermost Non-Null."""

    __slots__ = (
        "definition", "details", "is_leaf", "is_nullable", "key", "name", "nodes", "null_message", "parent",
        "selection", "type",
    )  # fmt: skip

    def __init__(
        self, key: str, definition: GraphQLField, parent: GraphQLObjectType, details: Sequence[FieldDetails]
    ) -> None:
        self.key = key
        self.name = details[0].node.name.value
        self.definition = definition
        self.parent = parent
        self.details = list(details)
        self.nodes = [detail.node for detail in details]
        type_ = definition.type
        self.is_nullable = not isinstance(type_, GraphQLNonNull)
        self.type = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        self.null_message = f"Cannot return null for non-nullable field {parent}.{self.name}."
        self.is_leaf = is_leaf_type(self.type)
        # What is selected below, where the type says which object that is.
        self.selection: Selection | None = None

    def path(self, above: Path | None) -> Path:
        return new_path((above, self.key, self.parent.name))

    def locate(self, error: Exception, path: Path) -> GraphQLError:
        """The error as the answer tells it; one that has been located further down stays as it is."""
        return located_error(error, self.nodes, path.as_list())

    def is_quiet(self) -> bool:
        """Whether completing a value of this field calls no resolver, so that it starts nothing."""
        return self.is_leaf or (self.selection is not None and self.selection.is_flat())
