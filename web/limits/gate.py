"""Who may run an operation now: not too many at once for one caller, and not too often."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import structlog
from graphql import DocumentNode, OperationDefinitionNode

from core.problems import Unavailable
from ports.throttle import Meter
from resolvers.context import RequestContext
from services.accounts.slowing import origin_of
from services.accounts.tokens import Role
from web.limits.rates import Rates
from web.limits.refusing import Answer

log = structlog.get_logger(__name__)
_SOON_SECONDS = 1


class Gate:
    """Counts what runs in this process, and what callers do in all of them. Without a throttle nobody is too often
    here; `at_once` 0 is no limit."""

    def __init__(self, *, at_once: int, rates: Rates | None = None, throttle: Meter | None = None) -> None:
        self._at_once = at_once
        self._rates = rates
        self._throttle = throttle
        self._running: Counter[str] = Counter()

    def enter(self, caller: str | None) -> Answer | None:
        """Count an operation as running, until it `leave`s; or the answer that refuses it."""
        if caller is None or not self._at_once:
            return None
        if self._running[caller] >= self._at_once:
            message = f"At most {self._at_once} operations run for one caller at once. Wait for some to end."
            extensions = {"limit": self._at_once, "asked": self._at_once + 1}
            return _refusal("TOO_MANY_OPERATIONS", message, _SOON_SECONDS, **extensions)
        self._running[caller] += 1
        return None

    def leave(self, caller: str | None) -> None:
        """An operation that has entered is over."""
        if caller is not None and self._at_once:
            self._running[caller] -= 1
            if not self._running[caller]:
                del self._running[caller]

    async def count(
        self,
        context: RequestContext,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any] | None,  # any JSON
        cost: int,
    ) -> Answer | None:
        """Take what an operation uses from its caller's rates; or the answer that refuses it. Operators, who run the
        store by programs too, are not counted."""
        caller = caller_of(context)
        is_free = self._rates is None or self._throttle is None or context.principal.role is Role.OPERATOR
        if is_free or caller is None or self._rates is None or self._throttle is None:
            return None
        wanted = self._rates.wanted(caller, document, operation, variables or {}, cost)
        try:
            seconds = await self._throttle.take(wanted.takings)
        except Unavailable as error:
            log.warning("rates.unavailable", error=str(error), is_guarded=wanted.is_guarded)
            message = "This part of the store does not answer at the moment. Try again soon."
            return _refusal("UNAVAILABLE", message, _SOON_SECONDS, part=error.part) if wanted.is_guarded else None
        if seconds <= 0:
            return None
        pause = math.ceil(seconds)
        return _refusal("RATE_LIMITED", f"Too much in a short time. Try again in {pause} seconds.", pause)


def caller_of(context: RequestContext) -> str | None:
    """Under what a caller is counted: the account or other subject of a token, else the address; None if neither is
    known. A guest's cart is not asked for: anybody can have as many as they like."""
    principal = context.principal
    if principal.role is not Role.ANONYMOUS and principal.subject:
        return f"account:{principal.role}:{principal.subject}"
    address = context.caller.address
    return None if address is None else f"address:{origin_of(address)}"


def _refusal(code: str, message: str, seconds: int, **more: object) -> Answer:
    extensions = {"code": code, **more, "retryAfterSeconds": seconds}
    return {"errors": [{"message": message, "extensions": extensions}]}
