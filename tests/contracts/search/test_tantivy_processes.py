"""tantivy across processes: one writer at a time, and a writer that is killed in the middle."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from adapters.search.tantivy import TantivyIndex
from ports.search import IndexedDocument, SecondWriter
from tests.factories.search import ask, product

PROJECT = Path(__file__).parents[3]
# Writes batches of 50 for ever, the n-th with ids from 50 n, and says which batch is durable.
WRITES_FOR_EVER = """
import asyncio, sys
from pathlib import Path
from adapters.search.tantivy import TantivyIndex
from tests.factories.search import product

async def write() -> None:
    index = TantivyIndex(Path(sys.argv[1]))
    for batch in range(1_000_000):
        await index.write([product(batch * 50 + at, body="word " * 40) for at in range(50)])
        print(batch, flush=True)

asyncio.run(write())
"""
REBUILDS_FOR_EVER = WRITES_FOR_EVER.replace(
    "    for batch in range(1_000_000):\n        await index.write(",
    "    async def batches():\n        for batch in range(1_000_000):\n            print(batch - 1, flush=True)\n"
    "            yield (",
).replace("        print(batch, flush=True)\n", "    await index.rebuild(batches(), generation='one')\n")


async def last_batch() -> AsyncIterator[Sequence[IndexedDocument]]:
    yield [product(10**9)]


async def killed_writer(script: str, folder: Path, *, batches: int, moment_ms: int) -> int:
    """Lets a process write until so many batches are durable and a moment longer; gives the last that it spoke of."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(folder), stdout=asyncio.subprocess.PIPE, cwd=PROJECT
    )
    assert process.stdout is not None
    try:
        while True:
            line = await process.stdout.readline()
            assert line, "the writer ended by itself"
            if int(line) >= batches:
                break
        await asyncio.sleep(moment_ms / 1000)
    finally:
        os.kill(process.pid, signal.SIGKILL)
    last = int(([line, *(await process.stdout.read()).splitlines()])[-1])
    await process.wait()
    return last


@pytest.mark.parametrize("moment_ms", [0, 3, 7, 12, 20])
async def test_killed_writer_leaves_whole_batches_and_does_not_block_the_next(tmp_path: Path, moment_ms: int) -> None:
    reader = TantivyIndex(tmp_path)

    last = await killed_writer(WRITES_FOR_EVER, tmp_path, batches=3, moment_ms=moment_ms)

    # The batch after the last word may have been made durable before the kill, but never a part of it.
    count = await reader.indexed_count()
    assert count in ((last + 1) * 50, (last + 2) * 50)
    assert (await reader.search(ask(limit=10_000))).total == count
    await reader.write([product(10**9)])
    assert await reader.indexed_count() == count + 1
    await reader.close()


async def test_killed_rebuild_leaves_the_old_index_and_is_continued(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    await index.write([product(10**9)])
    await index.close()

    last = await killed_writer(REBUILDS_FOR_EVER, tmp_path, batches=2, moment_ms=5)
    index = TantivyIndex(tmp_path)
    before = await index.indexed_count()

    await index.rebuild(last_batch(), generation="one")

    assert before == 1
    assert await index.indexed_count() in ((last + 1) * 50 + 1, (last + 2) * 50 + 1)
    await index.close()


async def test_second_writer_is_refused_until_the_first_closes(tmp_path: Path) -> None:
    first, second = TantivyIndex(tmp_path), TantivyIndex(tmp_path)
    await first.write([product(1)])

    with pytest.raises(SecondWriter, match=f"Process {os.getpid()} is writing"):
        await second.write([product(2)])
    refused = await second.indexed_count()
    await first.close()
    await second.write([product(2)])

    assert refused == 1
    assert await second.indexed_count() == 2
    await second.close()


async def test_call_that_fails_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    await index.write([product(1)])

    with pytest.raises(OverflowError):
        await index.write([product(2), product(1, version=2, stored=b"new"), product(3, price_minor=2**70)])
    await index.write([product(4)])

    response = await index.search(ask())
    assert {(hit.id.int, hit.stored) for hit in response.hits} == {(1, b""), (4, b"")}
    await index.close()


async def test_old_generations_are_removed_while_readers_keep_theirs(tmp_path: Path) -> None:
    writer, reader = TantivyIndex(tmp_path), TantivyIndex(tmp_path)
    await writer.write([product(number, body="a") for number in range(200)])
    searching = [asyncio.create_task(reader.search(ask(limit=200))) for _ in range(20)]

    await writer.rebuild(last_batch(), generation="one")

    assert {response.total for response in await asyncio.gather(*searching)} <= {200, 1}
    assert await reader.indexed_count() == 1
    assert _generations(tmp_path) == 1
    await writer.close()
    await reader.close()


def _generations(folder: Path) -> int:
    return len(list(folder.glob("*/generations/*")))
