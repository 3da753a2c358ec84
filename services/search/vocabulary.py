"""The words that the catalog has, and the spelling of queries corrected towards them."""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.search.analysis import singular

# Edits allowed by length of the word: none below 3 letters, one up to 7, then two ("AUTO" of Lucene has 6 for two, but
# with a catalog full of names that finds more wrong words than right ones).
_ONE_EDIT_FROM = 3
_TWO_EDITS_FROM = 8
# People seldom miss the first letter: a spelling that changes it must be this many times as common (e^1).
_FIRST_LETTER = 1.0
# A word on so few products may itself be a misspelling, if another spelling is this many times as common.
_RARE = 2
_MUCH_COMMONER = 30
# Halves of a word that lacks its space are at least this long.
_SHORTEST_HALF = 3
_CORRECTIONS_KEPT = 20_000
# The commonest signs of the catalog are tried when a letter may be wrong: all of an alphabet, not all of Chinese.
_LETTERS = 64
# So many spellings of one word are searched: the other words of the query tell which was meant.
_SPELLINGS = 5


class Spelling(NamedTuple):
    """A term and the way to write it that is nearest to what was typed (radios, for the term radio)."""

    term: str
    written: str


class Vocabulary:
    """Terms with the number of products that have them. Immutable once made."""

    def __init__(self, documents: Mapping[str, int]) -> None:
        self._documents = {term: count for term, count in documents.items() if count > 0}
        self._most = max(self._documents.values(), default=1)
        self._sorted = sorted(self._documents)
        self._spellings = _spellings(self._sorted)
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for spelling in self._spellings:
            by_length[len(spelling)].append(spelling)
        self._by_length = dict(by_length)
        letters = Counter(sign for spelling in self._spellings for sign in spelling)
        self._letters = [sign for sign, _ in letters.most_common(_LETTERS)]
        self._corrections: dict[str, tuple[tuple[Spelling, ...], ...]] = {}

    def __contains__(self, term: str) -> bool:
        return term in self._documents

    def __len__(self) -> int:
        return len(self._documents)

    def documents(self, term: str) -> int:
        """How many products have the term."""
        return self._documents.get(term, 0)

    def weight(self, term: str) -> float:
        """The rarity of a term as BM25 weighs it; the commonest term stands for the number of products."""
        documents = self._documents.get(term, 0)
        return math.log(1 + (self._most - documents + 0.5) / (documents + 0.5))

    def correct(self, word: str) -> tuple[tuple[Spelling, ...], ...]:
        """The likeliest spellings of a word, best first, each of one term or of two where a space is missing; none if
        the word is well as it is.

        `word` is as typed, folded. Fewer edits come first, then the commoner term. Digits are never changed, for they
        tell one model from the next; words that have as many digits as letters are codes and are left alone.
        """
        # Not `lru_cache`: with a method of this object in it, only the garbage collector would ever free the object.
        known = self._corrections.get(word)
        if known is None:
            if len(self._corrections) >= _CORRECTIONS_KEPT:
                self._corrections.clear()
            known = self._corrections[word] = self._correct(word)
        return known

    def _correct(self, word: str) -> tuple[tuple[Spelling, ...], ...]:
        documents = self.documents(singular(word))
        if documents > _RARE or len(word) < _ONE_EDIT_FROM or sum(map(str.isdigit, word)) * 2 >= len(word):
            return ()
        near = [(found,) for found in self._near(word, 1) if self.documents(found.term) >= documents * _MUCH_COMMONER]
        if documents or near:
            return tuple(near[:_SPELLINGS])
        if halves := self._halves(word):
            return (halves,)
        if len(word) >= _TWO_EDITS_FROM:
            near = [(found,) for found in self._near(word, 2)]
        return tuple(near[:_SPELLINGS])

    def completions(self, prefix: str, limit: int) -> Sequence[str]:
        """Terms that start with `prefix`, the commonest first."""
        start = bisect_left(self._sorted, prefix)
        end = bisect_left(self._sorted, prefix + "\U0010ffff")
        return sorted(self._sorted[start:end], key=lambda term: (-self._documents[term], term))[:limit]

    def _near(self, word: str, edits: int) -> list[Spelling]:
        found = self._one_edit_away(word) if edits == 1 else self._few_edits_away(word, edits)
        own = singular(word)
        digits = _digits(word)
        likely: dict[str, tuple[float, str]] = {}
        for spelling in found:
            term = self._spellings[spelling]
            if term != own and _digits(spelling) == digits:
                likelihood = math.log(self._documents[term]) - _FIRST_LETTER * (spelling[0] != word[0])
                # Of singular and plural, the one that ends like what was typed.
                is_alike = 1e-6 * (spelling[-1] == word[-1])
                likely[term] = max((likelihood + is_alike, spelling), likely.get(term, (-math.inf, "")))
        ranked = sorted(likely, key=lambda term: (-likely[term][0], term))
        return [Spelling(term, likely[term][1]) for term in ranked]

    def _one_edit_away(self, word: str) -> set[str]:
        """Trying every edit takes a twentieth of the time of measuring the distance to every term."""
        cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
        tried = {head + tail[1:] for head, tail in cuts if tail}
        tried.update(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
        for letter in self._letters:
            tried.update(head + letter + tail for head, tail in cuts)
            tried.update(head + letter + tail[1:] for head, tail in cuts if tail)
        return tried & self._spellings.keys()

    def _few_edits_away(self, word: str, edits: int) -> list[str]:
        lengths = range(len(word) - edits, len(word) + edits + 1)
        choices = [spelling for length in lengths for spelling in self._by_length.get(length, ())]
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [spelling for spelling, _, _ in found]

    def _halves(self, word: str) -> tuple[Spelling, Spelling] | None:
        known = []
        for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
            first, second = (Spelling(singular(half), half) for half in (word[:cut], word[cut:]))
            if first.term in self and second.term in self:
                known.append((first, second))
        return max(known, key=lambda pair: (min(self.documents(half.term) for half in pair), pair), default=None)


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))


def _spellings(terms: Sequence[str]) -> dict[str, str]:
    """What people may have meant to type, with the term that it is indexed as: each term, and its plural."""
    found = {term: term for term in terms if not term.isdigit()}
    for term in terms:
        if term.isalpha():
            plural = (
                term[:-1] + "ies" if term.endswith("y") else term + ("es" if term.endswith(("s", "x", "h")) else "s")
            )
            if singular(plural) == term:
                found.setdefault(plural, term)
    return found
