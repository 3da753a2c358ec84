"""What codes and names that operators give to things must be like: warehouses, zones, carriers and their methods."""

import re
import unicodedata
from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem

LONGEST_NAME = 200
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# Control characters and halves of surrogate pairs: Postgres keeps neither NUL nor the latter, nobody types the rest.
_UNREADABLE = {"Cc", "Cs"}
# These show the text around them in another order than it is written in.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Spaces, signs that only shape or mark others (joiners, selectors, accents), and letters and a pattern that are blank.
_UNSEEN = {"Zs", "Zl", "Zp", "Cf", "Mn"}
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCode(Problem):
    """A code has 1 to 40 letters, digits, dots, hyphens and underscores, and begins with one of the former two."""

    code: ClassVar[str] = "BAD_CODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadName(Problem):
    """A name has 1 to 200 characters that can be printed."""

    code: ClassVar[str] = "BAD_NAME"


def check_names(*, code: str, name: str) -> list[Problem]:
    """What is wrong with the code and the name of one thing."""
    problems: list[Problem] = []
    if not _CODE.fullmatch(code):
        message = (
            "A code has 1 to 40 letters, digits, dots, hyphens and underscores, and begins with a letter or digit."
        )
        problems.append(BadCode(message=message, path=("code",)))
    if not is_readable(name, most=LONGEST_NAME):
        message = f"A name has 1 to {LONGEST_NAME} characters that can be printed."
        problems.append(BadName(message=message, path=("name",)))
    return problems


def is_readable(text: str, *, most: int) -> bool:
    """Whether a text has from 1 to `most` characters, of which none controls or reorders others and one can be seen."""
    if not 0 < len(text) <= most:
        return False
    kinds = [unicodedata.category(sign) for sign in text]
    is_seen = any(kind not in _UNSEEN and sign not in _BLANK for kind, sign in zip(kinds, text, strict=True))
    return is_seen and _UNREADABLE.isdisjoint(kinds) and _REORDERING.isdisjoint(text)
