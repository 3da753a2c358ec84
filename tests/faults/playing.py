"""Plays one history on a scene: shoppers and faults at the same time, then peace until everything is settled."""

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from core.problems import Unavailable
from tests.faults import invariants
from tests.faults.asking import Client
from tests.faults.plans import Fault, History, Kind
from tests.faults.proxy import Proxy, Way
from tests.faults.scene import Scene
from tests.faults.shopper import Shopper, Told
from tests.faults.stage import count_due, let_time_pass

# A process that has died at a point of its own choice is down for so long.
_DOWN_SECONDS = 0.3
_SETTLE_SECONDS = 60.0
_LOOK_SECONDS = 0.3
# The provider's double posts its webhooks a second after what they tell.
_POST_SECONDS = 1.3


class Played(NamedTuple):
    """How a history went: what shoppers were told, how many processes died, answers got lost and calls
    came to the provider a second time, and what does not hold."""

    history: History
    told: Sequence[Told]
    deaths: int
    unanswered: int
    repeats: int
    settled_seconds: float
    broken: invariants.Broken


async def play(scene: Scene, history: History, seed: int) -> Played:
    """Play and settle a history, and check all invariants."""
    deaths = sum(process.deaths for process in scene.processes.values())
    repeats = sum(call.is_repeat for call in scene.calls.calls)
    source = random.Random(f"{seed}/{history.number}/clients")
    clients = [Client(scene.http, scene.webs, random.Random(source.random())) for _ in history.shoppers]
    shelves = await scene.stage.find_shelves(history)
    purses = await scene.stage.fill_purses(history)
    shoppers = [
        Shopper(client, scene.bank, shelves, purse, plan)
        for client, purse, plan in zip(clients, purses, history.shoppers, strict=True)
    ]
    scene.office.mode = history.post
    await _arm(scene, history.kill_at)
    stop = asyncio.Event()
    keeping = asyncio.create_task(_keep(scene, stop))
    breaking = asyncio.gather(*(_break(scene, fault) for fault in history.faults))
    told = await asyncio.gather(*(shopper.shop() for shopper in shoppers))
    await breaking
    took = await settle(scene)
    stop.set()
    await keeping
    bad = [code for client in clients for code in client.bad]
    return Played(
        history,
        told,
        sum(process.deaths for process in scene.processes.values()) - deaths,
        sum(client.unanswered for client in clients),
        sum(call.is_repeat for call in scene.calls.calls) - repeats,
        took,
        await _check(scene, told, bad),
    )


async def _arm(scene: Scene, kill_at: str | None) -> None:
    """Let all processes die at a point; those that were to die at that of an earlier history do no longer."""
    await asyncio.gather(
        *(process.start(kill_at=kill_at) for process in scene.processes.values() if kill_at or process.armed)
    )


async def settle(scene: Scene) -> float:
    """Peace: nothing is broken, all time is over, and the worker works; processes that are to die at a point may still
    come there. Seconds until nothing was left to do."""
    scene.heal()
    begun = time.monotonic()
    for process in scene.processes.values():
        process.resume()
    await scene.office.flush()
    last = begun
    while time.monotonic() - begun < _SETTLE_SECONDS:
        # A Postgres that was killed comes back at a time of its own.
        with suppress(OSError, Unavailable):
            await let_time_pass(scene.database)
            if any(await count_due(scene.database)):
                last = time.monotonic()
            elif time.monotonic() - max(last, scene.office.last) > _POST_SECONDS:
                break
        await asyncio.sleep(_LOOK_SECONDS)
    return time.monotonic() - begun


async def _check(scene: Scene, told: Sequence[Told], bad: Sequence[str]) -> invariants.Broken:
    return {
        **await invariants.check_postgres(scene.database),
        **await invariants.check_provider(scene.database, await scene.bank.charged(), scene.calls),
        **await invariants.check_told(scene.database, told, bad, scene.office.take_wrong()),
    }


async def _keep(scene: Scene, stop: asyncio.Event) -> None:
    """Start what has died, but not what a fault keeps down."""
    while not stop.is_set():
        for process in scene.processes.values():
            if not process.is_down and not process.runs:
                await asyncio.sleep(_DOWN_SECONDS)
                await process.revive()
        await asyncio.sleep(_LOOK_SECONDS / 3)


async def _break(scene: Scene, fault: Fault) -> None:
    """Let one thing be broken for its time."""
    await asyncio.sleep(fault.at_ms / 1000)
    if fault.kind is Kind.LATE:
        await _let_time_pass(scene)
    elif fault.target in scene.processes:
        await _break_process(scene, fault)
    elif fault.kind is Kind.KILL:
        scene.kill_server(fault.target)
    else:
        _break_connections(scene.proxies[fault.target], fault)
        await asyncio.sleep(fault.lasts_ms / 1000)
        scene.proxies[fault.target].heal()


async def _let_time_pass(scene: Scene) -> None:
    # Another fault may have killed Postgres in this very moment. It comes back.
    while True:
        with suppress(OSError, Unavailable):
            await let_time_pass(scene.database)
            return
        await asyncio.sleep(_LOOK_SECONDS)


async def _break_process(scene: Scene, fault: Fault) -> None:
    process = scene.processes[fault.target]
    if fault.kind is Kind.PAUSE:
        process.pause()
        await asyncio.sleep(fault.lasts_ms / 1000)
        process.resume()
        return
    if fault.kind is Kind.LEAVE:
        process.leave()
        return
    process.is_down = True
    process.kill()
    await asyncio.sleep(fault.lasts_ms / 1000)
    process.is_down = False


def _break_connections(proxy: Proxy, fault: Fault) -> None:
    match fault.kind:
        case Kind.CUT:
            proxy.cut()
        case Kind.REFUSE:
            proxy.refuse()
        case Kind.DELAY:
            proxy.delay(fault.size)
        case Kind.STALL:
            proxy.stall()
        case Kind.LOSE_REQUEST:
            proxy.lose(Way.ASKED, after=fault.size)
        case Kind.LOSE_ANSWER:
            proxy.lose(Way.ANSWERED, after=fault.size)
        case Kind.DOUBLE:
            proxy.double(fault.size)
        case _:
            raise AssertionError(fault)
