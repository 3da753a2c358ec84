"""Text to tokens, the same way for products and for queries, in plain Python so that every engine gets equal tokens.

Folds case, width and accents; joins a number and its unit (`15.6"`, `1 TB`); keeps model numbers whole and in parts
(`WH-1000XM3`); takes off plural endings and nothing else, since catalog words lose their sense under a full stemmer.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

# Spellings of one unit become its first spelling. Units that are words of their own ("in", "a") are left out.
_UNITS = {
    "in": ("inch", "inches", "inchs", '"', "''", "”", "″"),
    "pcs": ("pc(s)", "pcs"),
    "tb": ("tb",),
    "gb": ("gb", "gbyte", "gigabyte", "gigabytes"),
    "mb": ("mb",),
    "kb": ("kb",),
    "gbit": ("gbit/s", "gbps", "gbit"),
    "mbit": ("mbit/s", "mbps", "mbit"),
    "ghz": ("ghz",),
    "mhz": ("mhz",),
    "khz": ("khz",),
    "hz": ("hz",),
    "kw": ("kw",),
    "w": ("w", "watt", "watts"),
    "mah": ("mah",),
    "ah": ("ah",),
    "kwh": ("kwh",),
    "wh": ("wh",),
    "v": ("v", "volt", "volts"),
    "km": ("km",),
    "cm": ("cm",),
    "mm": ("mm",),
    "m": ("m", "metre", "metres", "meter", "meters"),
    "ft": ("ft", "feet"),
    "kg": ("kg",),
    "mg": ("mg",),
    "g": ("g", "gram", "grams"),
    "oz": ("oz", "ounce", "ounces"),
    "lb": ("lb", "lbs", "pounds"),
    "ml": ("ml",),
    "cl": ("cl",),
    "l": ("l", "litre", "litres", "liter", "liters"),
    "mp": ("mp", "megapixel", "megapixels"),
    "dpi": ("dpi",),
    "fps": ("fps",),
    "rpm": ("rpm",),
    "db": ("db",),
}
_UNIT_OF = {spelling: unit for unit, spellings in _UNITS.items() for spelling in (*spellings, unit) if spelling != "in"}
_UNIT_PATTERN = "|".join(re.escape(spelling) for spelling in sorted(_UNIT_OF, key=len, reverse=True))
_NUMBER = r"\d+(?:\.\d+)?"
_WORD = re.compile(
    rf"(?P<number>{_NUMBER})[ \u00a0-]?(?P<unit>{_UNIT_PATTERN})(?![^\W_])"
    rf"|{_NUMBER}[^\W_]*(?:-[^\W_]+)*"
    r"|[^\W_]+(?:['’]s(?![^\W_]))?(?:-[^\W_]+)*"
)
_POSSESSIVE = re.compile(r"['’]s$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_OPTIONAL_PLURAL = re.compile(r"(?<!\bpc)\((?:s|es)\)")
_LETTERS_DIGITS = re.compile(r"([^\W\d_]{2,})(\d+)")
_LONGEST_WORD = 64
_MOST_PARTS_JOINED = 4
_SHORTEST_PLURAL = 4


_IRREGULAR = {
    "mice": "mouse",
    "men": "man",
    "women": "woman",
    "children": "child",
    "knives": "knife",
    "scarves": "scarf",
}


class Word(NamedTuple):
    """One word of a text: `whole`, its `parts` where it is made of several (else just the whole), and how it was
    written (folded, plural ending and all)."""

    whole: str
    parts: tuple[str, ...]
    written: str


def fold(text: str) -> str:
    """Text without case, accents, width variants and control characters; those become spaces."""
    if text.isascii() and text.isprintable():
        return text.lower()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text if not _is_mark(sign))
    return unicodedata.normalize("NFC", kept)


def words(text: str) -> list[Word]:
    """The words of a text in order; what queries are planned from."""
    folded = fold(text)
    if "(" in folded:
        folded = _OPTIONAL_PLURAL.sub("", folded)
    if "," in folded:
        folded = _THOUSANDS.sub("", folded)
    found = []
    for match in _WORD.finditer(folded):
        unit = match["unit"]
        found.append(_unit_word(match["number"], unit) if unit else _split(match[0]))
    return found


def tokens(text: str) -> list[str]:
    """All tokens of a text for scoring: wholes and parts."""
    found: list[str] = []
    for word in words(text):
        found.append(word.whole)
        if len(word.parts) > 1:
            found.extend(word.parts)
    return found


def ordered_tokens(text: str) -> list[str]:
    """The tokens of a text for phrases: parts only, so that neighbours stay neighbours however a word is joined."""
    return [part for word in words(text) for part in word.parts]


def phrase_tokens(found: Sequence[Word]) -> tuple[str, ...]:
    """The tokens that must stand next to each other for these words to be found as a phrase."""
    return tuple(part for word in found for part in word.parts)


def singular(word: str) -> str:
    """The word without a plural ending: batteries -> battery, boxes -> box, headphones -> headphone."""
    if len(word) < _SHORTEST_PLURAL or word in _IRREGULAR:
        return _IRREGULAR.get(word, word)
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("ie"):
        return word[:-2] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and not word[-2].isdigit():
        return word[:-1]
    return word


@lru_cache(maxsize=65_536)
def _is_mark(sign: str) -> bool:
    return unicodedata.combining(sign) != 0


@lru_cache(maxsize=16_384)
def _unit_word(number: str, unit: str) -> Word:
    digits = number.rstrip("0").rstrip(".") if "." in number else number
    joined = digits[:_LONGEST_WORD] + _UNIT_OF[unit]
    return Word(joined, (joined,), joined)


@lru_cache(maxsize=131_072)
def _split(text: str) -> Word:
    text = _POSSESSIVE.sub("", text)
    pieces = [_POSSESSIVE.sub("", piece)[:_LONGEST_WORD] for piece in text.split("-")]
    parts: list[str] = []
    for piece in pieces:
        model = _LETTERS_DIGITS.fullmatch(piece)
        parts.extend(model.groups() if model else (singular(piece),))
    if len(parts) == 1 or len(pieces) > _MOST_PARTS_JOINED:
        return Word(parts[0], tuple(parts), text)
    return Word(singular("".join(pieces))[:_LONGEST_WORD], tuple(parts), text)
