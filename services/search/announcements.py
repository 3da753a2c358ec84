"""Telling every process that words changed which it keeps in memory."""

import sqlalchemy as sa

from services.unit_of_work import UnitOfWork


async def announce_new_words(unit: UnitOfWork) -> None:
    """Raise `index_state.dictionary_version`, which processes look at before they trust what they have read."""
    await unit.session.execute(
        sa.text("UPDATE index_state SET dictionary_version = dictionary_version + 1, changed_at = now()")
    )
