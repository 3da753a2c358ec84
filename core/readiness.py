"""Asking the parts of a process whether they answer, each for itself."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

_SECONDS = 2.0

Check = Callable[[], Awaitable[object]]


class Readiness(NamedTuple):
    """What the parts have answered. `status` is `ok`, `degraded`, or `unavailable` where a needed part fails."""

    status: str
    parts: Mapping[str, str]

    @property
    def code(self) -> int:
        """The status of HTTP for it."""
        return 503 if self.status == "unavailable" else 200

    def as_json(self) -> dict[str, object]:
        return {"status": self.status, "parts": self.parts}


async def ask(checks: Mapping[str, Check], *, needed: frozenset[str]) -> Readiness:
    """Ask all parts at once, two seconds at most."""
    answers = await asyncio.gather(*(_passes(check) for check in checks.values()))
    parts = dict(zip(checks, answers, strict=True))
    failed = {name for name, works in parts.items() if not works}
    status = "unavailable" if failed & needed else "degraded" if failed else "ok"
    return Readiness(status, {name: "ok" if works else "failing" for name, works in parts.items()})


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            await check()
    except Exception:  # whatever is wrong with a part, it fails
        return False
    return True
