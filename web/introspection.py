"""A validation rule that hides the schema."""

from typing import Any

from graphql import FieldNode, GraphQLError, ValidationRule


class NoIntrospection(ValidationRule):
    """Refuses `__schema` and `__type`; `__typename` stays."""

    # graphql-core's visitor passes nodes and keys of many types, hence Any.
    def enter_field(self, node: FieldNode, *_args: Any) -> None:
        if node.name.value in ("__schema", "__type"):
            self.report_error(
                GraphQLError(
                    "This server does not answer introspection.", node, extensions={"code": "NO_INTROSPECTION"}
                )
            )
