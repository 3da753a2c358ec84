"""What every broker does with the members of a group: they share, hand over, vanish and come back."""

import asyncio
import signal
from collections.abc import Sequence

from ports.broker import Broker, Consumption, Delivery
from tests.contracts.broker.scene import (
    PATIENCE_SECONDS,
    Scene,
    in_order,
    numbers,
    other_process,
    read,
    without_repeats,
)


async def _read_both(one: Consumption, other: Consumption) -> tuple[Sequence[Delivery], Sequence[Delivery]]:
    return await asyncio.gather(one.fetch(limit=20, wait_seconds=0.2), other.fetch(limit=20, wait_seconds=0.2))


async def _until_shared(broker: Broker, scene: Scene, one: Consumption, other: Consumption) -> None:
    """Read and acknowledge until both members have read something in one turn, from different partitions."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            await broker.publish(scene.messages(40, keys=40))
            found = await _read_both(one, other)
            partitions = [{delivery.partition for delivery in some} for some in found]
            await asyncio.gather(one.acknowledge(found[0]), other.acknowledge(found[1]))
            if all(partitions) and not partitions[0] & partitions[1]:
                break
        while await broker.lag(scene.group, [scene.topic]):
            found = await _read_both(one, other)
            await asyncio.gather(one.acknowledge(found[0]), other.acknowledge(found[1]))


async def test_members_share_the_partitions(scene: Scene) -> None:
    broker = scene.open()
    async with (
        broker.consume(scene.group, [scene.topic]) as one,
        scene.open().consume(scene.group, [scene.topic]) as other,
    ):
        await _until_shared(broker, scene, one, other)
        await broker.publish(scene.messages(200, keys=40))

        found: list[list[Delivery]] = [[], []]
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found[0]) + len(found[1]) < 200:
                for mine, some in zip(found, await _read_both(one, other), strict=True):
                    mine.extend(some)

    assert sorted(numbers(found[0] + found[1])) == list(range(200))
    assert in_order(found[0])
    assert in_order(found[1])
    partitions = [{delivery.partition for delivery in some} for some in found]
    assert [len(some) for some in partitions] == [2, 2]
    assert not partitions[0] & partitions[1]


async def test_order_of_each_key_holds_while_members_come_and_go(scene: Scene) -> None:
    broker = scene.open()
    handled: list[Delivery] = []
    done = asyncio.Event()

    async def work(leave: asyncio.Event) -> None:
        async with scene.open().consume(scene.group, [scene.topic]) as member:
            while not (done.is_set() or leave.is_set()):
                some = await member.fetch(limit=7, wait_seconds=0.1)
                for delivery in some:
                    handled.append(delivery)
                    await asyncio.sleep(0)
                await member.acknowledge(some)

    leaving = asyncio.Event()
    workers = [asyncio.create_task(work(asyncio.Event()))]
    for part in range(6):
        await broker.publish(scene.messages(100, keys=20, first=100 * part))
        if part == 2:
            workers += [asyncio.create_task(work(leaving)), asyncio.create_task(work(asyncio.Event()))]
        if part == 4:
            leaving.set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(without_repeats(handled)) < 100 * part + 50:  # noqa: ASYNC110  (several tasks add to it)
                await asyncio.sleep(0.02)

    async with asyncio.timeout(PATIENCE_SECONDS):
        while await broker.lag(scene.group, [scene.topic]):  # noqa: ASYNC110  (the broker knows, nobody else)
            await asyncio.sleep(0.05)
    done.set()
    await asyncio.gather(*workers)

    assert sorted(numbers(without_repeats(handled))) == list(range(600))
    assert in_order(handled)


async def test_member_that_leaves_hands_over_at_once(scene: Scene) -> None:
    broker = scene.open()
    await broker.publish(scene.messages(20, keys=20))
    async with broker.consume(scene.group, [scene.topic]) as member:
        first = await read(member, 20)
        await member.acknowledge(first[:1])

    async with scene.open().consume(scene.group, [scene.topic]) as member:
        found = await member.fetch(limit=100, wait_seconds=PATIENCE_SECONDS)

    assert set(found) <= set(first[1:])
    assert found


async def test_messages_of_a_killed_process_come_to_another_in_order(scene: Scene) -> None:
    broker = scene.open()
    await broker.publish(scene.messages(40, keys=8))
    async with other_process(scene) as process:
        await process.read(10)
        await process.acknowledge()
        open_ones = await process.read(20)
        process.process.kill()
        await process.process.wait()

    async with broker.consume(scene.group, [scene.topic]) as member:
        found = await read(member, 30)

    assert set(open_ones) <= set(numbers(found))
    assert len(set(numbers(found))) == 30
    assert in_order(found)


async def test_process_that_was_held_cannot_acknowledge_for_the_one_that_took_over(scene: Scene) -> None:
    broker = scene.open()
    await broker.publish(scene.messages(10))
    async with other_process(scene) as process:
        assert await process.read(10) == list(range(10))
        process.process.send_signal(signal.SIGSTOP)
        async with broker.consume(scene.group, [scene.topic]) as member:
            taken_over = await read(member, 10)
            await member.acknowledge(taken_over[:3])
            process.process.send_signal(signal.SIGCONT)

            await process.acknowledge()

            assert await broker.lag(scene.group, [scene.topic]) == 7
        assert numbers(taken_over) == list(range(10))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(again := await process.read(1)) < 1:
                pass
    assert again == [3]
