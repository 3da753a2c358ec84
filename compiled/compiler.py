"""Compiles an operation into steps, one selection at a time as objects of it come."""

from typing import Any

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from compiled.completing import abstract_completer, object_completer, shown_classes
from compiled.fields import Field, composite_field, finishing, leaf_field
from compiled.frames import Complete
from compiled.leaves import leaf
from compiled.lists import Add, item_adder, leaf_adder, list_completer
from compiled.plain import Decide, leaf_decision, list_decision, never, object_decision
from compiled.resolving import resolution
from compiled.selection import Selection
from compiled.site import Site


class Compiler:
    """Compiles one operation for one set of values of the variables in its conditions. `size` counts the fields that
    it has compiled so far."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        conditions: dict[str, bool],
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.fragments = fragments
        self.conditions = VariableValues({}, dict(conditions))
        self.size = 0

    def root(self, type_: GraphQLObjectType) -> list[Field]:
        """The fields of the operation; raises `GraphQLError` or `RecursionError` as collecting them does."""
        collected = collect_fields(self.schema, self.fragments, self.conditions, type_, self.operation)
        return self._fields(type_, collected.grouped_field_set)

    def _fields(self, type_: GraphQLObjectType, grouped: GroupedFieldSet) -> list[Field]:
        self.size += len(grouped)
        fields = []
        for key, details in grouped.items():
            definition = self.schema.get_field(type_, details[0].node.name.value)
            if definition is not None:
                fields.append(self._field(Site(key, definition, type_, details)))
        return fields

    def _field(self, site: Site) -> Field:
        how = resolution(self.schema, site)
        type_ = site.type
        if is_leaf_type(type_):
            return leaf_field(site, how, leaf(type_))
        if is_object_type(type_):
            site.selection = self._selection(type_, site)
        complete, decide = self._completer(site.definition.type, site)
        return composite_field(site, how, complete, decide, needs_info=_asks_for_type(type_))

    def _selection(self, type_: GraphQLObjectType, site: Site) -> Selection:
        def make() -> list[Field]:
            collected = collect_subfields(
                self.schema, self.fragments, self.conditions, self.operation, type_, site.details
            )
            return self._fields(type_, collected.grouped_field_set)

        return Selection(make)

    def _completer(self, type_: GraphQLOutputType, site: Site) -> tuple[Complete, Decide]:
        """For objects and lists: what completes them, and what says which of them are plain."""
        is_nullable = not isinstance(type_, GraphQLNonNull)
        message = None if is_nullable else site.null_message
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if is_list_type(inner):
            return self._list(inner, site, message)
        if is_abstract_type(inner):
            return abstract_completer(inner, site, lambda of: self._object(of, site, message)[0], message), never
        if is_object_type(inner):
            return self._object(inner, site, message)
        raise TypeError(f"Cannot complete value of unexpected output type: '{inner}'.")

    def _object(self, type_: GraphQLObjectType, site: Site, message: str | None) -> tuple[Complete, Decide]:
        selection = site.selection or self._selection(type_, site)
        complete = object_completer(type_, site, selection, message)
        classes = shown_classes(type_)
        if type_.is_type_of is not None and classes is None:
            return complete, never
        return complete, object_decision(classes, selection.converter, is_nullable=message is None)

    def _list(self, type_: GraphQLList[Any], site: Site, message: str | None) -> tuple[Complete, Decide]:
        item_type = type_.of_type
        is_nullable = not isinstance(item_type, GraphQLNonNull)
        inner = item_type if is_nullable else item_type.of_type
        if is_leaf_type(inner):
            of_item = leaf(inner)
            finish = finishing(site, of_item, is_nullable=is_nullable)
            leaves = list_completer(site, leaf_adder(site, finish, is_nullable=is_nullable), message, of_item)
            decide_item = leaf_decision(of_item, is_nullable=is_nullable)
            return leaves, list_decision(decide_item, is_nullable=message is None)
        complete_item, decide_item = self._completer(item_type, site)
        add: Add = item_adder(site, complete_item, decide_item, is_nullable=is_nullable)
        return list_completer(site, add, message), list_decision(decide_item, is_nullable=message is None)


def _asks_for_type(type_: GraphQLOutputType) -> bool:
    """Whether completing calls a function that says which type an object has, which is given an `info`."""
    named = get_named_type(type_)
    if isinstance(named, GraphQLObjectType):
        return named.is_type_of is not None and shown_classes(named) is None
    return is_abstract_type(named)
