"""Fields that strawberry declares, answered by the function behind them.

strawberry's own resolver of a field looks up on each call which arguments its function takes. Here that is done once.
A field with extensions or permission classes, with exception handlers, of a class of its own, or whose resolver
somebody has replaced, is answered by its own `resolve` like any other.
"""

from collections.abc import Callable, Mapping
from inspect import isasyncgenfunction
from operator import attrgetter
from types import FunctionType
from typing import Any, NamedTuple

from graphql import GraphQLField, GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

# Sources, arguments and results are of any type, hence Any.
Call = Callable[[Any, Any, Mapping[str, Any]], Any]


class Direct(NamedTuple):
    """How a field is answered: by `read` of its source, which is this `attribute` if it has a name, or by
    `call(source, raw_info, converted_arguments)`. `look_up(source, asked, converted_arguments)` answers it too, where
    the function says that it asks its info for the context alone and may be called again."""

    read: Callable[[Any], Any] | None
    call: Call
    takes_info: bool
    convert: Callable[[dict[str, Any], Any], dict[str, Any]]
    attribute: str | None = None
    look_up: Call | None = None
    # The same without arguments, where the function can be called as it is.
    bare: Callable[[Any, Any], Any] | None = None


def direct(schema: GraphQLSchema, field: GraphQLField) -> Direct | None:
    """None for a field that only its own `resolve` answers as strawberry does."""
    definition = field.extensions.get("strawberry-definition")
    strawberry_schema = getattr(schema, "_strawberry_schema", None)
    if strawberry_schema is None or type(definition) is not StrawberryField or definition.extensions:
        return None
    config: StrawberryConfig = strawberry_schema.config
    if not _is_strawberrys_own(field.resolve):
        return None
    if definition.base_resolver is None:
        is_attribute = definition.default_resolver is getattr
        if not is_attribute:
            return None
        name = definition.python_name
        return Direct(attrgetter(name), _unused, False, _unconverted, attribute=name)
    return _by_function(definition, definition.base_resolver, config, strawberry_schema)


def _is_strawberrys_own(resolve: Any) -> bool:
    """Whether it is the function that strawberry makes for a field, and no exception handlers stand in its way."""
    if not isinstance(resolve, FunctionType) or resolve.__module__ != "strawberry.schema.schema_converter":
        return False
    if resolve.__name__ == "_get_basic_result":
        return True
    if resolve.__name__ not in ("_resolver", "_async_resolver"):
        return False
    held = dict(zip(resolve.__code__.co_freevars, resolve.__closure__ or (), strict=True))
    handlers = held.get("field_exception_handlers")
    return handlers is not None and not handlers.cell_contents


def _by_function(
    definition: StrawberryField, resolver: StrawberryResolver[Any], config: StrawberryConfig, strawberry_schema: Any
) -> Direct | None:
    function = resolver.wrapped_func
    if (
        type(resolver) is not StrawberryResolver
        or not isinstance(function, FunctionType)
        or isasyncgenfunction(function)
    ):
        return None
    sources = [
        parameter.name
        for parameter in (resolver.self_parameter, resolver.parent_parameter, resolver.root_parameter)
        if parameter is not None
    ]
    if len(sources) > 1:
        return None
    source_name = sources[0] if sources else None
    reads = getattr(function, "reads", None)
    info_name = resolver.info_parameter.name if resolver.info_parameter else None
    look_up = call = _caller(function, source_name, info_name, is_self=bool(resolver.self_parameter))
    is_look_up = getattr(function, "looks_up", False)
    is_bare = not definition.arguments and _begins_with(function, (source_name, info_name))
    if info_name is not None:
        call = _with_info(call, config.info_class, definition)
    registry = strawberry_schema.schema_converter.scalar_registry

    def convert(values: dict[str, Any], raw_info: Any) -> dict[str, Any]:
        info = None if raw_info is None else config.info_class(_raw_info=raw_info, _field=definition)
        return convert_arguments(values, definition.arguments, scalar_registry=registry, config=config, info=info)

    return Direct(
        reads if callable(reads) and not definition.arguments else None,
        call,
        info_name is not None,
        convert,
        look_up=look_up if is_look_up else None,
        bare=function if is_look_up and is_bare else None,
    )


def _caller(function: Callable[..., Any], source_name: str | None, info_name: str | None, *, is_self: bool) -> Call:
    """Calls it with its source and the `Info`, by position where its own code says which that is."""
    wanted = tuple(name for name in (source_name, info_name) if name is not None)
    if _begins_with(function, wanted):
        return _by_position(function, source_name is not None, info_name is not None)
    if _begins_with(function, wanted[::-1]):
        return lambda source, info, arguments: function(info, source, **arguments)
    if is_self:
        return lambda source, info, arguments: function(source, **_named(arguments, {info_name: info}))
    return lambda source, info, arguments: function(**_named(arguments, {source_name: source, info_name: info}))


def _begins_with(function: Callable[..., Any], names: tuple[str | None, ...]) -> bool:
    """Whether its first parameters that can be given by position have these names."""
    code = function.__code__
    return code.co_varnames[: min(len(names), code.co_argcount)] == names


def _by_position(function: Callable[..., Any], takes_source: bool, takes_info: bool) -> Call:
    if takes_source and takes_info:
        return lambda source, info, arguments: function(source, info, **arguments)
    if takes_source:
        return lambda source, _info, arguments: function(source, **arguments)
    if takes_info:
        return lambda _source, info, arguments: function(info, **arguments)
    return lambda _source, _info, arguments: function(**arguments)


def _named(arguments: Mapping[str, Any], more: Mapping[str | None, Any]) -> dict[str, Any]:
    return {**arguments, **{name: value for name, value in more.items() if name is not None}}


def _with_info(call: Call, info_class: Callable[..., Any], definition: StrawberryField) -> Call:
    def with_info(source: Any, raw_info: Any, arguments: Mapping[str, Any]) -> Any:
        return call(source, info_class(_raw_info=raw_info, _field=definition), arguments)

    return with_info


def _unused(_source: Any, _info: Any, _arguments: Mapping[str, Any]) -> Any:
    raise AssertionError("a field that is read is not called")


def _unconverted(values: dict[str, Any], _info: Any) -> dict[str, Any]:
    return values
