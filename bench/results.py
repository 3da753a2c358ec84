"""What one run has measured, as plain data: kept as JSON below bench/results, and printed as the report."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from bench.costs import OPENSEARCH, POSTGRES, VALKEY, WEB
from bench.load import Load
from bench.statistics import Spread, known_spread, per_request_ms, spread

BEHIND = (POSTGRES, VALKEY, OPENSEARCH)


@dataclass(frozen=True, slots=True)
class Window:
    """One case under load once. `cpu_seconds` maps a server to what it used until all were idle again."""

    page: str
    engine: str
    case: str
    clients: int
    round: int
    load: Load
    cpu_seconds: dict[str, float]

    def cpu_ms(self, server: str) -> float | None:
        """CPU of a server per request. Those under way when the window ended, one a client, were served too."""
        seconds = self.cpu_seconds.get(server)
        return None if seconds is None else per_request_ms(seconds, self.load.requests + self.clients)


@dataclass(frozen=True, slots=True)
class Import:
    """One import: its source, how many products, and the seconds until all could be found by search."""

    source: str
    products: int
    import_seconds: float
    index_seconds: float

    @property
    def seconds(self) -> float:
        return self.import_seconds + self.index_seconds


@dataclass(slots=True)
class Run:
    """All of one run. `facts` describe the machine and the data, `notes` what was left out and why."""

    facts: dict[str, str]
    notes: list[str] = field(default_factory=list)
    answer_bytes: dict[str, int] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)

    def select(self, *, page: str, engine: str, case: str, clients: int) -> list[Window]:
        wanted = (page, engine, case, clients)
        return [one for one in self.windows if (one.page, one.engine, one.case, one.clients) == wanted]

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(asdict(self), default=tuple, option=orjson.OPT_INDENT_2))


def load_run(path: Path) -> Run:
    """A saved run."""
    found = orjson.loads(path.read_bytes())
    windows = [Window(**{**one, "load": Load(*one["load"])}) for one in found.pop("windows")]
    imports = [Import(**one) for one in found.pop("imports")]
    return Run(**found, windows=windows, imports=imports)


@dataclass(frozen=True, slots=True)
class Summary:
    """The windows of one case at one number of clients."""

    rate: Spread
    p50_ms: Spread
    p99_ms: Spread
    web_ms: Spread | None
    behind_ms: dict[str, Spread]
    failures: int


def summarise(windows: Sequence[Window]) -> Summary | None:
    """Medians and ranges over the rounds; None if there was none."""
    if not windows:
        return None
    behind = {name: known_spread([one.cpu_ms(name) for one in windows]) for name in BEHIND}
    return Summary(
        rate=spread([one.load.requests_per_second for one in windows]),
        p50_ms=spread([one.load.p50_ms for one in windows]),
        p99_ms=spread([one.load.p99_ms for one in windows]),
        web_ms=known_spread([one.cpu_ms(WEB) for one in windows]),
        behind_ms={name: value for name, value in behind.items() if value is not None},
        failures=sum(one.load.failures for one in windows),
    )
