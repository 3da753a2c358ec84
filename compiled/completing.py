"""Completing objects, interfaces and unions ("Value Completion" in the specification)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLAbstractType, GraphQLObjectType, Undefined
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import Path

from compiled.awaitables import is_awaitable
from compiled.fields import execute_fields
from compiled.frames import Complete, Container, Frame, Info
from compiled.selection import Selection
from compiled.site import Site

if TYPE_CHECKING:
    from compiled.run import Run


# Values are of any type, hence Any, here and below.
def is_absent(value: Any, message: str | None) -> bool:
    """Whether it is null; `message` is what is wrong with that, if anything. Raises errors given as values."""
    if value is None or value is Undefined:
        if message is not None:
            raise TypeError(message)
        return True
    if isinstance(value, Exception):
        raise value
    return False


def object_completer(type_: GraphQLObjectType, site: Site, selection: Selection, message: str | None) -> Complete:
    """Completes an object of this type."""
    if type_.is_type_of is not None:
        classes = shown_classes(type_)
        if classes is None:
            return _asking_completer(type_, site, selection, message)
        return _class_completer(type_, classes, site, selection, message)

    def complete(run: "Run", value: Any, path: Path, info: Info, frame: Frame, container: Container, key: Any) -> Any:
        if (value is None or value is Undefined or isinstance(value, Exception)) and is_absent(value, message):
            return None
        return execute_fields(selection.compiled(), run, value, path, frame, {})

    return complete


def shown_classes(type_: GraphQLObjectType) -> tuple[type, ...] | None:
    """The classes of a type's objects, if its `is_type_of` declares that it asks for nothing else."""
    return getattr(type_.is_type_of, "shows", None)


def _class_completer(
    type_: GraphQLObjectType, classes: tuple[type, ...], site: Site, selection: Selection, message: str | None
) -> Complete:
    """As `object_completer`, for a type whose objects are of these classes."""

    def complete(run: "Run", value: Any, path: Path, info: Info, frame: Frame, container: Container, key: Any) -> Any:
        if not isinstance(value, classes) or isinstance(value, Exception):
            if is_absent(value, message):
                return None
            raise invalid_return_type_error(type_, value, site.details)
        return execute_fields(selection.compiled(), run, value, path, frame, {})

    return complete


def _asking_completer(type_: GraphQLObjectType, site: Site, selection: Selection, message: str | None) -> Complete:
    """As `object_completer`, for a type that says which objects are its own."""
    is_type_of = type_.is_type_of

    def complete(run: "Run", value: Any, path: Path, info: Info, frame: Frame, container: Container, key: Any) -> Any:
        if (value is None or value is Undefined or isinstance(value, Exception)) and is_absent(value, message):
            return None
        verdict = is_type_of(value, info)  # type: ignore[misc, arg-type]  # it is not None, and nor is info then
        if verdict is not True and is_awaitable(verdict):
            run.defer(verdict, later(value), site, path, info, frame, container, key)  # type: ignore[arg-type]
            return None
        return execute(run, value, verdict, path, frame)

    def later(value: Any) -> Complete:
        return lambda run, verdict, path, _info, frame, _container, _key: execute(run, value, verdict, path, frame)

    def execute(run: "Run", value: Any, verdict: Any, path: Path, frame: Frame) -> Any:
        if not verdict:
            raise invalid_return_type_error(type_, value, site.details)
        return execute_fields(selection.compiled(), run, value, path, frame, {})

    return complete


def abstract_completer(
    type_: GraphQLAbstractType,
    site: Site,
    of_type: Callable[[GraphQLObjectType], Complete],
    message: str | None,
) -> Complete:
    """Completes an object of one of the possible types. `of_type` gives what completes those of one of them."""
    known: dict[str, Complete] = {}

    def complete(run: "Run", value: Any, path: Path, info: Info, frame: Frame, container: Container, key: Any) -> Any:
        if is_absent(value, message):
            return None
        resolve_type = type_.resolve_type or run.executor.type_resolver
        name = resolve_type(value, info, type_)  # type: ignore[arg-type]  # a site with such a type has an info
        if type(name) is not str and is_awaitable(name):
            run.defer(name, later(value), site, path, info, frame, container, key)  # type: ignore[arg-type]
            return None
        return of_name(run, name, value, info)(run, value, path, info, frame, container, key)

    def later(value: Any) -> Complete:
        def complete_later(
            run: "Run", name: Any, path: Path, info: Info, frame: Frame, container: Container, key: Any
        ) -> Any:
            return of_name(run, name, value, info)(run, value, path, info, frame, container, key)

        return complete_later

    def of_name(run: "Run", name: Any, value: Any, info: Info) -> Complete:
        found = known.get(name) if type(name) is str else None
        if found is None:
            runtime = run.executor.ensure_valid_runtime_type(name, type_, site.details, info, value)  # type: ignore[arg-type]
            found = known[runtime.name] = of_type(runtime)
        return found

    return complete
