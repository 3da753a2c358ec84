"""Telling every process that words changed which it keeps in memory."""

import sqlalchemy as sa

from services.unit_of_work import UnitOfWork

_NAME = "words"


async def announce_new_words(unit: UnitOfWork) -> None:
    """Raise the sum of `index_state.dictionary_version`, which processes look at before they trust what they read."""
    statement = sa.text(
        """
        INSERT INTO index_state AS s (name, dictionary_version) VALUES (:name, 1)
        ON CONFLICT (name) DO UPDATE SET dictionary_version = s.dictionary_version + 1, changed_at = now()
        """
    )
    await unit.session.execute(statement, {"name": _NAME})
