"""What a query means: its words, spelled as the catalog spells them, with what else may stand for each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.problems import BadInput
from ports.search import Alternative, Clause, TextQuery
from services.search.analysis import Word, phrase_tokens, words
from services.search.categories import Categories
from services.search.lexicon import Lexicon, Wholes, phrase_or_word, wholes
from services.search.vocabulary import Spelling, Vocabulary

LONGEST_QUERY = 512
MOST_WORDS = 24
# A synonym counts a little less than the shopper's own word, so that equal products come in the order asked for.
_SYNONYM = 0.5
# A phrase is scored on the title, where it stands once; a word of the title counts six times in the body. This
# makes both equal at average length: 6 (k1 + 1) / (6 + k1) with k1 = 1.2.
_PHRASE = 1.0
# An opening quote stands behind a space, else it is the sign for inches.
_QUOTED = re.compile(r'(?<!\S)"([^"]+)"')


# Guards the division for a stand-in that every product has.
_LEAST_RARITY = 0.1


class _Spelled(NamedTuple):
    """A word as it is searched. `maybe` are other spellings, likeliest first. `typed` is what was corrected: it is
    searched too, since a product may have come a moment ago that has the word."""

    word: Word
    maybe: tuple[Spelling, ...] = ()
    typed: Word | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A query understood. `spelled` is the text with misspellings corrected, None if there were none or only
    hyphens and spaces are others.

    `phrases` are all runs of its words (up to the longest synonym), by which rules and categories recognise it.
    """

    text: TextQuery
    words: tuple[Word, ...]
    phrases: frozenset[Wholes]
    spelled: str | None = None

    @property
    def relaxed(self) -> TextQuery:
        """The query with one matching word enough."""
        return replace(self.text, minimum_match=1)

    def insisting(self, categories: Categories) -> TextQuery:
        """The query with the words required that name a category by themselves, or stand for one that does."""
        clauses = tuple(
            replace(clause, required=clause.required or bool(categories.named_by(_single_words(clause))))
            for clause in self.text.clauses
        )
        required = sum(clause.required for clause in clauses)
        return TextQuery(clauses, minimum_match=max(self.text.minimum_match, required))

    @property
    def tokens(self) -> frozenset[str]:
        return frozenset(word.whole for word in self.words) | frozenset(phrase_tokens(self.words))


def plan_query(query: str, *, lexicon: Lexicon, vocabulary: Vocabulary) -> Plan | None:
    """Understand a query; None if it has no word at all (then everything matches).

    Two thirds of its words must match, rounded down; "quoted words" must be found as a phrase. Raises `BadInput`
    (QUERY_TOO_LONG) beyond 512 characters.
    """
    if len(query) > LONGEST_QUERY:
        raise BadInput("QUERY_TOO_LONG", f"A search is at most {LONGEST_QUERY} characters; this has {len(query)}.")
    quoted = [found for match in _QUOTED.finditer(query) if (found := words(match[1]))]
    loose = words(_QUOTED.sub(" ", query) if quoted else query)[:MOST_WORDS]
    spelled = _spell(loose, lexicon, vocabulary)
    everything = (*(one.word for one in spelled), *(word for phrase in quoted for word in phrase))
    if not everything:
        return None
    clauses = [*_clauses(spelled, lexicon, vocabulary), *map(_phrase_clause, quoted)]
    is_corrected = _joined(_loosely_written(spelled)) != _joined(word.written for word in loose)
    return Plan(
        text=TextQuery(tuple(clauses), minimum_match=max(1, len(clauses) * 2 // 3)),
        words=everything,
        phrases=frozenset(_runs(everything, lexicon.longest)),
        spelled=_written(spelled, quoted) if is_corrected else None,
    )


def _spell(loose: Sequence[Word], lexicon: Lexicon, vocabulary: Vocabulary) -> list[_Spelled]:
    found: list[_Spelled] = []
    for word in loose:
        is_known = word.whole in vocabulary
        is_compound = len(word.parts) > 1 and all(part in vocabulary for part in word.parts)
        is_well_spelled = word.whole in lexicon.known or (is_compound and not is_known)
        # Where the catalog has the word in one, its hyphens are no mistake.
        written = _joined([word.written]) if is_known else word.written
        spellings = () if is_well_spelled else vocabulary.correct(written)
        if not spellings:
            found.append(_Spelled(word))
        elif is_known:
            found.append(_Spelled(word, tuple(one for (one,) in spellings)))
        else:
            best, *rest = spellings
            maybe = tuple(one for (one,) in rest)
            found.extend(_Spelled(Word(one.term, (one.term,), one.written), maybe, typed=word) for one in best)
    return found


def _clauses(query: Sequence[_Spelled], lexicon: Lexicon, vocabulary: Vocabulary) -> list[Clause]:
    """One clause a word. What stands for several words is an alternative of each.

    Whatever stands for a word is weighed as if it were as rare as that word: else the rarest synonym would come first.
    """
    typed = [spelled.word for spelled in query]
    others: defaultdict[int, list[Alternative]] = defaultdict(list)
    for start in range(len(typed)):
        for end in range(start + 1, min(start + lexicon.longest, len(typed)) + 1):
            for term in lexicon.synonyms.get(wholes(typed[start:end]), ()):
                _stand_in(others, typed, range(start, end), phrase_or_word(term), vocabulary)
        if start + 1 < len(typed) and (joined := typed[start].whole + typed[start + 1].whole) in vocabulary:
            _stand_in(others, typed, range(start, start + 2), (joined,), vocabulary)
        for spelling in query[start].maybe:
            _stand_in(others, typed, range(start, start + 1), (spelling.term,), vocabulary)
    clauses: dict[str, Clause] = {}
    for position, word in enumerate(typed):
        if word.whole not in clauses:
            own = [Alternative((word.whole,))]
            if len(word.parts) > 1:
                own.append(Alternative(word.parts, _PHRASE))
            if (corrected := query[position].typed) is not None:
                own.append(Alternative((corrected.whole,)))
            clauses[word.whole] = Clause(tuple(_strongest([*own, *others[position]])))
    return list(clauses.values())


def _stand_in(
    others: dict[int, list[Alternative]],
    typed: Sequence[Word],
    positions: range,
    stand_in: tuple[str, ...],
    vocabulary: Vocabulary,
) -> None:
    rarity = sum(map(vocabulary.weight, stand_in))
    scale = _SYNONYM * (_PHRASE if len(stand_in) > 1 else 1.0) / max(rarity, _LEAST_RARITY)
    for position in positions:
        own = vocabulary.weight(typed[position].whole)
        others[position].append(Alternative(stand_in, round(own * scale, 4)))


def _strongest(alternatives: Sequence[Alternative]) -> list[Alternative]:
    best: dict[tuple[str, ...], Alternative] = {}
    for option in alternatives:
        if option.tokens not in best or best[option.tokens].weight < option.weight:
            best[option.tokens] = option
    return list(best.values())


def _single_words(clause: Clause) -> list[frozenset[str]]:
    return [frozenset(option.tokens) for option in clause.alternatives if len(option.tokens) == 1]


def _phrase_clause(phrase: Sequence[Word]) -> Clause:
    found = phrase_tokens(phrase)
    return Clause((Alternative(found, 1.0 if len(found) == 1 else _PHRASE),), required=True)


def _runs(query: Sequence[Word], longest: int) -> list[Wholes]:
    return [
        wholes(query[start:end])
        for start in range(len(query))
        for end in range(start + 1, min(start + longest, len(query)) + 1)
    ]


def _written(spelled: Sequence[_Spelled], quoted: Sequence[Sequence[Word]]) -> str:
    phrases = (f'"{" ".join(word.written for word in phrase)}"' for phrase in quoted)
    return " ".join([*_loosely_written(spelled), *phrases])


def _loosely_written(spelled: Sequence[_Spelled]) -> list[str]:
    return [one.maybe[0].written if one.maybe and not one.typed else one.word.written for one in spelled]


def _joined(written: Iterable[str]) -> str:
    return "".join(written).replace("-", "")
