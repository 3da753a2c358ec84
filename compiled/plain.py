"""Plain values: objects, lists and leaves that are completed by reading and looking up alone, without positions.

Most of an answer is of this kind. It is built in one go, and if anything in it is out of the ordinary (an error, null
where none may be, something to await), it is thrown away and built again field by field, which tells where and what.
So this never reports anything, and what it calls is such that calling it again does no harm.
"""

from asyncio import Future
from collections.abc import Callable, Iterable
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import Undefined

from compiled.awaitables import answers_for_itself
from compiled.generated import MOST_FIELDS, Convert, Look, Reading, generate
from compiled.leaves import Leaf

if TYPE_CHECKING:
    from compiled.fields import Field
    from compiled.run import Asked

# Sources and values are of any type, hence Any.
# What becomes of values of a class: they stay as they are (True), are not plain (False), or are converted.
How = Convert | bool
Decide = Callable[[type], How]
_NONE = type(None)
# Classes that are remembered at one position; there are a handful.
_MOST_KNOWN = 64
# So many values are completed field by field after one that was not plain.
_REST = 100


class NotPlain(Exception):
    """A value has to be completed field by field."""


class Plain(NamedTuple):
    """A field whose value comes from an attribute, or from a look-up, and what its classes say. Those of the class
    `ready` and `within` its limits stay as they are."""

    attribute: str | None
    look: Look | None
    decide: Decide
    ready: type | None = None
    within: Callable[[Any], bool] | None = None


class Shortcut:
    """The plain values of one position of an operation. It rests after one that was not plain."""

    __slots__ = ("_decide", "_known", "_rest")

    def __init__(self, decide: Decide) -> None:
        self._decide = decide
        self._known: dict[type, How] = {}
        self._rest = 0

    def take(self, value: Any, asked: "Asked") -> Any:
        """The completed value; `Undefined` if it is to be completed field by field."""
        if self._rest:
            self._rest -= 1
            return Undefined
        class_ = type(value)
        how = self._known.get(class_)
        try:
            if how is None:
                how = _learn(self._known, self._decide, class_)
            if how is True:
                return value
            if how is not False:
                return how(value, asked)
        except Exception:
            self._rest = _REST
        return Undefined


def never(_class: type) -> How:
    """Nothing here is plain."""
    return False


def leaf_decision(leaf: Leaf, *, is_nullable: bool) -> Decide:
    """For scalars and enums."""
    ready, within, coerce = leaf
    checked = True if within is None else _checking(within)

    def decide(class_: type) -> How:
        if class_ is ready:
            return checked
        if class_ is _NONE:
            return is_nullable
        return (lambda value, _asked: coerce(value)) if _is_a_value(class_) else False

    return decide


def object_decision(
    classes: tuple[type, ...] | None, of_selection: Callable[[], Convert | None], *, is_nullable: bool
) -> Decide:
    """For objects of these classes, or of any if that is None. `of_selection` gives what converts them."""

    def decide(class_: type) -> How:
        if class_ is _NONE:
            return is_nullable
        if not _is_a_value(class_) or (classes is not None and not issubclass(class_, classes)):
            return False
        return of_selection() or False

    return decide


def list_decision(of_item: Decide, *, is_nullable: bool) -> Decide:
    """For lists and tuples of what `of_item` decides about."""
    known: dict[type, How] = {}

    def convert(items: Any, asked: "Asked") -> list[Any]:
        results = []
        for item in items:
            how = known.get(type(item))
            if how is None:
                how = _learn(known, of_item, type(item))
            if how is True:
                results.append(item)
            elif how is False:
                raise NotPlain
            else:
                results.append(how(item, asked))
        return results

    def decide(class_: type) -> How:
        if class_ is list or class_ is tuple:
            return convert
        return class_ is _NONE and is_nullable

    return decide


def selection_converter(fields: "list[Field]") -> Convert | None:
    """Converts objects whose selection are these fields, if all of them are plain."""
    if not 0 < len(fields) <= MOST_FIELDS or any(field.plain is None for field in fields):
        return None
    return generate([_reading(field.key, field.plain) for field in fields if field.plain is not None], _let_go)


def _reading(key: str, plain: Plain) -> Reading:
    known: dict[type, Convert] = {}

    def learn(class_: type) -> Convert:
        how = plain.decide(class_)
        if how is False:
            raise NotPlain
        convert = _as_it_is if how is True else how
        if len(known) < _MOST_KNOWN:
            known[class_] = convert
        return convert

    return Reading(key, plain.attribute, plain.look, plain.ready, plain.within, known.get, learn)


def _as_it_is(value: Any, _asked: "Asked") -> Any:
    return value


def _let_go(looked: Iterable[Any]) -> None:
    """What was looked up is not used, and is looked up again: nobody is to complain that it was never awaited."""
    for value in looked:
        if iscoroutine(value):
            value.close()
        elif isinstance(value, Future):
            value.add_done_callback(lambda done: done.cancelled() or done.exception())
        elif type(value) is list or type(value) is tuple:
            _let_go(one for one in value if iscoroutine(one) or isinstance(one, Future))


def _checking(within: Callable[[Any], bool]) -> Convert:
    def check(value: Any, _asked: "Asked") -> Any:
        if not within(value):
            raise NotPlain
        return value

    return check


def _is_a_value(class_: type) -> bool:
    """Whether it stands for itself: neither an error nor something to await, and there to be taken twice."""
    if issubclass(class_, Exception) or class_ is type(Undefined) or answers_for_itself(class_):
        return False
    # Generators may be awaitables of the old kind, and iterators are gone when they have been read.
    return not hasattr(class_, "__await__") and not hasattr(class_, "__next__")


def _learn(known: dict[type, How], decide: Decide, class_: type) -> How:
    how = decide(class_)
    if len(known) < _MOST_KNOWN:
        known[class_] = how
    return how
