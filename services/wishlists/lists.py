"""Making, naming and deleting wishlists. Those of others do not exist for an account."""

from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.names import LONGEST_NAME, BadName, is_readable
from core.problems import NotFound, Rejected
from models.wishlists import Wishlist
from services.unit_of_work import UnitOfWork
from services.wishlists.problems import TooManyWishlists
from services.wishlists.queries import WISHLIST_COLUMNS
from services.wishlists.records import WishlistRecord

MOST_WISHLISTS = 50


async def create(unit: UnitOfWork, *, account_id: UUID, name: str) -> WishlistRecord:
    """A new list, private and empty. Raises `Rejected`: BAD_NAME, TOO_MANY_WISHLISTS."""
    _check(name)
    # Two at once would both find room for one more.
    await unit.session.execute(_ONE_AT_A_TIME, {"account_id": account_id})
    if await unit.session.scalar(_COUNT, {"account_id": account_id}) >= MOST_WISHLISTS:
        message = f"An account has at most {MOST_WISHLISTS} wishlists."
        raise Rejected(TooManyWishlists(message=message))
    values = {"id": new_id(), "account_id": account_id, "name": name.strip()}
    statement = sa.insert(Wishlist).values(values).returning(*WISHLIST_COLUMNS)
    return WishlistRecord._make((await unit.session.execute(statement)).one())


async def rename(unit: UnitOfWork, *, account_id: UUID, wishlist_id: UUID, name: str) -> WishlistRecord:
    """The list under its new name. Raises `Rejected`: BAD_NAME, NOT_FOUND."""
    _check(name)
    return await change(unit, account_id=account_id, wishlist_id=wishlist_id, name=name.strip())


async def delete(unit: UnitOfWork, *, account_id: UUID, id: UUID) -> UUID:
    """Delete the list with its items and alerts; returns its id. Raises `Rejected` (NOT_FOUND)."""
    statement = sa.delete(Wishlist).where(Wishlist.id == id, Wishlist.account_id == account_id)
    if (await unit.session.execute(statement.returning(Wishlist.id))).first() is None:
        raise Rejected(missing())
    return id


async def lock(unit: UnitOfWork, *, account_id: UUID, wishlist_id: UUID) -> WishlistRecord:
    """The account's list, which nobody else changes until the unit ends. Raises `Rejected` (NOT_FOUND)."""
    own = sa.select(*WISHLIST_COLUMNS).where(Wishlist.id == wishlist_id, Wishlist.account_id == account_id)
    row = (await unit.session.execute(own.with_for_update())).one_or_none()
    if row is None:
        raise Rejected(missing())
    return WishlistRecord._make(row)


async def change(unit: UnitOfWork, *, account_id: UUID, wishlist_id: UUID, **values: str | None) -> WishlistRecord:
    """The account's list with other values in these columns. Raises `Rejected` (NOT_FOUND)."""
    own = sa.update(Wishlist).where(Wishlist.id == wishlist_id, Wishlist.account_id == account_id)
    row = (await unit.session.execute(own.values(**values).returning(*WISHLIST_COLUMNS))).one_or_none()
    if row is None:
        raise Rejected(missing())
    return WishlistRecord._make(row)


def missing() -> NotFound:
    """What is said of a list that does not exist, or is another account's."""
    return NotFound(message="There is no such wishlist.", path=("wishlist",), kind="Wishlist")


def _check(name: str) -> None:
    if not is_readable(name, most=LONGEST_NAME):
        message = f"A name has 1 to {LONGEST_NAME} characters that can be printed."
        raise Rejected(BadName(message=message, path=("name",)))


_ONE_AT_A_TIME = sa.text(
    "SELECT pg_advisory_xact_lock(hashtextextended('wishlists:' || CAST(:account_id AS text), 0))"
).bindparams(sa.bindparam("account_id", type_=sa.Uuid()))
_COUNT = sa.text("SELECT count(*) FROM wishlist WHERE account_id = :account_id")
