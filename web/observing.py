"""What is noted of each operation that runs: its span, its metrics, its cost, and a line in the log if it was slow.

Of a document there is its hash alone, of variables nothing.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from graphql import DocumentNode, OperationDefinitionNode
from graphql.utilities import get_operation_ast
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from core.profile import Profile, profiling
from core.settings import Settings
from core.telemetry import tracing
from core.telemetry.metrics import SLOW_OPERATIONS, note_operation, note_refusal
from core.telemetry.operations import OperationNames
from core.telemetry_settings import SlowSettings

log = structlog.get_logger(__name__)
_MINUTE_SECONDS = 60.0
_LONGEST_NAME = 100
# All other codes tell callers of their own mistakes.
_OUR_FAULTS = frozenset({"INTERNAL", "UNAVAILABLE"})


def noted(refusal: Mapping[str, Any]) -> dict[str, Any]:
    """An answer, as JSON, that refuses an operation; counted by the code of its first error."""
    note_refusal(refusal["errors"][0]["extensions"]["code"])
    return dict(refusal)


class SlowLog:
    """Logs slow operations, so many a minute at most."""

    def __init__(self, settings: SlowSettings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._logged: deque[float] = deque()
        self._left_out = 0

    def is_slow(self, seconds: float) -> bool:
        return seconds >= self._settings.operation_seconds

    def note(self, seconds: float, **facts: object) -> None:
        """Log an operation that is slow."""
        SLOW_OPERATIONS.inc()
        now = self._clock()
        while self._logged and now - self._logged[0] >= _MINUTE_SECONDS:
            self._logged.popleft()
        if len(self._logged) >= self._settings.most_per_minute:
            self._left_out += 1
            return
        self._logged.append(now)
        log.warning("operation_slow", seconds=round(seconds, 3), left_out=self._left_out, **facts)
        self._left_out = 0


class Observer:
    """What the observations of one process share."""

    def __init__(self, names: OperationNames | None = None, slow: SlowLog | None = None) -> None:
        self.names = names or OperationNames()
        self.slow = slow or SlowLog(SlowSettings())

    @classmethod
    def from_settings(cls, settings: Settings) -> "Observer":
        return cls(OperationNames(settings.metrics.operations), SlowLog(settings.slow))

    def trust(self, documents: Iterable[DocumentNode | None], *, only: bool) -> None:
        """Let operations of these documents have metrics of their own; `only` if no others are executed."""
        operations = (one for document in documents if document for one in document.definitions)
        names = (one.name.value for one in operations if isinstance(one, OperationDefinitionNode) and one.name)
        self.names.trust(names, only=only)


class Observation:
    """One execution of an operation; `running` around its parts, `finish` once at its end."""

    __slots__ = ("_document", "_name", "_observer", "_request_id", "_span", "_started", "_type", "profile")

    def __init__(
        self, observer: Observer, document: DocumentNode, operation_name: str | None, request_id: str = ""
    ) -> None:
        found = get_operation_ast(document, operation_name)
        self._observer = observer
        self._document = document
        self._request_id = request_id
        self._name, self._type = None, "unknown"
        if isinstance(found, OperationDefinitionNode):
            self._name = None if found.name is None else found.name.value
            self._type = found.operation.value
        self._started = time.perf_counter()
        self.profile: Profile | None = None
        self._span = self._begin_span() if tracing.is_on() else None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Whatever is done inside belongs to this execution."""
        with tracing.within(self._span), profiling(self.profile) as self.profile:
            yield

    # A JSON object, hence Any.
    def finish(self, outcome: str) -> dict[str, Any]:
        """The execution is over: `timeout`, `cancelled`, or what `outcome_of` says. Returns what it cost, as
        `extensions.profile` shows it."""
        seconds, profile = time.perf_counter() - self._started, self.profile or Profile()
        note_operation(
            self._observer.names, self._name, kind=self._type, outcome=outcome, seconds=seconds, profile=profile
        )
        if self._observer.slow.is_slow(seconds):
            self._log(outcome, seconds, profile)
        if self._span is not None:
            self._span.set_attribute("emporium.round_trips", profile.round_trips)
            if outcome not in ("ok", "refused"):
                tracing.fail(self._span, outcome)
            self._span.end()
        return {
            "milliseconds": round(seconds * 1000, 2),
            "roundTrips": profile.round_trips,
            "sql": profile.sql,
            "cache": profile.cache,
            "search": profile.search,
            "batches": profile.batches,
        }

    def _log(self, outcome: str, seconds: float, profile: Profile) -> None:
        self._observer.slow.note(
            seconds,
            operation=self._name and self._name[:_LONGEST_NAME],
            type=self._type,
            document=document_hash(self._document),
            outcome=outcome,
            request_id=self._request_id,
            round_trips=profile.round_trips,
            batches={loader: len(sizes) for loader, sizes in profile.batches.items()},
        )

    def _begin_span(self) -> trace.Span | None:
        """Below the request's span; for a message of a WebSocket, or an event of a subscription, a trace of its own."""
        attributes = {"graphql.operation.type": self._type, "graphql.document.hash": document_hash(self._document)}
        if self._name is not None:
            attributes["graphql.operation.name"] = self._name[:_LONGEST_NAME]
        # Of the type alone: names are the callers' to choose, and those of spans are to be few.
        name = f"GraphQL {self._type}"
        current = trace.get_current_span().get_span_context()
        if current.is_valid and self._type != "subscription":
            return tracing.start_inner(name, kind=SpanKind.INTERNAL, attributes=attributes)
        return tracing.start(name, kind=SpanKind.SERVER, attributes=attributes)


# A JSON object, hence Any.
def outcome_of(response: Mapping[str, Any]) -> str:
    """What became of an operation that was executed: `ok`, `error` if anything failed on our side, `refused` if all its
    errors are its caller's."""
    if "errors" not in response:
        return "ok"
    codes = {error["extensions"]["code"] for error in response["errors"]}
    return "error" if codes & _OUR_FAULTS else "refused"


def document_hash(document: DocumentNode) -> str:
    """The first half of the SHA-256 of the document's text, by which a client's release can be told."""
    text = document.loc.source.body if document.loc is not None else ""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
