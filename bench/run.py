"""One whole run: data, servers, every page with every engine, and imports if they are asked for."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import psutil
import redis.asyncio

from bench.cases import CASES, CEILING, ENGINE, OURS, Case
from bench.cases.ceiling.app import plain_address
from bench.costs import Backends
from bench.dataset import Say, Shop, Source, count_products, find_sources, opened_shop, pick_slugs
from bench.facts import describe, doubts, doubts_of_length
from bench.load import generator_name
from bench.opensearch import fill, opened_opensearch, with_opensearch
from bench.operations import NAMES, SEARCH, Operation, read_operations
from bench.report import OPENSEARCH, TANTIVY
from bench.results import Import, Run
from bench.rounds import Method, measure, side_by_side
from bootstrap.resources import open_resources

_PRODUCT_PAGES = 64
# The floor differs from one engine to the other in nothing but the engine.
_WITH_OPENSEARCH = (OURS, CEILING, ENGINE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, for how long, on which data."""

    data: Path
    shared: Path
    seconds: float
    rounds: int
    clients: list[int]
    pages: Sequence[str]
    cases: Sequence[str]
    imports: bool
    opensearch: bool

    @property
    def is_complete(self) -> bool:
        return set(self.pages) == set(NAMES) and set(self.cases) == {case.name for case in CASES}

    def cases_of(self, page: str) -> list[Case]:
        return [case for case in CASES if case.name in self.cases and page in case.pages]


async def measure_all(plan: Plan, logs: Path, say: Say) -> Run:
    """The figures of one run; raises `ImportFailed`, `ServerFailed`, `AnswersDiffer` or `LoadFailed`."""
    busy = psutil.getloadavg()[0]
    sources, notes = find_sources(plan.shared)
    imports = await _measure_imports(sources, say) if plan.imports else None
    async with opened_shop(plan.data, sources, say) as shop:
        async with open_resources(shop.settings, application="bench") as resources:
            products = await count_products(resources.database)
            operations = read_operations(await pick_slugs(resources.database, limit=_PRODUCT_PAGES))
        facts = describe(products=products, seconds=plan.seconds, rounds=plan.rounds, clients=plan.clients)
        run = Run(facts, notes, imports=list(imports or shop.imports))
        run.notes += [*doubts_of_length(plan.seconds * plan.rounds), *doubts(busy)]
        if generator_name() != "wrk":
            run.notes.append("wrk is not installed: our own generator took more of the CPU, so rates are too low.")
        for page in plan.pages:
            await _measure_page(run, operations[page], engine=TANTIVY, shop=shop, plan=plan, logs=logs, say=say)
        if plan.opensearch and SEARCH in plan.pages:
            async with opened_opensearch(plan.shared, plan.data / "opensearch") as address:
                if address is None:
                    run.notes.append("OpenSearch was not measured: OPENSEARCH_URL is not set.")
                else:
                    searched = with_opensearch(shop, address)
                    await fill(searched, say)
                    await _measure_page(
                        run, operations[SEARCH], engine=OPENSEARCH, shop=searched, plan=plan, logs=logs, say=say
                    )
    return run


async def _measure_page(
    run: Run, operation: Operation, *, engine: str, shop: Shop, plan: Plan, logs: Path, say: Say
) -> None:
    method = Method(plan.seconds, plan.rounds, plan.clients, say)
    cases = plan.cases_of(operation.name)
    if engine == OPENSEARCH:
        cases = [case for case in cases if case.name in _WITH_OPENSEARCH]
    async with side_by_side(cases, shop.environment, logs) as servers, open_backends(shop) as backends:
        await measure(run, operation, engine=engine, servers=servers, backends=backends, method=method)


@asynccontextmanager
async def open_backends(shop: Shop) -> AsyncIterator[Backends]:
    """Readings of the CPU that a shop's servers use."""
    settings = shop.settings
    assert settings.database_url is not None
    assert settings.redis_url is not None
    postgres = await asyncpg.connect(plain_address(settings.database_url.get_secret_value()))
    valkey = redis.asyncio.Redis.from_url(settings.redis_url.get_secret_value())
    address = settings.opensearch_url
    opensearch = None if address is None else httpx.AsyncClient(base_url=address.get_secret_value())
    try:
        yield Backends(postgres, valkey, opensearch)
    finally:
        await postgres.close()
        await valkey.aclose()
        if opensearch is not None:
            await opensearch.aclose()


async def _measure_imports(sources: Sequence[Source], say: Say) -> list[Import]:
    with tempfile.TemporaryDirectory(prefix="emporium-imports-") as folder:
        async with opened_shop(Path(folder), sources, say) as shop:
            return list(shop.imports)
