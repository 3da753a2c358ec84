"""Generated source: one function for each selection of plain values, with a line or two for each field.

The text is made of numbers and of names that attributes have in Python. What a request says, response keys above all,
are values that the function finds by number.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from keyword import iskeyword
from operator import attrgetter
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from compiled.run import Asked

# Sources and values are of any type, hence Any.
# The completed value; any error means that it is not plain.
Convert = Callable[[Any, "Asked"], Any]
# source; answers without a position
Look = Callable[[Any, "Asked"], Any]
# Shapes of selections (the names and kinds of their fields) whose code is kept; an application has some hundreds.
_MOST_SHAPES = 512
# A selection of more fields is not worth the time that compiling it would keep others waiting.
MOST_FIELDS = 100


class Reading(NamedTuple):
    """One field: the attribute or the look-up that its value comes from, and what becomes of it.

    Values of exactly the class `ready`, and `within` its limits, stay as they are. For all others `known(class)`
    gives the conversion, or else `learn(class)`.
    """

    key: str
    attribute: str | None
    look: Look | None
    ready: type | None
    within: Callable[[Any], bool] | None
    known: Callable[[type], Convert | None]
    learn: Callable[[type], Convert]


def generate(readings: Sequence[Reading], let_go: Callable[[tuple[Any, ...]], None]) -> Convert:
    """The function that makes a selection's answer of an object. Whatever it raises, what has been looked up until
    then is handed to `let_go` first."""
    values: dict[str, Any] = {"__builtins__": {}, "type": type, "Exception": Exception, "let_go": let_go}
    lines: list[str] = []
    for number, one in enumerate(readings):
        values |= {
            f"key{number}": one.key,
            f"get{number}": one.look or attrgetter(one.attribute or ""),
            f"ready{number}": one.ready,
            f"within{number}": one.within,
            f"known{number}": one.known,
            f"learn{number}": one.learn,
        }
        lines += _lines(number, one)
    answer = ", ".join(f"key{number}: v{number}" for number in range(len(readings)))
    lines.append(f"return {{{answer}}}")
    looked = [f"v{number}" for number, one in enumerate(readings) if one.look is not None]
    exec(_code(_function(lines, looked)), values)  # the text is ours; see above
    convert: Convert = values["convert"]
    return convert


def _lines(number: int, one: Reading) -> list[str]:
    v = f"v{number}"
    convert = f"{v} = (known{number}(type({v})) or learn{number}(type({v})))({v}, asked)"
    if one.ready is not None:
        is_other = f"type({v}) is not ready{number}"
        if one.within is not None:
            is_other += f" or not within{number}({v})"
        convert = f"if {is_other}: {convert}"
    return [f"{v} = {_source(number, one)}", convert]


def _source(number: int, one: Reading) -> str:
    if one.look is not None:
        return f"get{number}(source, asked)"
    name = one.attribute or ""
    # Python takes different spellings of a letter for the same name, unless all are plain ones.
    is_plain = name.isascii() and name.isidentifier() and not iskeyword(name)
    return f"source.{name}" if is_plain else f"get{number}(source)"


def _function(lines: Sequence[str], looked: Sequence[str]) -> str:
    head = "def convert(source, asked):\n"
    if not looked:
        return head + "".join(f"    {line}\n" for line in lines)
    body = "".join(f"        {line}\n" for line in lines)
    # A tuple of one has a comma, too.
    seen = "".join(f"{name}, " for name in looked)
    nothing = " = ".join([*looked, "None"])
    return f"{head}    {nothing}\n    try:\n{body}    except Exception:\n        let_go(({seen}))\n        raise\n"


@lru_cache(_MOST_SHAPES)
def _code(source: str) -> CodeType:
    return compile(source, "<selection of plain values>", "exec")
