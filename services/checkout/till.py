"""Where checkouts are made and paid: the parts of a process that they need, and who may have which checkout."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from core.problems import Rejected
from core.settings import Settings
from models.checkouts import CheckoutStatus
from ports.payments import PaymentProvider
from services.cart import Carts, Shopper
from services.checkout.problems import CheckoutExpired, CheckoutNotFound, CheckoutNotOpen, StaleCheckout
from services.checkout.queries import Locked, find_checkout, lock
from services.checkout.records import CheckoutRecord
from services.unit_of_work import Database, UnitOfWork

# Units are held for longer than the checkout says, so that its own end, which asks the provider first, comes before
# the end of the hold by itself.
GRACE = timedelta(minutes=1)


class Till(NamedTuple):
    """What making and paying a checkout needs. `actor` is who asks, for the histories of orders and of stock."""

    carts: Carts
    provider: PaymentProvider
    actor: str | None = None

    @property
    def database(self) -> Database:
        return self.carts.database

    @property
    def settings(self) -> Settings:
        return self.carts.settings

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.settings.inventory.hold_minutes)

    async def find(self, id: UUID, shopper: Shopper) -> CheckoutRecord | None:
        """A checkout that this shopper may see. A guest's is for whoever knows its id."""
        async with self.database.read() as session:
            found = await find_checkout(session, id)
        return found if found is not None and may_use(found, shopper) else None

    async def get(self, id: UUID, shopper: Shopper) -> CheckoutRecord:
        """As `find`; raises `Rejected` (CHECKOUT_NOT_FOUND)."""
        found = await self.find(id, shopper)
        if found is None:
            raise Rejected(_missing())
        return found


def may_use(checkout: CheckoutRecord, shopper: Shopper) -> bool:
    """Whether a checkout is this shopper's, or a guest's."""
    return checkout.account_id is None or checkout.account_id == shopper.account_id


async def lock_own(unit: UnitOfWork, id: UUID, shopper: Shopper) -> Locked:
    """A shopper's checkout, locked. Raises `Rejected` (CHECKOUT_NOT_FOUND)."""
    locked = await lock(unit, id)
    if locked is None or not may_use(locked.checkout, shopper):
        raise Rejected(_missing())
    return locked


def check_open(locked: Locked, *allowed: CheckoutStatus) -> None:
    """Raises `Rejected`: CHECKOUT_EXPIRED, CHECKOUT_NOT_OPEN unless its status is one of those allowed."""
    checkout = locked.checkout
    if checkout.status is CheckoutStatus.EXPIRED or (checkout.is_live and locked.is_over):
        message = "The time of this checkout is over. Begin another from the cart."
        raise Rejected(CheckoutExpired(message=message, path=("checkout",), expired_at=checkout.expires_at))
    if checkout.status not in allowed:
        message = f"This checkout is {checkout.status.replace('_', ' ')}; this is not possible then."
        raise Rejected(CheckoutNotOpen(message=message, path=("checkout",), status=checkout.status.upper()))


def check_version(checkout: CheckoutRecord, expected: str | None) -> None:
    """Raises `Rejected` (STALE_CHECKOUT)."""
    present = str(checkout.version)
    if expected is not None and expected != present:
        message = "The checkout has changed meanwhile. Look at it again."
        raise Rejected(StaleCheckout(message=message, path=("version",), version=present))


def _missing() -> CheckoutNotFound:
    return CheckoutNotFound(message="There is no such checkout.", path=("checkout",))
