"""How a field gets its value and its arguments, decided once for each site."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLSchema,
    TypeNameMetaFieldDef,
    Undefined,
    VariableNode,
    is_scalar_type,
    is_specified_scalar_type,
)
from graphql.execution import get_argument_values

from compiled.generated import Look
from compiled.site import Site
from compiled.strawberry_fields import Call, Direct, direct

if TYPE_CHECKING:
    from compiled.run import Asked, Run

# Sources, arguments and results are of any type, hence Any.
Read = Callable[[Any], Any]
Resolve = Callable[["Run", Any, Any], Any]
Arguments = Callable[["Asked", Any], Mapping[str, Any]]
_NONE: Mapping[str, Any] = {}
# Arguments that are remembered of a site, by the variables in them: orders of lists, sizes of pages and the like recur.
_MOST_REMEMBERED = 8
_LONGEST_REMEMBERED = 64


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
        return (resolve or run.executor.field_resolver)(source, info, **arguments(run.asked, info))

    return Resolution(None, call, True)


def _by_look_up(site: Site, short: Direct, look_up: Call) -> Resolution:
    """Such a function needs no `info` of its own, and leaves its arguments as they are."""
    arguments: Arguments = lambda _asked, _info: _NONE  # noqa: E731  # as the other branch
    if site.definition.args:
        arguments = _once(site, lambda asked, _info: short.convert(_given(asked, site), None))
    look = short.bare or (lambda source, asked: look_up(source, asked, arguments(asked, None)))
    return Resolution(None, lambda run, source, _info: look(source, run.asked), takes_info=False, look=look)


def _by_function(site: Site, short: Direct) -> Resolution:
    call, convert = short.call, short.convert
    if not site.definition.args:
        return Resolution(None, lambda _run, source, info: call(source, info, _NONE), short.takes_info)
    if _are_shared(site):
        arguments = _once(site, lambda asked, _info: convert(_given(asked, site), None))
        return Resolution(
            None, lambda run, source, info: call(source, info, arguments(run.asked, info)), short.takes_info
        )
    return Resolution(
        None, lambda run, source, info: call(source, info, convert(_given(run.asked, site), info)), takes_info=True
    )


def _arguments(site: Site) -> Arguments:
    if not site.definition.args:
        return lambda _asked, _info: _NONE
    given: Arguments = lambda asked, _info: _given(asked, site)  # noqa: E731  # as the other branches
    return _once(site, given) if _are_shared(site) else given


def _given(asked: "Asked", site: Site) -> dict[str, Any]:
    """The values of the arguments; raises `GraphQLError` where a variable makes them wrong."""
    executor = asked.executor
    return get_argument_values(
        site.definition, site.nodes[0], executor.variable_values, None, executor.hide_suggestions
    )


def _once(site: Site, arguments: Arguments) -> Arguments:
    """The same values for each call of one execution; and of others with the same values of the variables in them,
    where nothing can change them."""

    def shared(asked: "Asked", info: Any) -> Mapping[str, Any]:
        found = asked.arguments.get(id(site))
        if found is None:
            found = asked.arguments[id(site)] = dict(arguments(asked, info))
        return found

    return _remembered(site, shared) if _are_shared(site) else shared


def _remembered(site: Site, arguments: Arguments) -> Arguments:
    names = [node.value.name.value for node in site.nodes[0].arguments or () if isinstance(node.value, VariableNode)]
    known: dict[tuple[Any, ...], Mapping[str, Any]] = {}

    def remember(asked: "Asked", info: Any) -> Mapping[str, Any]:
        given = asked.executor.variable_values.coerced
        values = [given.get(name, Undefined) for name in names]
        if not all(map(_is_short, values)):
            return arguments(asked, info)
        # 1 and True are equal, and are not the same argument. Members of enums may be equal too, or have no hash; they
        # live as long as their class, which the schema holds.
        key = (*[id(value) if isinstance(value, Enum) else value for value in values], *map(type, values))
        found = known.get(key)
        if found is None:
            found = arguments(asked, info)
            if len(known) < _MOST_REMEMBERED:
                known[key] = found
        return found

    return remember


def _is_short(value: Any) -> bool:
    """Whether it is one of the values that recur, and equal to nothing of its class that is something else, as 0.0 is
    to -0.0."""
    class_ = type(value)
    if class_ is str:
        return len(value) <= _LONGEST_REMEMBERED
    return class_ is int or class_ is bool or value is None or value is Undefined or isinstance(value, Enum)


def _are_shared(site: Site) -> bool:
    """Whether no call can change the values under another's eyes, as it could lists, input objects and what custom
    scalars make."""
    given = {node.name.value for node in site.nodes[0].arguments or ()}
    for name, argument in site.definition.args.items():
        if name not in given and argument.default is None and argument.default_value in (None, Undefined):
            continue
        type_ = argument.type.of_type if isinstance(argument.type, GraphQLNonNull) else argument.type
        if not isinstance(type_, GraphQLEnumType) and not (is_scalar_type(type_) and is_specified_scalar_type(type_)):
            return False
    return True
