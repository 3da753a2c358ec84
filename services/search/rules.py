"""What word lists may hold: pure checks, all problems of an input together."""

import math
from collections.abc import Sequence
from unicodedata import category

from core.problems import Problem
from services.search.analysis import words
from services.search.problems import BadFactor, BadName, BadTerms, BadWords, DescribesNothing

FEWEST_TERMS = 2
MOST_TERMS = 50
MOST_RULE_WORDS = 500
LONGEST_TERM = 80
LONGEST_NAME = 120
LEAST_FACTOR = 0.01
LARGEST_FACTOR = 10.0
# Control characters and halves of surrogate pairs: Postgres keeps neither NUL nor the latter, nobody types the rest.
_NO_TEXT = ("Cc", "Cs")


def tidy(terms: Sequence[str]) -> list[str]:
    """Terms with their white space put in order and repetitions dropped."""
    return list(dict.fromkeys(" ".join(term.split()) for term in terms))


def check_terms(terms: Sequence[str]) -> list[Problem]:
    """Problems of the tidy terms of a set of synonyms."""
    if not FEWEST_TERMS <= len(terms) <= MOST_TERMS:
        return [BadTerms(message=f"A set has {FEWEST_TERMS} to {MOST_TERMS} different terms.", path=("terms",))]
    if not all(map(_is_term, terms)):
        message = f"A term has a word in it and at most {LONGEST_TERM} characters, no control characters."
        return [BadTerms(message=message, path=("terms",))]
    return []


def check_boost(
    *, name: str, query_words: Sequence[str], title_words: Sequence[str], has_target: bool, factor: float
) -> list[Problem]:
    """Problems of a rule of ranking; `has_target` says that it names a category, brand or product."""
    problems: list[Problem] = []
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problems.append(BadName(message=f"A name has 1 to {LONGEST_NAME} printable characters.", path=("name",)))
    for path, given in (("queryWords", query_words), ("titleWords", title_words)):
        if len(given) > MOST_RULE_WORDS or not all(map(_is_term, given)):
            message = f"A rule has at most {MOST_RULE_WORDS} words, each of at most {LONGEST_TERM} characters."
            problems.append(BadWords(message=message, path=(path,)))
    if not math.isfinite(factor) or not LEAST_FACTOR <= factor <= LARGEST_FACTOR:
        message = f"A factor is from {LEAST_FACTOR:g} to {LARGEST_FACTOR:g}."
        problems.append(BadFactor(message=message, path=("factor",)))
    if not title_words and not has_target:
        message = "Give title words, a category, a brand or a product: else every score would change alike."
        problems.append(DescribesNothing(message=message, path=("titleWords",)))
    return problems


def _is_term(term: str) -> bool:
    return len(term) <= LONGEST_TERM and not any(category(sign) in _NO_TEXT for sign in term) and bool(words(term))
