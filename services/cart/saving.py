"""The copies of carts in Postgres: written behind the carts, and read where a cart was lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.recordset import as_recordset
from ports.carts import StoredCart
from services.unit_of_work import ReadSession, UnitOfWork

# Long after a guest's cart has ended, somebody may still ask what became of it.
_MERGES_KEPT_DAYS = 90


class SavedCart(NamedTuple):
    """The last copy of a cart. One that has ended is never put back."""

    cart: StoredCart
    saved_at: datetime
    has_ended: bool


async def find_saved(session: ReadSession, id: UUID) -> SavedCart | None:
    """The copy of a cart, if it is not too old; None if there is none."""
    row = (await session.execute(_FIND, {"id": id})).one_or_none()
    if row is None:
        return None
    return SavedCart(StoredCart(row.id, row.version, row.content), row.saved_at, row.has_ended)


async def save_carts(unit: UnitOfWork, carts: Sequence[StoredCart], *, kept_days: int) -> Mapping[UUID, int]:
    """Copy carts as they are; what has ended stays, and carts of accounts that are gone are left out.

    Returns the versions of copies that are newer than their carts, which stay, too: a copy was made, and then the store
    went back to what it had been.
    """
    rows = [
        {"id": cart.id, "account_id": cart.fields.get("owner"), "version": cart.version, "content": cart.fields}
        for cart in sorted(carts, key=lambda cart: cart.id)
    ]
    if not rows:
        return {}
    saved = await unit.session.execute(_SAVE, {"rows": as_recordset(rows), "days": kept_days})
    left = {cart.id: cart.version for cart in carts} | dict.fromkeys((row.id for row in saved), -1)
    if all(version < 0 for version in left.values()):
        return {}
    found = await unit.session.execute(_NEWER, {"ids": [id for id, version in left.items() if version >= 0]})
    return {row.id: row.version for row in found if row.version > left[row.id]}


async def lock_copies(unit: UnitOfWork, *ids: UUID) -> None:
    """Lock copies in the one order in which all lock them."""
    await unit.session.execute(_LOCK, {"ids": list(ids)})


async def end_cart(unit: UnitOfWork, cart: StoredCart, *, into: UUID) -> None:
    """End a guest's cart for good, whether or not it has ever been saved; one that has ended stays as it is."""
    values = {"row": as_recordset([{"id": cart.id, "version": cart.version, "content": cart.fields}]), "into": into}
    await unit.session.execute(_END, values)


async def delete_old(unit: UnitOfWork, *, limit: int) -> int:
    """Delete up to `limit` copies that are past their time, and reports of long ago; returns how many."""
    copies = (await unit.session.execute(_DELETE, {"limit": limit})).all()
    reports = (await unit.session.execute(_DELETE_MERGES, {"limit": limit, "days": _MERGES_KEPT_DAYS})).all()
    return max(len(copies), len(reports))


_FIND = sa.text(
    """
    SELECT id, version, content, saved_at, ended_at IS NOT NULL AS has_ended FROM cart
    WHERE id = :id AND expires_at > now()
    """
)
_SAVE = sa.text(
    """
    INSERT INTO cart (id, account_id, version, content, expires_at)
    SELECT d.id, d.account_id, d.version, d.content, now() + make_interval(days => :days)
    FROM json_to_recordset(CAST(:rows AS json)) AS d(id uuid, account_id uuid, version bigint, content jsonb)
    WHERE d.account_id IS NULL OR EXISTS (SELECT FROM account a WHERE a.id = d.account_id)
    ON CONFLICT (id) DO UPDATE SET
        version = excluded.version, content = excluded.content, saved_at = now(), expires_at = excluded.expires_at
    WHERE cart.ended_at IS NULL AND cart.version <= excluded.version
    RETURNING id
    """
)
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_NEWER = sa.text("SELECT id, version FROM cart WHERE id = ANY(:ids) AND ended_at IS NULL").bindparams(_IDS)
_LOCK = sa.text("SELECT 1 FROM cart WHERE id = ANY(:ids) ORDER BY id FOR UPDATE").bindparams(_IDS)
_END = sa.text(
    """
    INSERT INTO cart (id, version, content, expires_at, ended_at, merged_into_id)
    SELECT d.id, d.version, d.content, now() + interval '90 days', now(), :into
    FROM json_to_recordset(CAST(:row AS json)) AS d(id uuid, version bigint, content jsonb)
    ON CONFLICT (id) DO UPDATE SET
        content = excluded.content, saved_at = now(), expires_at = excluded.expires_at, ended_at = now(),
        merged_into_id = excluded.merged_into_id
    WHERE cart.ended_at IS NULL
    """
).bindparams(sa.bindparam("into", type_=sa.Uuid()))
_DELETE = sa.text(
    """
    DELETE FROM cart WHERE id IN (
        SELECT id FROM cart WHERE expires_at < now() ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING 1
    """
)
_DELETE_MERGES = sa.text(
    """
    DELETE FROM cart_merge WHERE guest_cart_id IN (
        SELECT guest_cart_id FROM cart_merge WHERE merged_at < now() - make_interval(days => :days) LIMIT :limit)
    RETURNING 1
    """
)
