"""Whether a manifest can be served, told before any web process starts."""

from pathlib import Path

from graphql import GraphQLError, GraphQLSchema, parse, specified_rules, validate

from web.documents.manifest import invalid, read_manifest
from web.introspection import NoIntrospection


def check_manifest(path: Path, schema: GraphQLSchema, *, introspection: bool) -> None:
    """Raises `BadManifest`, which names the first document that would keep a web process from starting."""
    rules = [*specified_rules] if introspection else [*specified_rules, NoIntrospection]
    for one in read_manifest(path):
        try:
            errors = validate(schema, parse(one.text), rules)
        except GraphQLError as error:
            errors = [error]
        if errors:
            raise invalid(one, errors[0].message)
