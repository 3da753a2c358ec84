"""What every broker does with messages of one reader."""

from uuid import UUID

import pytest

from core.ids import new_id
from ports.broker import LARGEST_BODY_BYTES, Delivery, Message, TooLarge
from tests.contracts.broker.scene import Scene, in_order, numbers, read

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_gives_what_was_published(scene: Scene) -> None:
    broker = scene.open()
    sent = [
        Message(new_id(), scene.topic, "ключ", bytes(range(256))),
        Message(new_id(), scene.topic, "", b"", TRACE),
        Message(new_id(), scene.topic, "key", b'{"a": "\xc3\xa9"}'),
    ]
    await broker.publish(sent)

    async with broker.consume(scene.group, [scene.topic]) as member:
        found = await read(member, 3)

    assert {Message(one.id or UUID(int=0), one.topic, one.key, one.body, one.trace) for one in found} == set(sent)


async def test_keeps_the_order_of_each_key_over_several_publications(scene: Scene) -> None:
    broker = scene.open()
    for start in range(0, 600, 150):
        await broker.publish(scene.messages(150, keys=20, first=start))

    async with broker.consume(scene.group, [scene.topic]) as member:
        found = await read(member, 600)

    assert in_order(found)
    assert sorted(numbers(found)) == list(range(600))
    assert len({one.partition for one in found}) > 1


async def test_puts_a_key_into_one_partition_from_any_process(scene: Scene) -> None:
    await scene.open().publish(scene.messages(3))
    await scene.open().publish(scene.messages(3, first=3))

    async with scene.open().consume(scene.group, [scene.topic]) as member:
        found = await read(member, 6)

    assert numbers(found) == [0, 1, 2, 3, 4, 5]
    assert len({one.partition for one in found}) == 1


async def test_gives_no_more_than_asked_and_each_once(scene: Scene) -> None:
    broker = scene.open()
    await broker.publish(scene.messages(40, keys=20))

    found: list[Delivery] = []
    async with broker.consume(scene.group, [scene.topic]) as member:
        while len(found) < 40:
            some = await member.fetch(limit=3, wait_seconds=5)
            assert 1 <= len(some) <= 3
            found += some

    assert sorted(numbers(found)) == list(range(40))


async def test_gives_nothing_after_the_wait_when_there_is_nothing(scene: Scene) -> None:
    async with scene.open().consume(scene.group, [scene.topic]) as member:
        found = await member.fetch(limit=10, wait_seconds=0.3)

    assert found == []


async def test_repeats_what_was_not_acknowledged_when_asked_to(scene: Scene) -> None:
    broker = scene.open()
    await broker.publish(scene.messages(10))
    async with broker.consume(scene.group, [scene.topic]) as member:
        first = await read(member, 10)
        await member.acknowledge(first[:4])
        await member.again()

        second = await read(member, 6)

    assert second == first[4:]


async def test_acknowledging_one_is_acknowledging_those_before_it(scene: Scene) -> None:
    broker = scene.open()
    await broker.publish(scene.messages(10))
    async with broker.consume(scene.group, [scene.topic]) as member:
        found = await read(member, 10)

        await member.acknowledge([found[6]])

        assert await broker.lag(scene.group, [scene.topic]) == 3
        await member.again()
        assert numbers(await read(member, 3)) == [7, 8, 9]


async def test_remembers_what_was_acknowledged_when_the_reader_starts_again(scene: Scene) -> None:
    await scene.open().publish(scene.messages(60, keys=10))
    async with scene.open().consume(scene.group, [scene.topic]) as member:
        done = await read(member, 25)
        await member.acknowledge(done)
        await read(member, 10)

    async with scene.open().consume(scene.group, [scene.topic]) as member:
        rest = await read(member, 35)

    assert sorted(numbers(done + rest)) == list(range(60))


async def test_starts_a_late_group_at_the_oldest_message(scene: Scene) -> None:
    broker = scene.open()
    await broker.publish(scene.messages(20, keys=5))
    async with broker.consume(scene.group, [scene.topic]) as member:
        await member.acknowledge(await read(member, 20))

    async with broker.consume(f"{scene.group}-late", [scene.topic]) as member:
        found = await read(member, 20)

    assert sorted(numbers(found)) == list(range(20))


async def test_counts_what_a_group_has_before_it(scene: Scene) -> None:
    broker = scene.open()
    await broker.publish(scene.messages(30, keys=6))
    before = await broker.lag(scene.group, [scene.topic])
    async with broker.consume(scene.group, [scene.topic]) as member:
        found = await read(member, 30)
        read_only = await broker.lag(scene.group, [scene.topic])
        await member.acknowledge(found)
        after = await broker.lag(scene.group, [scene.topic])
    await broker.publish(scene.messages(2))

    assert (before, read_only, after) == (30, 30, 0)
    assert await broker.lag(scene.group, [scene.topic]) == 2


async def test_lag_of_a_topic_that_nobody_has_used_is_nothing(scene: Scene) -> None:
    assert await scene.open().lag(scene.group, [scene.topic]) == 0


async def test_carries_bodies_of_the_largest_size_and_refuses_larger_ones(scene: Scene) -> None:
    broker = scene.open()
    largest = [Message(new_id(), scene.topic, "key", bytes([number]) * LARGEST_BODY_BYTES) for number in range(3)]
    await broker.publish(largest)

    with pytest.raises(TooLarge) as refused:
        await broker.publish([*scene.messages(1), largest[0]._replace(body=b"x" * (LARGEST_BODY_BYTES + 1))])

    assert refused.value.message.key == "key"
    async with broker.consume(scene.group, [scene.topic]) as member:
        found = await read(member, 3)
        assert [one.body for one in found] == [one.body for one in largest]
        assert await member.fetch(limit=10, wait_seconds=0.2) == []


async def test_reads_several_topics_in_one_group(scene: Scene) -> None:
    broker = scene.open()
    other = f"{scene.topic}.other"
    sent = scene.messages(20, keys=5)
    await broker.publish([*sent, *(one._replace(id=new_id(), topic=other) for one in sent)])

    async with broker.consume(scene.group, [scene.topic, other]) as member:
        found = await read(member, 40)
        await member.acknowledge(found)

    for topic in (scene.topic, other):
        assert sorted(numbers([one for one in found if one.topic == topic])) == list(range(20))
    assert await broker.lag(scene.group, [scene.topic, other]) == 0


@pytest.mark.parametrize("id", [None, b"4711", b"\xff"])
async def test_hands_over_foreign_messages_without_an_id_of_ours(scene: Scene, id: bytes | None) -> None:
    broker = scene.open()
    async with broker.consume(scene.group, [scene.topic]) as member:
        await scene.send_foreign(b"key \xff", b"\x00body", id=id)
        (found,) = await read(member, 1)
        await member.again()
        (repeated,) = await read(member, 1)

    assert (found.id, found.key, found.body, found.partition) == (None, "key �", b"\x00body", 0)
    assert found.place
    assert repeated == found


async def test_publishing_nothing_does_nothing(scene: Scene) -> None:
    broker = scene.open()

    await broker.publish([])

    assert await broker.lag(scene.group, [scene.topic]) == 0
