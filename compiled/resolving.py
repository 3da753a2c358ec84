"""How a field gets its value and its arguments, decided once for each site."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLSchema,
    TypeNameMetaFieldDef,
    VariableNode,
    is_scalar_type,
    is_specified_scalar_type,
)
from graphql.execution import get_argument_values

from compiled.generated import Look
from compiled.site import Site
from compiled.strawberry_fields import Call, Direct, direct

if TYPE_CHECKING:
    from compiled.run import Run

# Sources, arguments and results are of any type, hence Any.
Read = Callable[[Any], Any]
Resolve = Callable[["Run", Any, Any], Any]
Arguments = Callable[["Run", Any], Mapping[str, Any]]
_NONE: Mapping[str, Any] = {}


class Resolution(NamedTuple):
    """Where a field's value comes from: `read` of its source if nothing else happens, else `resolve(run, source,
    info)`.

    `takes_info` is whether `resolve` needs to be given an `info`. What is read from an `attribute`, and what has a
    `look`, may be asked for again.
    """

    read: Read | None
    resolve: Resolve
    takes_info: bool
    attribute: str | None = None
    look: Look | None = None


def resolution(schema: GraphQLSchema, site: Site) -> Resolution:
    field = site.definition
    if field is TypeNameMetaFieldDef:
        name = site.parent.name
        return _read(lambda _source: name, None)
    short = direct(schema, field)
    if short is None:
        return _by_resolve(site)
    if short.read is not None:
        return _read(short.read, short.attribute)
    if short.look_up is not None:
        return _by_look_up(site, short, short.look_up)
    return _by_function(site, short)


def _read(read: Read, attribute: str | None) -> Resolution:
    look: Look | None = None if attribute else lambda source, _asked: read(source)
    return Resolution(read, lambda _run, source, _info: read(source), False, attribute, look)


def _by_resolve(site: Site) -> Resolution:
    """As graphql-core does it."""
    resolve = site.definition.resolve
    arguments = _arguments(site)

    def call(run: "Run", source: Any, info: Any) -> Any:
        return (resolve or run.executor.field_resolver)(source, info, **arguments(run, info))

    return Resolution(None, call, True)


def _by_look_up(site: Site, short: Direct, look_up: Call) -> Resolution:
    """Such a function needs no `info` of its own, and leaves its arguments as they are."""
    arguments: Arguments = lambda _run, _info: _NONE  # noqa: E731  # as the other branch
    if site.definition.args:
        arguments = _once(site, lambda run, _info: short.convert(_given(run, site), None))
    look = short.bare or (lambda source, asked: look_up(source, asked, arguments(asked.run, None)))
    return Resolution(None, lambda run, source, _info: look(source, run.asked), takes_info=False, look=look)


def _by_function(site: Site, short: Direct) -> Resolution:
    call, convert = short.call, short.convert
    if not site.definition.args:
        return Resolution(None, lambda _run, source, info: call(source, info, _NONE), short.takes_info)
    if _are_shared(site.definition):
        arguments = _once(site, lambda run, _info: convert(_given(run, site), None))
        return Resolution(None, lambda run, source, info: call(source, info, arguments(run, info)), short.takes_info)
    return Resolution(
        None, lambda run, source, info: call(source, info, convert(_given(run, site), info)), takes_info=True
    )


def _arguments(site: Site) -> Arguments:
    if not site.definition.args:
        return lambda _run, _info: _NONE
    given: Arguments = lambda run, _info: _given(run, site)  # noqa: E731  # as the other branches
    return _once(site, given) if _are_shared(site.definition) else given


def _given(run: "Run", site: Site) -> dict[str, Any]:
    """The values of the arguments; raises `GraphQLError` where a variable makes them wrong."""
    executor = run.executor
    return get_argument_values(
        site.definition, site.nodes[0], executor.variable_values, None, executor.hide_suggestions
    )


def _once(site: Site, arguments: Arguments) -> Arguments:
    """The same values for each call of one execution; and of all, where no variable is in them and nothing can change
    them."""
    if _are_shared(site.definition) and _are_constant(site):
        return _once_for_all(arguments)

    def shared(run: "Run", info: Any) -> Mapping[str, Any]:
        found = run.arguments.get(id(site))
        if found is None:
            found = run.arguments[id(site)] = dict(arguments(run, info))
        return found

    return shared


def _once_for_all(arguments: Arguments) -> Arguments:
    known: dict[str, Any] | None = None

    def shared(run: "Run", info: Any) -> Mapping[str, Any]:
        nonlocal known
        if known is None:
            known = dict(arguments(run, info))
        return known

    return shared


def _are_constant(site: Site) -> bool:
    """Whether no variable is in arguments that are shared, which are leaves."""
    return not any(isinstance(argument.value, VariableNode) for argument in site.nodes[0].arguments or ())


def _are_shared(field: GraphQLField) -> bool:
    """Whether no call can change the values under another's eyes, as it could lists, input objects and what custom
    scalars make."""
    for argument in field.args.values():
        type_ = argument.type.of_type if isinstance(argument.type, GraphQLNonNull) else argument.type
        if not isinstance(type_, GraphQLEnumType) and not (is_scalar_type(type_) and is_specified_scalar_type(type_)):
            return False
    return True
