"""Whether a value has to be awaited, known by its class: the same classes come back thousands of times a request."""

from types import FunctionType, GeneratorType
from typing import Any

from graphql.pyutils import is_awaitable as ask

# Classes made while a process runs would pile up here otherwise.
_MOST_CLASSES = 10_000
_known: dict[type, bool] = {}


# Values of resolvers are of any type, hence Any.
def is_awaitable(value: Any) -> bool:
    """As graphql-core's function of this name, for values whose class decides."""
    found = _known.get(type(value))
    return _learn(value) if found is None else found


def _learn(value: Any) -> bool:
    class_ = type(value)
    answer = bool(ask(value))
    if class_ is not GeneratorType and not answers_for_itself(class_):
        if len(_known) >= _MOST_CLASSES:
            _known.clear()
        _known[class_] = answer
    return answer


def answers_for_itself(class_: type) -> bool:
    """Whether instances may have attributes that neither they nor their class hold."""
    return hasattr(class_, "__getattr__") or isinstance(class_.__getattribute__, FunctionType)
