"""Drafts on their way into the tables: which are sound, which are new, which differ from what was saved last."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.recordset import as_recordset
from services.catalog.drafts import ProductDraft
from services.catalog.rules import Flaw, encode, flaws
from services.unit_of_work import UnitOfWork

# Part of each content hash: raising it makes the next import write every product again.
_WRITTEN_BY = b"1"
_SAVED_BEFORE = sa.text(
    """
    SELECT d.n, product.id, product.content_hash
    FROM json_to_recordset(CAST(:rows AS json)) AS d(n int, source text, external_id text)
    JOIN product ON product.source = d.source AND product.external_id = d.external_id
    """
)


class Refused(NamedTuple):
    """Why the draft at `place` of the batch was left out."""

    place: int
    field: str
    reason: str


@dataclass(slots=True)
class Entry:
    """A draft that is to be written, with the ids of its product and, once known, of its variants in order."""

    index: int
    draft: ProductDraft
    content_hash: str
    product_id: UUID = field(default_factory=new_id)
    is_new: bool = True
    variant_ids: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """`entries` are to be written. `product_ids` are those of all drafts in their order, None where refused."""

    entries: list[Entry]
    refused: list[Refused]
    unchanged: int
    product_ids: list[UUID | None]

    def refuse(self, refused: Collection[Refused]) -> None:
        """Take refused drafts out again."""
        indexes = {refusal.place for refusal in refused}
        self.entries = [entry for entry in self.entries if entry.index not in indexes]
        self.refused.extend(refused)
        for index in indexes:
            self.product_ids[index] = None

    @property
    def old(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.is_new]


async def sort_drafts(unit: UnitOfWork, drafts: Sequence[ProductDraft], refused: Iterable[Refused] = ()) -> Batch:
    """Check the drafts and compare them with what was saved. `refused` are those that the caller has refused."""
    out = list(refused)
    sound = list(_sound(drafts, out))
    rows = [{"n": e.index, "source": e.draft.source, "external_id": e.draft.external_id} for e in sound]
    found = (await unit.session.execute(_SAVED_BEFORE, {"rows": as_recordset(rows)})).all() if rows else []
    saved = {n: (product_id, content_hash) for n, product_id, content_hash in found}
    batch = Batch(entries=[], refused=out, unchanged=0, product_ids=[None] * len(drafts))
    for entry in sound:
        product_id, content_hash = saved.get(entry.index, (None, None))
        if product_id is not None:
            entry.product_id, entry.is_new = product_id, False
        batch.product_ids[entry.index] = entry.product_id
        if product_id is not None and content_hash == entry.content_hash:
            batch.unchanged += 1
        else:
            batch.entries.append(entry)
    return batch


def _sound(drafts: Sequence[ProductDraft], refused: list[Refused]) -> Iterable[Entry]:
    gone = {refusal.place for refusal in refused}
    seen: set[tuple[str, str]] = set()
    for index, draft in enumerate(drafts):
        if index in gone:
            continue
        try:
            encoded = encode(draft)
        except TypeError as error:
            refused.append(Refused(index, "encoding", str(error)))
            continue
        found = flaws(draft, encoded)
        if (draft.source, draft.external_id) in seen:
            found.append(Flaw("external_id", f"{draft.external_id} is given twice"))
        if found:
            refused.extend(Refused(index, flaw.field, flaw.reason) for flaw in found)
            continue
        seen.add((draft.source, draft.external_id))
        yield Entry(index, draft, hashlib.blake2b(_WRITTEN_BY + encoded, digest_size=16).hexdigest())
