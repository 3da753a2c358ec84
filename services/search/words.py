"""The words of a listing as Postgres keeps them for the degraded search: a text-search vector of our own tokens.

Tokens of the title carry their positions, so that phrases work, and the weight A; all others are only there.
"""

from ports.search import IndexedDocument

# Postgres refuses vectors beyond 1 MB, lexemes beyond 2 KB and positions beyond 16,383.
_MOST_WORDS = 8_000
_MOST_POSITIONS = 1_000


def search_words(document: IndexedDocument) -> set[str]:
    """The different tokens by which a document is found; bounded, since catalogs hold whole manuals."""
    found = set(document.title.split())
    found.update(document.body.split())
    return found if len(found) <= _MOST_WORDS else set(sorted(found)[:_MOST_WORDS])


def word_vector(document: IndexedDocument, words: set[str]) -> str:
    """The `tsvector` literal of a document's words."""
    positions: dict[str, list[int]] = {}
    for position, token in enumerate(document.title.split()[:_MOST_POSITIONS], 1):
        positions.setdefault(token, []).append(position)
    entries = [quote_lexeme(word) for word in words if word not in positions]
    for token, places in positions.items():
        entries.append(quote_lexeme(token) + ":" + ",".join(f"{place}A" for place in places))
    return " ".join(entries)


def quote_lexeme(token: str) -> str:
    """A token as a literal inside a `tsvector` or `tsquery`."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
