"""Misspelt queries: one random edit each, the same for the same seed."""

import random
import string

SHORTEST = 4


def misspell(query: str, chance: random.Random, *, shortest: int = SHORTEST) -> str:
    """The query with one edit in its longest word (the first of equals), in any place with equal chance: a letter
    dropped, inserted, replaced, or swapped with its neighbour.

    Words below `shortest` letters are left alone: of "tv" with an edit, nobody could tell what was meant.
    """
    words = query.split()
    longest = max(range(len(words)), key=lambda place: (len(words[place]), -place))
    if len(words[longest]) >= shortest:
        words[longest] = _edited(words[longest], chance)
    return " ".join(words)


def _edited(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    kind = chance.choice(("drop", "insert", "replace", "swap"))
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "insert":
        return word[:place] + chance.choice(string.ascii_lowercase) + word[place:]
    if kind == "replace":
        other = chance.choice([letter for letter in string.ascii_lowercase if letter != word[place]])
        return word[:place] + other + word[place + 1 :]
    place = max(0, min(place, len(word) - 2))
    return word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]
