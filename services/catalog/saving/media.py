"""Writes the pictures of a batch. A picture that stays keeps its id."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.recordset import as_recordset
from models.catalog import Media
from services.catalog.saving.batch import Entry
from services.unit_of_work import UnitOfWork

_COLUMNS = "id, product_id, variant_id, url, alt, width, height, placeholder, position"
_INSERT = sa.text(
    f"""
    INSERT INTO media ({_COLUMNS}) SELECT {_COLUMNS}
    FROM json_to_recordset(CAST(:rows AS json)) AS d(
        id uuid, product_id uuid, variant_id uuid, url text, alt text, width bigint, height bigint, placeholder text,
        position bigint)
    """
)


class _Picture(NamedTuple):
    id: UUID
    product_id: UUID
    variant_id: UUID | None
    url: str
    alt: str
    width: int | None
    height: int | None
    placeholder: str | None
    position: int


async def save_media(unit: UnitOfWork, entries: Sequence[Entry]) -> set[UUID]:
    """Replace the pictures of products whose pictures differ; returns the ids of these products."""
    present: dict[UUID, list[_Picture]] = {}
    old = [entry.product_id for entry in entries if not entry.is_new]
    if old:
        columns = (getattr(Media, name) for name in _Picture._fields)
        statement = sa.select(*columns).where(Media.product_id == sa.any_(_ids(old))).order_by(Media.position)
        for row in await unit.session.execute(statement):
            present.setdefault(row.product_id, []).append(_Picture(*row))
    wanted: list[_Picture] = []
    changed: set[UUID] = set()
    for entry in entries:
        before = present.get(entry.product_id, [])
        pictures = _wanted(entry, before)
        if pictures != before:
            wanted += pictures
            changed.add(entry.product_id)
    replaced = [product_id for product_id in changed if product_id in present]
    if replaced:
        await unit.session.execute(sa.delete(Media).where(Media.product_id == sa.any_(_ids(replaced))))
    if wanted:
        await unit.session.execute(_INSERT, {"rows": as_recordset([picture._asdict() for picture in wanted])})
    return changed


def _wanted(entry: Entry, before: Sequence[_Picture]) -> list[_Picture]:
    ids = {(picture.variant_id, picture.url): picture.id for picture in before}
    drafts = [(None, media) for media in entry.draft.media]
    owned = zip(entry.variant_ids, entry.draft.variants, strict=True)
    placed = [*drafts, *((key, media) for key, variant in owned for media in variant.media)]
    return [
        _Picture(
            # Taken out once used, as a draft may show one picture twice.
            ids.pop((variant_id, media.url)) if (variant_id, media.url) in ids else new_id(),
            entry.product_id,
            variant_id,
            media.url,
            media.alt,
            media.width,
            media.height,
            media.placeholder,
            position,
        )
        for position, (variant_id, media) in enumerate(placed)
    ]


def _ids(ids: Sequence[UUID]) -> sa.BindParameter[Sequence[UUID]]:
    return sa.bindparam("ids", ids, type_=sa.ARRAY(sa.Uuid()))
