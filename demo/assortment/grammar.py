"""Choosing facts and sentences for one product: a grammar small enough to read, fed from the departments' TOML files.

A sentence may start with conditions in brackets, so that text never claims what the facts deny:
`[waterproof]` needs a true flag, `[!waterproof]` a false one, `[material=Oak]` an equal text. Braces name facts.
"""

import re
from collections.abc import Mapping, Sequence
from random import Random

Fact = str | float | bool
# A value as TOML gives it: a constant, choices, or a range by price tier.
FactSpec = Fact | Sequence[Fact] | Mapping[str, float] | Mapping[str, Sequence[Fact]]

_CONDITION = re.compile(r"^\[(!?)([a-z_]+)(?:=([^\]]+))?\]\s*")
_SLOT = re.compile(r"\{([a-z_]+)\}")
_JITTER = 0.16
_NAMES = frozenset({"brand", "model", "noun"})


def choose_fact(spec: FactSpec, *, tier: float, rng: Random) -> Fact:
    """The value for a product at `tier` (0 is the cheapest of its kind, 1 the dearest).

    A list of numbers and `{from, to, step}` follow the tier; `{grade = [...]}` does so for text; a list of texts or
    flags, and `{any = [...]}`, do not.
    """
    around = min(max(tier + rng.uniform(-_JITTER, _JITTER), 0.0), 0.999)
    if isinstance(spec, str | bool | int | float):
        return spec
    if isinstance(spec, Mapping):
        if "any" in spec:
            return rng.choice(_list(spec["any"]))
        if "grade" in spec:
            return _at(_list(spec["grade"]), around)
        low, high, step = (float(_number(spec[key])) for key in ("from", "to", "step"))
        return _trim(low + round((high - low) * around / step) * step)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in spec):
        return _at(spec, around)
    return rng.choice(spec)


def _list(value: float | Sequence[Fact]) -> Sequence[Fact]:
    if isinstance(value, int | float):
        raise TypeError(f"Choices are needed, not {value!r}.")
    return value


def _number(value: float | Sequence[Fact]) -> float:
    if not isinstance(value, int | float):
        raise TypeError(f"A number is needed, not {value!r}.")
    return value


def _at(values: Sequence[Fact], position: float) -> Fact:
    return values[int(position * len(values))]


def _trim(value: float) -> float:
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def write(fact: Fact) -> str:
    """A fact as running text has it: 1,200 rather than 1200, 2.5 rather than 2.50."""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, str):
        return fact
    return f"{int(fact):,}" if float(fact).is_integer() else f"{fact:g}"


def fill(sentence: str, words: Mapping[str, Fact], *, verbatim: bool = False) -> str:
    """The sentence with its slots filled; text facts are lower-cased inside of it unless the slot begins it.

    With `verbatim`, as titles want it, they stay as they are. Raises `KeyError` when a slot names no fact: the data
    is wrong.
    """

    def replace(match: re.Match[str]) -> str:
        text = write(words[match[1]])
        if verbatim or match[1] in _NAMES or not isinstance(words[match[1]], str):
            return text
        if match.start() == 0:
            return text[:1].upper() + text[1:]
        return text if text[:2].isupper() or any(sign.isdigit() for sign in text) else text[:1].lower() + text[1:]

    return _SLOT.sub(replace, sentence)


def _holds(sentence: str, words: Mapping[str, Fact]) -> tuple[bool, str]:
    rest = sentence
    while match := _CONDITION.match(rest):
        negated, name, wanted = match.groups()
        value = words.get(name, False)
        holds = str(value) in wanted.split("|") if wanted else bool(value)
        if holds == bool(negated):
            return False, ""
        rest = rest[match.end() :]
    return True, rest


def pick_sentence(pool: Sequence[str], words: Mapping[str, Fact], rng: Random) -> str | None:
    """One sentence of the pool whose conditions hold, filled; None if none does."""
    eligible = [rest for holds, rest in (_holds(sentence, words) for sentence in pool) if holds]
    return fill(rng.choice(eligible), words) if eligible else None
