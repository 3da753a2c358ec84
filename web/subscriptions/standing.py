"""Whether the caller of a connection that stays open is still who they were when it began."""

import time

from core.clock import utc_now
from web.authentication import Asker, Authenticator


class Standing:
    """A token expires by the clock; whether its session was ended is asked anew with each heartbeat and each operation
    that begins, and before an event if that was `every_seconds` ago or more."""

    __slots__ = ("_asked_at", "_authenticator", "_every_seconds", "_has_ended", "asker")

    def __init__(self, asker: Asker, authenticator: Authenticator, *, every_seconds: float) -> None:
        self.asker = asker
        self._authenticator = authenticator
        self._every_seconds = every_seconds
        self._asked_at = time.monotonic()
        self._has_ended = False

    def seconds_left(self, most: float) -> float:
        """Until the token expires, or `most`."""
        expires_at = self.asker.principal.expires_at
        return most if expires_at is None else min(most, max((expires_at - utc_now()).total_seconds(), 0.0))

    @property
    def is_expired(self) -> bool:
        expires_at = self.asker.principal.expires_at
        return expires_at is not None and expires_at <= utc_now()

    @property
    def is_known(self) -> bool:
        """Whether it is known, with nobody to be asked, that answers may go on."""
        if self._has_ended or self.is_expired:
            return False
        return not self.has_session or time.monotonic() - self._asked_at < self._every_seconds

    @property
    def has_session(self) -> bool:
        """Whether there is a session that could be ended."""
        return self.asker.principal.session_id is not None

    async def is_over(self, *, anew: bool = False) -> bool:
        """Whether nothing more may be answered. `anew` asks for the session whenever it was asked for last."""
        if self._has_ended or self.is_expired:
            return True
        now = time.monotonic()
        if anew or now - self._asked_at >= self._every_seconds:
            self._asked_at = now
            self._has_ended = not await self._authenticator.goes_on(self.asker.principal)
        return self._has_ended
