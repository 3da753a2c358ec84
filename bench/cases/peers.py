"""The listing page beside Node servers: mercurius on the store's own tables, and Vendure with the same products."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import httpx
import orjson
from sqlalchemy.engine import make_url

from bench.cases import vendure
from bench.cases.ceiling.app import plain_address
from bench.cases.registry import Case
from bench.costs import Backends, difference, drain
from bench.dataset import Say, Shop, find_sources, opened_shop
from bench.equality import check_answers, normalised_numbers
from bench.load import generate
from bench.node import Project, install
from bench.operations import LISTING, read_operations
from bench.processes import Server, running
from bench.results import Window
from bench.run import open_backends

CLIENTS = 16
OURS, KEPT = "emporium", "emporium, kept answers"
LOADERS, JOINED = "mercurius, loaders", "mercurius, one joined statement"
PRODUCTS, GROUPED, UNGROUPED = "Vendure, products", "Vendure, search", "Vendure, search by variants"
_APP = "app:create_app"
# As in production, which the other pages are measured without.
_KEEPING = {"EMPORIUM_WEB__KEPT_ANSWERS": "2000"}
_WARM_UP_SECONDS = 3.0
_Check = Callable[[Sequence[Any], Mapping[str, vendure.Product]], None]  # items are JSON


class Way(NamedTuple):
    """A server, and the requests that are sent to it in turn."""

    server: Server
    path: str
    bodies: Sequence[bytes]


async def measure_peers(
    folder: Path, say: Say, *, data: Path, shared: Path, seconds: float, rounds: int
) -> Sequence[Window]:
    """The windows of all ways. `data` is kept between runs, logs are written to `folder`.

    Raises `AnswersDiffer` or AssertionError if servers do not answer alike, `NodeFailed` and `ServerFailed`.
    """
    sources, _notes = find_sources(shared)
    async with opened_shop(data, sources, say) as shop, AsyncExitStack() as stack:
        store = await stack.enter_async_context(_connected(_address(shop)))
        mercurius = await install("mercurius", data / "peers" / "mercurius", _environment(shop), say)
        peer = await install("vendure", data / "peers" / "vendure", _environment(shop, database=vendure.DATABASE), say)
        products = await vendure.read_products(store)
        await vendure.fill(store, _address(shop, database=vendure.DATABASE), peer, products, say)
        ways = {
            **await _start_alike(stack, shop, mercurius, folder),
            **await _start_vendure(stack, peer, {one.slug: one for one in products}, folder),
        }
        backends = await stack.enter_async_context(open_backends(shop))
        return await _measure(ways, backends, say, seconds=seconds, rounds=rounds)


async def _start_alike(stack: AsyncExitStack, shop: Shop, mercurius: Project, folder: Path) -> Mapping[str, Way]:
    """The store and mercurius, whose answers are equal byte by byte after sorting keys."""
    starting = {
        OURS: running(_APP, environment=shop.environment, log=folder / "emporium.log"),
        KEPT: running(_APP, environment=shop.environment | _KEEPING, log=folder / "kept.log"),
        LOADERS: mercurius.serving("loaders", log=folder / "loaders.log"),
        JOINED: mercurius.serving("joined", log=folder / "joined.log"),
    }
    operation = read_operations([])[LISTING]
    servers = {Case(name, "", ""): await stack.enter_async_context(start) for name, start in starting.items()}
    await check_answers(operation, servers, normalise=normalised_numbers)
    return {case.name: Way(server, case.path(operation), case.bodies(operation)) for case, server in servers.items()}


async def _start_vendure(
    stack: AsyncExitStack, peer: Project, products: Mapping[str, vendure.Product], folder: Path
) -> Mapping[str, Way]:
    """Vendure's two ways to a listing, both in one process, once they show what the store's own tables say."""
    server = await stack.enter_async_context(peer.serving(log=folder / "vendure.log"))
    ways = {
        PRODUCTS: vendure.bodies(vendure.LISTING_DOCUMENT),
        GROUPED: vendure.bodies(vendure.SEARCH_DOCUMENT, grouped=True),
        UNGROUPED: vendure.bodies(vendure.SEARCH_DOCUMENT, grouped=False),
    }
    for name, bodies in ways.items():
        check: _Check = vendure.check_listing if name == PRODUCTS else vendure.check_search
        for body in bodies:
            check(await _items(server, body), products)
    return {name: Way(server, vendure.PAGE_PATH, bodies) for name, bodies in ways.items()}


async def _items(server: Server, body: bytes) -> Sequence[Any]:
    """The items of the one list that Vendure answers with."""
    headers = {"content-type": "application/json"}
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.post(server.url(vendure.PAGE_PATH), content=body, headers=headers)
    answer = orjson.loads(response.content)
    assert "errors" not in answer, response.text[:500]
    (page,) = answer["data"].values()
    items: Sequence[Any] = page["items"]
    return items


async def _measure(
    ways: Mapping[str, Way], backends: Backends, say: Say, *, seconds: float, rounds: int
) -> Sequence[Window]:
    measure = partial(_window, backends=backends, say=say)
    for name, way in ways.items():
        await measure(name, way, number=-1, seconds=_WARM_UP_SECONDS)
    order = list(ways.items())
    return [
        await measure(name, way, number=number, seconds=seconds)
        for number in range(rounds)
        for name, way in (reversed(order) if number % 2 else order)
    ]


async def _window(name: str, way: Way, *, backends: Backends, say: Say, number: int, seconds: float) -> Window:
    """One way under load, from idle to idle."""
    before = await drain(way.server, backends)
    load = await generate(way.server.url(way.path), way.bodies, clients=CLIENTS, seconds=seconds)
    used = difference(await drain(way.server, backends), before)
    assert not load.failures, f"{name}: {load.failures} requests failed"
    say(f"{name}: {load.requests_per_second:,.0f}/s, p99 {load.p99_ms:,.0f} ms")
    return Window(LISTING, "", name, CLIENTS, number, load, used)


@asynccontextmanager
async def _connected(address: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(address)
    try:
        yield connection
    finally:
        await connection.close()


def _address(shop: Shop, database: str | None = None) -> str:
    """The address of the shop's database or of another on its server, as asyncpg takes it."""
    assert shop.settings.database_url is not None
    address = plain_address(shop.settings.database_url.get_secret_value())
    return (
        address if database is None else make_url(address).set(database=database).render_as_string(hide_password=False)
    )


def _environment(shop: Shop, database: str | None = None) -> Mapping[str, str]:
    """What a Node process gets to know: the embedded Postgres by the folder of its socket, and a pool like ours."""
    url = make_url(_address(shop, database))
    return {
        "PEER_DATABASE_HOST": str(url.query["host"]),
        "PEER_DATABASE_USER": str(url.username),
        "PEER_DATABASE_NAME": str(url.database),
        "PEER_POOL_SIZE": str(shop.settings.database.pool_size),
        "PEER_CURRENCY": shop.settings.catalog.currency,
    }
