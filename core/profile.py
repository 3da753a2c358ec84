"""The one point where round trips are seen: counted for one operation (what tests pin and `extensions.profile` shows)
and for the process (what metrics show), and made spans of where somebody collects those.

Adapters open the call that they make; the database and loaders say what they do. Whoever wants an operation's figures
opens `profiling()` around the work. Outside of that the cost is a few look-ups.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from opentelemetry.trace import SpanKind

from core.telemetry import tracing
from core.telemetry.statements import start_statement
from core.telemetry.tracing import Attributes, Scope


@dataclass(slots=True)
class Profile:
    """What one operation cost. `batches` maps a loader's name to the sizes of its batches."""

    sql: int = 0
    cache: int = 0
    search: int = 0
    statements: list[str] = field(default_factory=list)
    batches: dict[str, list[int]] = field(default_factory=dict)
    outer: "Profile | None" = field(default=None, repr=False)

    @property
    def round_trips(self) -> int:
        return self.sql + self.cache + self.search


@dataclass(slots=True)
class Totals:
    """Round trips of this process since it began."""

    sql: int = 0
    cache: int = 0
    search: int = 0
    payments: int = 0


TOTALS = Totals()
_current: ContextVar[Profile | None] = ContextVar("profile", default=None)


@contextmanager
def profiling(profile: Profile | None = None) -> Iterator[Profile]:
    """Count everything that runs inside, tasks started inside included; for profiles that are open around it too.

    Work that goes on elsewhere is counted further where its `profile` is given.
    """
    outer = _current.get()
    if profile is None:
        profile = Profile(outer=outer)
    token = _current.set(profile)
    try:
        yield profile
    finally:
        _current.reset(token)


def current_profile() -> Profile | None:
    """The innermost that is open here, for who hands work to somebody who does it elsewhere."""
    return _current.get()


def count_sql(statement: str) -> None:
    TOTALS.sql += 1
    for profile in _open():
        profile.sql += 1
        profile.statements.append(statement)


def sql_call(statement: str) -> Scope:
    """Around one statement that is sent without SQLAlchemy."""
    count_sql(statement)
    return tracing.ending(start_statement(statement))


def cache_call(command: str) -> Scope:
    """Around one round trip to Redis, named by its command."""
    TOTALS.cache += 1
    for profile in _open():
        profile.cache += 1
    return _call(command, {"db.system.name": "redis", "db.operation.name": command})


def search_call(operation: str, *, engine: str = "opensearch") -> Scope:
    """Around one round trip to the search engine."""
    TOTALS.search += 1
    for profile in _open():
        profile.search += 1
    return _call(f"{engine} {operation}", {"db.system.name": engine, "db.operation.name": operation})


def payment_call(operation: str) -> Scope:
    """Around one call to the payment provider; not part of what an operation is held to."""
    TOTALS.payments += 1
    return _call(f"payments {operation}", {"rpc.method": operation})


def batch_call(loader: str, size: int) -> Scope:
    """Around one batch of a loader, of so many keys."""
    for profile in _open():
        profile.batches.setdefault(loader, []).append(size)
    if not tracing.is_on():
        return tracing.NOTHING
    return tracing.inner(f"batch {loader}", attributes={"emporium.loader": loader, "emporium.batch.size": size})


def _call(name: str, attributes: Attributes) -> Scope:
    return tracing.inner(name, kind=SpanKind.CLIENT, attributes=attributes)


def _open() -> Iterator[Profile]:
    profile = _current.get()
    while profile is not None:
        yield profile
        profile = profile.outer
