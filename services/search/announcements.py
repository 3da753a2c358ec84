"""Telling every process that words changed which it keeps in memory.

Each kind of words is a row of `index_state`, whose `dictionary_version` processes look at before they trust what they
have read.
"""

import sqlalchemy as sa

from services.unit_of_work import UnitOfWork

WORD_LISTS = "word_lists"
_NEW_WORDS = "words"
_ANNOUNCE = sa.text(
    """
    INSERT INTO index_state AS s (name, dictionary_version) VALUES (:name, 1)
    ON CONFLICT (name) DO UPDATE SET dictionary_version = s.dictionary_version + 1, changed_at = now()
    """
)


async def announce_word_lists(unit: UnitOfWork) -> None:
    """Synonyms or rules of ranking changed: processes read them within a second."""
    await unit.session.execute(_ANNOUNCE, {"name": WORD_LISTS})


async def announce_new_words(unit: UnitOfWork) -> None:
    """Products have words that none had before: processes read them soon, and not with every product."""
    await unit.session.execute(_ANNOUNCE, {"name": _NEW_WORDS})
