"""How types of the graph are declared: views of rows, fields with functions behind them, roles, and Node."""

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import Parameter, signature
from operator import attrgetter
from typing import Any
from uuid import UUID

import strawberry
from strawberry.schema_directive import Location

from core.ids import encode_global_id
from resolvers.context import Info, require
from schema.caching import CacheControl
from schema.costs import Cost
from schema.describe import describe_enum
from schema.rates import RateLimit
from services.accounts.tokens import Role

describe_enum(
    Role,
    name="Role",
    description="Who a caller is to the store.",
    meanings={
        Role.ANONYMOUS: "Anybody.",
        Role.CUSTOMER: "A shopper who has signed in.",
        Role.SELLER: "A merchant, for the merchant's own goods.",
        Role.OPERATOR: "Somebody who runs the store.",
    },
)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requires",
    description="Only callers in this role, or in one of these where it repeats, may use the field; others get "
    "UNAUTHENTICATED or FORBIDDEN.",
    repeatable=True,
)
class Requires:
    role: Role = strawberry.directive_field(name="role")


# strawberry reads the type of a field from the class's annotation; what the function returns is the row that the
# type views, so no static type fits both, hence Any.
def resolved_by(
    function: Callable[..., Any],
    *,
    description: str,
    requires: Role | tuple[Role, ...] = Role.ANONYMOUS,
    deprecation_reason: str | None = None,
    cached: CacheControl | None = None,
    cost: int | None = None,
    rates: Sequence[RateLimit] = (),
) -> Any:
    """A field answered by `function(root, info, **arguments)`, for callers in one of the roles that it `requires`, and
    as often as `rates` allow. `cost` is in points, beside those of its objects."""
    resolver, directives = _for_roles(function, requires)
    if cached is not None:
        directives = [*directives, cached]
    if cost is not None:
        directives = [*directives, Cost(weight=cost)]
    directives = [*directives, *rates]
    return strawberry.field(
        resolver=resolver,
        description=description,
        directives=directives,
        deprecation_reason=deprecation_reason,
    )


# As with `resolved_by`, no static type fits both what the function returns and what the field shows, hence Any.
def subscribed_by(
    function: Callable[..., Any], *, description: str, requires: Role | tuple[Role, ...] = Role.ANONYMOUS
) -> Any:
    """A field whose events come from the source that `function(info, **arguments)` returns, for callers in one of the
    roles that it `requires`."""
    resolver, directives = _for_roles(function, requires)
    return strawberry.subscription(resolver=resolver, description=description, directives=directives)


def _for_roles(
    function: Callable[..., Any], requires: Role | tuple[Role, ...]
) -> tuple[Callable[..., Any], list[object]]:
    """The function as it answers these roles alone, and the directives that say so."""
    roles = requires if isinstance(requires, tuple) else (requires,)
    if Role.ANONYMOUS in roles:
        return function, []
    return _guarded(function, roles), [Requires(role=role) for role in roles]


def _guarded(function: Callable[..., Any], roles: tuple[Role, ...]) -> Callable[..., Any]:
    parameters = signature(function).parameters

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        info: Info = kwargs["info"] if "info" in kwargs else args[list(parameters).index("info")]
        require(info, *roles)
        return function(*args, **kwargs)

    if "info" not in parameters or parameters["info"].kind is Parameter.POSITIONAL_ONLY:
        raise TypeError(f"{function.__name__} needs `info` to be guarded")
    return checked


def field(description: str, *, attribute: str | None = None) -> Any:
    """A field that is an attribute of the row its type views: of its own name, or of the one given."""
    if attribute is None:
        return strawberry.field(description=description)
    read = attrgetter(attribute)

    def value(root: Any) -> Any:
        return read(root)

    value.reads = read  # type: ignore[attr-defined]  # tells `compiled` that nothing else happens
    return strawberry.field(resolver=value, description=description)


def view_of(*rows: type) -> Any:
    """For `is_type_of`: the type shows rows of these classes."""

    def is_shown(row: object, _info: object) -> bool:
        return isinstance(row, rows)

    is_shown.shows = rows  # type: ignore[attr-defined]  # tells `compiled` that nothing else is asked
    return staticmethod(is_shown)


def global_id(kind: str) -> Callable[[Any], str]:
    """A resolver for the `id` of a type whose rows have a UUID `id`."""

    def opaque_id(root: Any) -> str:
        key: UUID = root.id
        return encode_global_id(kind, key)

    opaque_id.reads = opaque_id  # type: ignore[attr-defined]  # as in `field`
    return opaque_id


def id_of(kind: str) -> Any:
    """The `id` field of a type."""
    return strawberry.field(resolver=global_id(kind), description="Opaque, stable and unique in the whole graph.")


@strawberry.interface(description="An object that can be fetched again by its id.")
class Node:
    id: strawberry.ID = field("Opaque, stable and unique in the whole graph.")
