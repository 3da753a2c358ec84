"""Writes mutations and subscriptions with the least that is valid, whatever they do with it."""

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
)

_SCALARS = {
    "ID": '"x"',
    "String": '"x"',
    "Int": "1",
    "BigInt": "1",
    "Float": "1.0",
    "Boolean": "false",
    "JSON": "{}",
    "Date": '"2030-01-01"',
    "DateTime": '"2030-01-01T00:00:00Z"',
    "Decimal": '"1"',
}


def change(schema: GraphQLSchema, name: str, *, given: str | None = None) -> str:
    """A mutation or subscription with these arguments, or the least that is valid, and what its answer has at once."""
    assert schema.mutation_type is not None
    kind, root = "mutation", schema.mutation_type
    if name not in root.fields:
        assert schema.subscription_type is not None
        kind, root = "subscription", schema.subscription_type
    field = root.fields[name]
    given = arguments(field.args) if given is None else given
    return f"{kind} {{ {name}{f'({given})' if given else ''} {{ {_shown(get_named_type(field.type))} }} }}"


def _shown(type_: GraphQLNamedType) -> str:
    assert isinstance(type_, GraphQLObjectType)
    shown = ["__typename"]
    for name, field in type_.fields.items():
        if not any(is_required_argument(argument) for argument in field.args.values()):
            below = get_named_type(field.type)
            codes = "code" if name == "userErrors" else "__typename"
            shown.append(f"{name} {{ {codes} }}" if is_composite_type(below) else name)
    return " ".join(shown)


def arguments(given: Mapping[str, GraphQLArgument]) -> str:
    """The least that is valid for these arguments."""
    return ", ".join(f"{name}: {least(one.type)}" for name, one in given.items() if is_required_argument(one))


def least(type_: GraphQLInputType, *, filled: Mapping[str, str] | None = None, path: str = "") -> str:
    """The shortest valid literal of a type; `filled` has literals by the path of input fields."""
    here = (filled or {}).get(path)
    if here is not None:
        return here
    if isinstance(type_, GraphQLNonNull):
        return least(type_.of_type, filled=filled, path=path)
    if isinstance(type_, GraphQLList):
        is_filled = any(key.startswith(f"{path}[]") for key in filled or ())
        return f"[{least(type_.of_type, filled=filled, path=f'{path}[]')}]" if is_filled else "[]"
    if isinstance(type_, GraphQLInputObjectType):
        parts = [
            f"{name}: {least(one.type, filled=filled, path=f'{path}.{name}')}"
            for name, one in type_.fields.items()
            if _is_wanted(one, f"{path}.{name}", filled or {})
        ]
        return f"{{{', '.join(parts)}}}"
    if isinstance(type_, GraphQLEnumType):
        return str(next(iter(type_.values)))
    return _SCALARS[get_named_type(type_).name]


def _is_wanted(field: GraphQLInputField, path: str, filled: Mapping[str, str]) -> bool:
    return is_required_input_field(field) or any(
        key == path or key.startswith((f"{path}.", f"{path}[]")) for key in filled
    )


def leaves(type_: GraphQLInputType, path: str = "") -> Iterator[tuple[str, str]]:
    """The path and the scalar of each value that an input takes."""
    if isinstance(type_, GraphQLNonNull):
        yield from leaves(type_.of_type, path)
    elif isinstance(type_, GraphQLList):
        yield from leaves(type_.of_type, f"{path}[]")
    elif isinstance(type_, GraphQLInputObjectType):
        for name, field in type_.fields.items():
            yield from leaves(field.type, f"{path}.{name}")
    else:
        yield path, get_named_type(type_).name
