"""Writes sellers as a catalog declares them."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.ids import new_id
from core.recordset import as_recordset
from services.catalog.drafts import SellerDraft
from services.unit_of_work import UnitOfWork

_SAVE = sa.text(
    """
    INSERT INTO seller AS s (id, slug, name)
    SELECT id, slug, name FROM json_to_recordset(CAST(:rows AS json)) AS d(id uuid, slug text, name text)
    ON CONFLICT (slug) DO UPDATE SET name = excluded.name, updated_at = now() WHERE s.name <> excluded.name
    """
)


async def save_sellers(unit: UnitOfWork, drafts: Sequence[SellerDraft]) -> None:
    """Make sellers, or rename those with the same slug."""
    if drafts:
        rows = [{"id": new_id(), "slug": draft.slug, "name": draft.name} for draft in drafts]
        await unit.session.execute(_SAVE, {"rows": as_recordset(rows)})
