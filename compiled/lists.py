"""Completing lists: of anything iterable, and of what is iterated asynchronously ("Completing Lists")."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, Undefined, located_error
from graphql.pyutils import Path, is_iterable

from compiled.awaitables import is_awaitable
from compiled.completing import is_absent
from compiled.fields import Finish, shortened
from compiled.frames import Complete, Container, Frame, Info, new_path
from compiled.leaves import Leaf
from compiled.plain import Decide, Shortcut
from compiled.site import Site

if TYPE_CHECKING:
    from compiled.run import Run

# Items and values are of any type, hence Any.
# run, results so far, item, index, path of the list, the field's info, the position above that may be null
Add = Callable[["Run", list[Any], Any, int, Path, Info, Frame], None]


def list_completer(site: Site, add: Add, message: str | None, leaf: Leaf | None = None) -> Complete:
    """Completes a list whose items `add` completes; those of a leaf type that need nothing are taken as they are."""
    ready, within = (None, None) if leaf is None else (leaf.ready, leaf.within)
    later = _later(site, add)

    def complete(
        run: "Run", items: Any, path: Path, info: Info, frame: Frame, container: Container, key: Any
    ) -> list[Any] | None:
        if is_absent(items, message):
            return None
        class_ = type(items)
        if class_ is not list and class_ is not tuple:
            if hasattr(items, "__aiter__"):
                collecting = later(run, items.__aiter__(), path, info, frame)
                run.defer(collecting, _as_it_is, site, path, info, frame, container, key)
                return None
            if not is_iterable(items):
                raise GraphQLError(f"Expected Iterable, but did not find one for field '{site.parent}.{site.name}'.")
        results: list[Any] = []
        iterator = iter(items)
        try:
            for index, item in enumerate(iterator):
                if type(item) is ready and (within is None or within(item)):
                    results.append(item)
                else:
                    add(run, results, item, index, path, info, frame)
        except Exception:
            _settle_rest(run, iterator)
            raise
        return results

    return complete


def item_adder(site: Site, complete_item: Complete, decide: Decide, *, is_nullable: bool) -> Add:
    """Completes items that are objects or lists; `decide` says which of them are plain."""
    shortcut = Shortcut(decide)
    complete_later = shortened(complete_item, shortcut)

    def add(run: "Run", results: list[Any], item: Any, index: int, path: Path, info: Info, frame: Frame) -> None:
        taken = shortcut.take(item, run.asked)
        if taken is not Undefined:
            results.append(taken)
            return
        here = new_path((path, index, None))
        own = Frame(frame, results, index, here) if is_nullable else frame
        results.append(None)
        if is_awaitable(item):
            run.defer(item, complete_later, site, here, info, own, results, index)
            return
        try:
            results[index] = complete_item(run, item, here, info, own, results, index)
        except Exception as error:
            located = site.locate(error, here)
            if not is_nullable:
                raise located from error
            run.null(own, located)

    return add


def leaf_adder(site: Site, finish: Finish, *, is_nullable: bool) -> Add:
    """Completes items of a scalar or an enum."""

    def complete(_run: "Run", value: Any, *_: Any) -> Any:
        return finish(value)

    def add(run: "Run", results: list[Any], item: Any, index: int, path: Path, info: Info, frame: Frame) -> None:
        try:
            if is_awaitable(item):
                here = new_path((path, index, None))
                own = Frame(frame, results, index, here) if is_nullable else frame
                results.append(None)
                run.defer(item, complete, site, here, info, own, results, index)
            else:
                results.append(finish(item))
        except Exception as error:
            here = new_path((path, index, None))
            located = site.locate(error, here)
            if not is_nullable:
                raise located from error
            results.append(None)
            run.executor.collected_errors.add(located, here)

    return add


def _later(site: Site, add: Add) -> Callable[..., Any]:
    """Collects what comes asynchronously; each item is completed when it has come."""

    async def collect(run: "Run", iterator: AsyncIterator[Any], path: Path, info: Info, frame: Frame) -> list[Any]:
        results: list[Any] = []
        try:
            while True:
                try:
                    item = await anext(iterator)
                except StopAsyncIteration:
                    return results
                except Exception as error:
                    raise located_error(error, site.nodes, path.as_list()) from error
                add(run, results, item, len(results), path, info, frame)
        except Exception:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                with suppress(Exception):
                    await close()
            raise

    return collect


def _as_it_is(_run: "Run", results: Any, *_: Any) -> Any:
    return results


def _settle_rest(run: "Run", iterator: Iterator[Any]) -> None:
    """Awaitables that a list still holds when it has failed are not left unawaited."""
    with suppress(Exception):
        rest = [item for item in iterator if is_awaitable(item)]
        if rest:
            run.executor.settle_in_background(rest)
