"""What every resolver of one request can reach."""

from dataclasses import dataclass, field

import strawberry

from core.problems import Denied
from core.settings import Settings
from loaders.registry import Loaders
from ports.cache import Cache
from services.accounts.tokens import ANYBODY, Principal, Role
from services.search import ProductSearch
from services.unit_of_work import Database


@dataclass(slots=True)
class RequestContext:
    """Made for each request by the web side; `loaders` are replaced after a commit so that payloads show it."""

    database: Database
    cache: Cache
    search: ProductSearch
    settings: Settings
    principal: Principal = ANYBODY
    request_id: str = ""
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.renew_loaders()

    def renew_loaders(self) -> None:
        self.loaders = Loaders(self.database, self.cache, self.settings.catalog)


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
