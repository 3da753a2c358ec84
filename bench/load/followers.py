"""Subscribers in one process that note when they hear of what: as `bench.load.subscribers`, for a steady stream of
events.

Prints READY when all listen. Told on standard input how many deliveries to wait for, it prints
`HEARD {"numbers": […], "times": […]}`: for each delivery the units that it told of, and the moment (of the machine's
monotonic clock) at which it came.
"""

import asyncio
import gc
import sys
import time
from contextlib import suppress
from pathlib import Path

import orjson
import uvloop

from bench.load.subscribers import open_all, raise_limit

_WAIT_SECONDS = 60.0


async def run(url: str, kind: str, variants: list[str], *, count: int) -> None:
    """Subscribe `count` times, to the variants in turn, until as much has come as standard input says."""
    numbers: list[int] = []
    times: list[float] = []

    def on_quantity(quantity: int) -> None:
        times.append(time.monotonic())
        numbers.append(quantity)

    opened = await open_all(url, kind, variants, count=count, on_quantity=on_quantity)
    # A pause of the collector would count as one of the server.
    gc.collect()
    gc.freeze()
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    expected = int(await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline) or 0)
    with suppress(TimeoutError):
        async with asyncio.timeout(_WAIT_SECONDS):
            while len(numbers) < expected:  # noqa: ASYNC110 - nothing is to cost more for each delivery
                await asyncio.sleep(0.1)
    sys.stdout.write(f"HEARD {orjson.dumps({'numbers': numbers, 'times': times}).decode()}\n")
    sys.stdout.flush()
    for transport in opened:
        transport.abort()


def main() -> None:
    url, kind, count, file = sys.argv[1:]
    raise_limit()
    uvloop.run(run(url, kind, Path(file).read_text().split(), count=int(count)))


if __name__ == "__main__":
    main()
