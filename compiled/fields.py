"""Fields as steps: what turns one field of an object into one entry of the answer ("Executing Fields")."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import Undefined
from graphql.pyutils import Path

from compiled.awaitables import is_awaitable
from compiled.frames import Complete, Container, Frame, Info
from compiled.leaves import Leaf
from compiled.plain import Decide, Plain, Shortcut, leaf_decision
from compiled.resolving import Read, Resolution
from compiled.site import Site

if TYPE_CHECKING:
    from compiled.run import Run

# Sources and values are of any type, hence Any.
Answer = dict[str, Any]
# run, source, path of the object, the answer's object, the position above that may be null
Step = Callable[["Run", Any, Path | None, Answer, Frame], None]
Settle = Callable[["Run", Any, Path | None, Answer, Frame], None]
Finish = Callable[[Any], Any]


class Field(NamedTuple):
    """One field of a selection. Where `read` is not None, what it gives is the answer if it is of the class `ready`
    and `within`, and `settle` takes any other value or the error; else `step` does everything. `plain` is what there
    is to know of it where it needs no position."""

    key: str
    read: Read | None
    ready: type | None
    within: Callable[[Any], bool] | None
    step: Step
    plain: Plain | None


class Broken(NamedTuple):
    """An error in the place of a value that was read."""

    error: Exception


def execute_fields(
    fields: list[Field], run: "Run", source: Any, path: Path | None, frame: Frame, answer: Answer
) -> Answer:
    """Fill `answer` with the fields of one object; raises a located error if one that must not be null failed."""
    for key, read, ready, within, step, _plain in fields:
        if read is not None:
            try:
                value = read(source)
            except Exception as error:
                step(run, Broken(error), path, answer, frame)
                continue
            if type(value) is ready and (within is None or within(value)):
                answer[key] = value
            else:
                step(run, value, path, answer, frame)
        else:
            step(run, source, path, answer, frame)
    return answer


def leaf_field(site: Site, resolution: Resolution, leaf: Leaf) -> Field:
    """A field of a scalar or an enum."""
    finish = finishing(site, leaf)
    settle = _settling(site, finish)
    plain = plain_field(resolution, leaf_decision(leaf, is_nullable=site.is_nullable), leaf)
    if resolution.read is not None:
        return Field(site.key, resolution.read, leaf.ready, leaf.within, settle, plain)
    return Field(site.key, None, None, None, _leaf_step(site, resolution, leaf, settle), plain)


def plain_field(resolution: Resolution, decide: Decide, leaf: Leaf | None = None) -> Plain | None:
    if resolution.attribute is None and resolution.look is None:
        return None
    ready, within = (None, None) if leaf is None else (leaf.ready, leaf.within)
    return Plain(resolution.attribute, resolution.look, decide, ready, within)


def finishing(site: Site, leaf: Leaf, *, is_nullable: bool | None = None) -> Finish:
    """Completes a value of a leaf type; raises what is wrong with it."""
    coerce, message = leaf.coerce, site.null_message
    nullable = site.is_nullable if is_nullable is None else is_nullable

    def finish(value: Any) -> Any:
        if value is None or value is Undefined:
            if nullable:
                return None
            raise TypeError(message)
        if isinstance(value, Exception):
            raise value
        return coerce(value)

    return finish


def _settling(site: Site, finish: Finish) -> Settle:
    """What becomes of a leaf's value of any kind, or of an error in its place."""
    key, is_nullable = site.key, site.is_nullable

    def complete(_run: "Run", value: Any, *_: Any) -> Any:
        return finish(value)

    def settle(run: "Run", value: Any, path: Path | None, answer: Answer, frame: Frame) -> None:
        try:
            if type(value) is Broken:
                raise value.error
            if is_awaitable(value):
                here = site.path(path)
                own = Frame(frame, answer, key, here) if is_nullable else frame
                answer[key] = None
                run.defer(value, complete, site, here, None, own, answer, key)
            else:
                answer[key] = finish(value)
        except Exception as error:
            here = site.path(path)
            located = site.locate(error, here)
            if not is_nullable:
                raise located from error
            answer[key] = None
            run.executor.collected_errors.add(located, here)

    return settle


def _leaf_step(site: Site, resolution: Resolution, leaf: Leaf, settle: Settle) -> Step:
    key, ready, within = site.key, leaf.ready, leaf.within
    resolve, takes_info = resolution.resolve, resolution.takes_info

    def step(run: "Run", source: Any, path: Path | None, answer: Answer, frame: Frame) -> None:
        try:
            value = resolve(run, source, run.info(site, site.path(path)) if takes_info else None)
        except Exception as error:
            settle(run, Broken(error), path, answer, frame)
            return
        if type(value) is ready and (within is None or within(value)):
            answer[key] = value
        else:
            settle(run, value, path, answer, frame)

    return step


def composite_field(
    site: Site, resolution: Resolution, complete: Complete, decide: Decide, *, needs_info: bool
) -> Field:
    """A field of objects or lists. `needs_info` is whether completing them does, `decide` which of them are plain."""
    key, is_nullable = site.key, site.is_nullable
    resolve, takes_info = resolution.resolve, resolution.takes_info
    needs_info = needs_info or takes_info
    shortcut = Shortcut(decide)
    complete_later = shortened(complete, shortcut)

    def step(run: "Run", source: Any, path: Path | None, answer: Answer, frame: Frame) -> None:
        here = own = info = None
        try:
            if takes_info:
                here = site.path(path)
                info = run.info(site, here)
            value = resolve(run, source, info)
            taken = shortcut.take(value, run.asked)
            if taken is not Undefined:
                answer[key] = taken
                return
            if here is None:
                here = site.path(path)
                info = run.info(site, here) if needs_info else None
            own = Frame(frame, answer, key, here) if is_nullable else frame
            if is_awaitable(value):
                answer[key] = None
                run.defer(value, complete_later, site, here, info, own, answer, key)
            else:
                answer[key] = complete(run, value, here, info, own, answer, key)
        except Exception as error:
            here = here or site.path(path)
            located = site.locate(error, here)
            if not is_nullable:
                raise located from error
            run.null(own or Frame(frame, answer, key, here), located)

    return Field(key, None, None, None, step, plain_field(resolution, decide))


def shortened(complete: Complete, shortcut: Shortcut) -> Complete:
    """Completes a value that has been awaited: plainly, if it is plain."""

    def complete_shortly(
        run: "Run", value: Any, path: Path, info: Info, frame: Frame, container: Container, key: Any
    ) -> Any:
        taken = shortcut.take(value, run.asked)
        return complete(run, value, path, info, frame, container, key) if taken is Undefined else taken

    return complete_shortly
