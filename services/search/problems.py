"""How editing the word lists can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BadTerms(Problem):
    """A set of synonyms needs 2 to 50 different terms, each with a word in it and at most 80 characters long."""

    code: ClassVar[str] = "BAD_TERMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadWords(Problem):
    """A rule has at most 500 words of a kind, each with a word in it and at most 80 characters long."""

    code: ClassVar[str] = "BAD_WORDS"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadName(Problem):
    """A rule's name has 1 to 120 printable characters."""

    code: ClassVar[str] = "BAD_NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTaken(Problem):
    """Another rule has the name already."""

    code: ClassVar[str] = "NAME_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFactor(Problem):
    """A factor is from 0.01 to 10."""

    code: ClassVar[str] = "BAD_FACTOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribesNothing(Problem):
    """A rule needs title words, a category, a brand or a product: else it would change every score alike."""

    code: ClassVar[str] = "DESCRIBES_NOTHING"
