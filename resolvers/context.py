"""What every resolver of one request can reach."""

from dataclasses import dataclass, field
from uuid import UUID

import strawberry

from core.problems import Denied
from core.settings import Settings
from loaders.registry import Loaders
from ports.cache import Cache
from ports.payments import PaymentProvider
from ports.throttle import Throttle
from resolvers.cookies import Caller, RequestCookies, ResponseCookies
from services.accounts.passwords import Passwords
from services.accounts.slowing import Doorkeeper
from services.accounts.tokens import ANYBODY, Principal, Role
from services.cart import Carts
from services.inventory.reservations import ReservationDesk
from services.live import Hub
from services.search import ProductSearch
from services.unit_of_work import Database


@dataclass(slots=True)
class RequestContext:
    """Made for each request by the web side; `loaders` are replaced after a commit so that payloads show it, and with
    each event of a subscription. `last_event_id` is what a client that comes back says outside of the operation."""

    database: Database
    cache: Cache
    search: ProductSearch
    settings: Settings
    principal: Principal = ANYBODY
    request_id: str = ""
    hub: Hub | None = None
    last_event_id: str | None = None
    desk: ReservationDesk | None = None
    caller: Caller = field(default_factory=Caller)
    cookies: RequestCookies = field(default_factory=RequestCookies)
    response: ResponseCookies = field(default_factory=ResponseCookies)
    throttle: Throttle | None = None
    passwords: Passwords | None = None
    carts: Carts | None = None
    payments: PaymentProvider | None = None
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.renew_loaders()

    def reservation_desk(self) -> ReservationDesk:
        """The desk of this process; a request outside of one, in a test, has its own."""
        if self.desk is None:
            self.desk = ReservationDesk(self.database, low_stock_units=self.settings.inventory.low_stock_units)
        return self.desk

    def password_hashing(self) -> Passwords:
        """The threads of this process that hash; a request outside of one, in a test, has its own."""
        if self.passwords is None:
            self.passwords = Passwords.from_settings(self.settings.auth)
        return self.passwords

    def doorkeeper(self) -> Doorkeeper:
        """Slows down this caller, where there is a throttle."""
        return Doorkeeper(self.throttle, self.caller.address)

    def shopping_carts(self) -> Carts:
        """The carts of the shop. Only requests outside of a web process have none."""
        if self.carts is None:
            raise AssertionError("this request was made without carts")
        return self.carts

    def payment_provider(self) -> PaymentProvider:
        """Who charges cards. Only requests outside of a web process have nobody."""
        if self.payments is None:
            raise AssertionError("this request was made without a payment provider")
        return self.payments

    def renew_loaders(self) -> None:
        self.loaders = Loaders(self.database, self.cache, self.settings.catalog, carts=self.carts)


Info = strawberry.Info[RequestContext, None]


def require(info: Info, *roles: Role) -> None:
    """Let only callers in one of `roles` pass; raises `Denied` (UNAUTHENTICATED or FORBIDDEN)."""
    caller = info.context.principal.role
    if caller in roles or Role.ANONYMOUS in roles:
        return
    if caller is Role.ANONYMOUS:
        raise Denied("UNAUTHENTICATED", "Sign in to use this.")
    names = " or ".join(role.name for role in roles)
    raise Denied("FORBIDDEN", f"Only the role {names} may use this.")


def require_account(info: Info) -> UUID:
    """The account that the caller has signed in to; raises `Denied`, also for tokens that were issued by hand."""
    if info.context.principal.role is Role.ANONYMOUS:
        raise Denied("UNAUTHENTICATED", "Sign in to use this.")
    if info.context.principal.account_id is None:
        raise Denied("FORBIDDEN", "Only who has signed in to an account may use this.")
    return info.context.principal.account_id
