"""How those are slowed down who try again and again: by what they try to get into, and by where they come from.

Attempts are counted before they are made, under the account's key whether there is such an account or not. A pause of
an account is at most 15 minutes, ends nobody's session, and is forgotten with a new password by letter: nobody can be
locked out by others.
"""

import hashlib
import math
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

import structlog

from core.problems import Rejected, Unavailable
from ports.throttle import Slowed, Throttle
from services.accounts.problems import TooManyAttempts

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_LONGEST_PAUSE = 15 * _MINUTE
# An IPv6 customer has at least a /64, so its addresses are one.
_IPV6_PREFIX = 64
# Addresses whose origin is remembered: each request asks for that of its caller.
_MOST_ORIGINS = 4096

log = structlog.get_logger(__name__)


class Kind(NamedTuple):
    """One kind of attempts: how fast they may go for one account and from one address; None is not slowed."""

    name: str
    account: Slowed | None
    address: Slowed | None


SIGN_IN = Kind(
    "sign-in",
    account=Slowed(free=5, first_seconds=1, longest_seconds=_LONGEST_PAUSE, memory_seconds=_DAY),
    # Many people may share an address.
    address=Slowed(free=100, first_seconds=1, longest_seconds=_MINUTE, memory_seconds=10 * _MINUTE),
)
REGISTER = Kind(
    "register",
    account=None,
    address=Slowed(free=20, first_seconds=5, longest_seconds=_LONGEST_PAUSE, memory_seconds=_HOUR),
)
LETTER = Kind(
    "letter",
    account=Slowed(free=3, first_seconds=_MINUTE, longest_seconds=_LONGEST_PAUSE, memory_seconds=_DAY),
    address=Slowed(free=20, first_seconds=5, longest_seconds=_LONGEST_PAUSE, memory_seconds=_HOUR),
)
LETTER_TOKEN = Kind(
    "letter-token",
    account=None,
    address=Slowed(free=20, first_seconds=1, longest_seconds=_MINUTE, memory_seconds=10 * _MINUTE),
)
PASSWORD = Kind(
    "password",
    account=Slowed(free=5, first_seconds=1, longest_seconds=_LONGEST_PAUSE, memory_seconds=_DAY),
    address=None,
)
# Good tokens are forgotten, so that many devices behind one address can go on.
REFRESH = Kind(
    "refresh",
    account=None,
    address=Slowed(free=200, first_seconds=1, longest_seconds=_MINUTE, memory_seconds=10 * _MINUTE),
)
# Codes that are good are forgotten, as tokens are.
COUPON = Kind(
    "coupon",
    account=None,
    address=Slowed(free=30, first_seconds=1, longest_seconds=_MINUTE, memory_seconds=10 * _MINUTE),
)
NEW_CART = Kind(
    "new-cart",
    account=None,
    address=Slowed(free=300, first_seconds=1, longest_seconds=_MINUTE, memory_seconds=10 * _MINUTE),
)


class Doorkeeper(NamedTuple):
    """Counts attempts of callers from one address. Without a throttle (a command line, a test) nobody is slowed."""

    throttle: Throttle | None
    address: str | None

    async def attempt(self, kind: Kind, account: str = "") -> None:
        """Count one attempt, before it is made. `account` is a digest or an id.

        Raises `Rejected` (TOO_MANY_ATTEMPTS), and `Unavailable` if it cannot be counted.
        """
        if self.throttle is None:
            return
        seconds = await self.throttle.attempt(self._keys(kind, account))
        if seconds > 0:
            pause = math.ceil(seconds)
            message = f"Too many attempts. Try again in {pause} seconds."
            raise Rejected(TooManyAttempts(message=message, retry_after_seconds=pause))

    async def forget_account(self, kind: Kind, account: str) -> None:
        """The attempts on this account were good ones."""
        await self._forget(_account_key(kind, account))

    async def forget_address(self, kind: Kind) -> None:
        """The attempts from this address were good ones."""
        if self.address is not None:
            await self._forget(_address_key(kind, self.address))

    async def _forget(self, key: str) -> None:
        if self.throttle is None:
            return
        try:
            await self.throttle.forget(key)
        except Unavailable:
            # What was to be done is done, so the caller is told so: the next attempts are slower, at worst.
            log.info("attempts_not_forgotten", kind=key.partition(":")[0])

    def _keys(self, kind: Kind, account: str) -> Sequence[tuple[str, Slowed]]:
        keys = []
        if kind.account is not None:
            keys.append((_account_key(kind, account), kind.account))
        if kind.address is not None and self.address is not None:
            keys.append((_address_key(kind, self.address), kind.address))
        return keys


@lru_cache(_MOST_ORIGINS)
def origin_of(address: str) -> str:
    """What counts as one address: an IPv4 address, also if written as IPv6, or the /64 of an IPv6 address."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return hashlib.sha256(address.encode(errors="replace")).hexdigest()[:32]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((found, _IPV6_PREFIX), strict=False).network_address)
        found = found.ipv4_mapped
    return str(found)


def _account_key(kind: Kind, account: str) -> str:
    return f"{kind.name}:account:{account}"


def _address_key(kind: Kind, address: str) -> str:
    return f"{kind.name}:address:{origin_of(address)}"
