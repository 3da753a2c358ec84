"""The schema is its own manual, keeps to its conventions, and does not change under its clients unnoticed."""

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    is_introspection_type,
    is_specified_scalar_type,
)

from cli.schema import SNAPSHOT, breaking_changes
from resolvers.queries.nodes import NODES
from schema.schema import build_schema

SCHEMA = build_schema()._schema
PROJECT = Path(__file__).parents[2]


def _own_types() -> Iterator[object]:
    for type_ in SCHEMA.type_map.values():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            yield type_


def test_committed_schema_is_what_the_code_says() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == build_schema().as_str() + "\n"


def test_breaking_changes_since_the_release_are_in_the_changelog() -> None:
    released = (SNAPSHOT.parent / "released.graphql").read_text(encoding="utf-8")
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")

    unnoted = [change for change in breaking_changes(released, build_schema().as_str()) if change not in changelog]

    assert unnoted == []


def test_a_removed_field_is_a_breaking_change() -> None:
    changes = breaking_changes("type Query { a: Int b: Int }", "type Query { a: Int }")

    assert changes == ["Field Query.b was removed."]


def test_everything_has_a_description_in_a_sentence() -> None:
    bare = []
    for type_ in _own_types():
        described = [(str(type_), getattr(type_, "description", None))]
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in type_.fields.items():
                described.append((f"{type_}.{name}", field.description))
                arguments = getattr(field, "args", {})
                described += [(f"{type_}.{name}({key})", argument.description) for key, argument in arguments.items()]
        elif isinstance(type_, GraphQLEnumType):
            described += [(f"{type_}.{name}", value.description) for name, value in type_.values.items()]
        bare += [name for name, text in described if not text or not text.strip().endswith((".", "!"))]

    assert bare == []


def test_mutations_take_one_input_and_answer_a_payload_with_user_errors() -> None:
    mutation = SCHEMA.mutation_type
    assert mutation is not None
    odd = []
    for name, field in mutation.fields.items():
        capital = name[0].upper() + name[1:]
        payload = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        arguments = {key: str(argument.type) for key, argument in field.args.items()}
        named = str(payload) == f"{capital}Payload"
        if (
            arguments != {"input": f"{capital}Input!"}
            or not named
            or "userErrors" not in getattr(payload, "fields", {})
        ):
            odd.append(name)

    assert odd == []


def test_every_type_that_is_a_node_can_be_fetched_by_its_id() -> None:
    node = SCHEMA.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)

    assert {type_.name for type_ in SCHEMA.get_possible_types(node)} == set(NODES)
