"""SQL of checkouts. Each change is a new version and an event; each lock also tells the database's time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.ids import made_at
from models.carts import CartMerge
from models.checkouts import Checkout, CheckoutStatus
from models.orders import Order, OrderStatus
from services.checkout.content import decode
from services.checkout.events import CheckoutChanged
from services.checkout.records import CheckoutRecord
from services.statements import filled
from services.unit_of_work import ReadSession, UnitOfWork

LIVE = (CheckoutStatus.OPEN, CheckoutStatus.PROCESSING, CheckoutStatus.ACTION_REQUIRED, CheckoutStatus.FAILED)
# How long what is due is left to whoever took it, before others take it again; twice as long each time.
_LEASE_SECONDS = 10
_MOST_DOUBLINGS = 5
_COLUMNS = tuple(getattr(Checkout, name) for name in CheckoutRecord._fields)
_CLOCK = sa.func.clock_timestamp(type_=sa.DateTime(timezone=True)).label("at")


class Locked(NamedTuple):
    """A checkout that nobody else changes until the unit ends, and the database's time."""

    checkout: CheckoutRecord
    at: datetime

    @property
    def is_over(self) -> bool:
        """Whether the time in which it can be paid has passed."""
        return self.checkout.expires_at <= self.at


async def find_checkouts(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, CheckoutRecord]:
    rows = await session.execute(_BY_ID, {"ids": list(ids)})
    return {row.id: _record(row) for row in rows}


async def find_checkout(session: ReadSession, id: UUID) -> CheckoutRecord | None:
    return (await find_checkouts(session, [id])).get(id)


async def find_checkout_of_order(session: ReadSession, order_id: UUID) -> CheckoutRecord | None:
    row = (await session.execute(_OF_ORDER, {"key": order_id})).one_or_none()
    return None if row is None else _record(row)


async def find_live_of_cart(session: ReadSession, cart_id: UUID) -> CheckoutRecord | None:
    """The one of a cart that can still become an order."""
    row = (await session.execute(_LIVE_OF_CART, {"key": cart_id})).one_or_none()
    return None if row is None else _record(row)


async def find_merged_carts(session: ReadSession, account_id: UUID) -> Sequence[UUID]:
    """The guests' carts that have gone into an account's, and of which a checkout lives or is not cleared yet."""
    return (await session.scalars(_MERGED, {"account": account_id})).all()


async def find_uncleared(session: ReadSession, cart_ids: Sequence[UUID]) -> Sequence[CheckoutRecord]:
    """Those whose orders are placed and whose lines the carts may still have."""
    rows = await session.execute(_UNCLEARED, {"ids": list(cart_ids)})
    return [_record(row) for row in rows]


async def lock(unit: UnitOfWork, id: UUID) -> Locked | None:
    """None if there is none."""
    return await _lock(unit, _LOCK, id)


async def lock_of_order(unit: UnitOfWork, order_id: UUID) -> Locked | None:
    """The checkout that made an order."""
    return await _lock(unit, _LOCK_OF_ORDER, order_id)


async def lock_live_of_cart(unit: UnitOfWork, cart_id: UUID) -> Locked | None:
    """The one of a cart that can still become an order. Until the unit ends, nobody else asks for the same cart."""
    await unit.session.execute(_LOCK_CART, {"cart": str(cart_id)})
    return await _lock(unit, _LOCK_LIVE, cart_id)


async def insert(unit: UnitOfWork, values: Mapping[str, object]) -> CheckoutRecord:
    """A new checkout with these columns."""
    made = _record((await unit.session.execute(_INSERT, values)).one())
    unit.publish(CheckoutChanged(made.id, made.status, made.version))
    return made


async def change(unit: UnitOfWork, checkout: CheckoutRecord, **values: object) -> CheckoutRecord:
    """Give columns of a checkout that this unit has locked other values."""
    statement, parameters = filled(_CHANGE, values)
    changed = _record((await unit.session.execute(statement, {"key": checkout.id, **parameters})).one())
    unit.publish(CheckoutChanged(changed.id, changed.status, changed.version))
    return changed


async def claim_due(unit: UnitOfWork, *, limit: int) -> Sequence[UUID]:
    """The ids of up to `limit` checkouts whose timers are past and that nobody else has just taken, the oldest first.

    Their timers are set anew, so that whoever dies over one leaves it to others, and one that cannot be ended is not
    in the way of the others.
    """
    due = (
        sa.select(Checkout.id)
        .where(Checkout.check_at <= sa.func.clock_timestamp())
        .order_by(Checkout.check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    seconds = _LEASE_SECONDS * sa.func.power(2, sa.func.least(Checkout.checks, _MOST_DOUBLINGS))
    pause = sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    statement = (
        sa.update(Checkout)
        .where(Checkout.id.in_(due.scalar_subquery()))
        .values(check_at=sa.func.clock_timestamp() + pause, checks=Checkout.checks + 1)
        .returning(Checkout.id)
    )
    return (await unit.session.scalars(statement)).all()


async def set_timer(unit: UnitOfWork, id: UUID, at: datetime | None) -> None:
    """When the checkout is to be looked at next; nobody is told, since nothing about it has changed."""
    await unit.session.execute(sa.update(Checkout).where(Checkout.id == id).values(check_at=at, checks=0))


async def stop_timer(unit: UnitOfWork, checkout: CheckoutRecord, *, unless_cancelled: bool = False) -> None:
    """Nothing is left to do of a checkout, unless somebody has set its timer anew since it was read; or unless its
    order is cancelled, and so waits for its money."""
    order_id = checkout.order_id if unless_cancelled else None
    placed_at = None if order_id is None else made_at(order_id)
    values = {"key": checkout.id, "seen": checkout.check_at, "order": order_id, "placed_at": placed_at}
    await unit.session.execute(_STOP_TIMER, values)


async def _lock(unit: UnitOfWork, statement: sa.Select[Any], key: UUID) -> Locked | None:
    row = (await unit.session.execute(statement, {"key": key})).one_or_none()
    return None if row is None else Locked(_record(row), row.at)


# A row's attributes are the statement's columns, hence Any.
def _record(row: Any) -> CheckoutRecord:
    found = CheckoutRecord(*(getattr(row, name) for name in CheckoutRecord._fields))
    return found._replace(status=CheckoutStatus(row.status), content=decode(row.content))


_KEY: sa.BindParameter[UUID] = sa.bindparam("key")
_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_IS_LIVE = Checkout.status.in_(LIVE)
_IS_UNCLEARED = sa.and_(Checkout.status == CheckoutStatus.SUCCEEDED, Checkout.check_at.is_not(None))
_FOUND = sa.select(*_COLUMNS)
_BY_ID = _FOUND.where(Checkout.id == sa.any_(_IDS))
_OF_ORDER = _FOUND.where(Checkout.order_id == _KEY)
_LIVE_OF_CART = _FOUND.where(Checkout.cart_id == _KEY, _IS_LIVE)
_UNCLEARED = _FOUND.where(Checkout.cart_id == sa.any_(_IDS), _IS_UNCLEARED)
_MERGED = (
    sa.select(Checkout.cart_id)
    .join(CartMerge, CartMerge.guest_cart_id == Checkout.cart_id)
    .where(CartMerge.account_id == sa.bindparam("account"), sa.or_(_IS_LIVE, _IS_UNCLEARED))
    .distinct()
)
_LOCKED = sa.select(*_COLUMNS, _CLOCK).with_for_update()
_LOCK = _LOCKED.where(Checkout.id == _KEY)
_LOCK_OF_ORDER = _LOCKED.where(Checkout.order_id == _KEY)
_LOCK_LIVE = _LOCKED.where(Checkout.cart_id == _KEY, _IS_LIVE)
_INSERT = sa.insert(Checkout).returning(*_COLUMNS)
_CHANGE = (
    sa.update(Checkout)
    .where(Checkout.id == _KEY)
    .values(version=Checkout.version + 1, updated_at=sa.func.clock_timestamp())
    .returning(*_COLUMNS)
)
_IS_CANCELLED = sa.and_(
    Order.id == sa.bindparam("order"),
    Order.placed_at == sa.bindparam("placed_at"),
    Order.status == OrderStatus.CANCELLED,
)
_STOP_TIMER = (
    sa.update(Checkout)
    .where(Checkout.id == _KEY, Checkout.check_at == sa.bindparam("seen"), ~sa.exists().where(_IS_CANCELLED))
    .values(check_at=None, checks=0)
)
_LOCK_CART = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('checkout:' || :cart, 0))")
