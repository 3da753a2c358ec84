"""A shopper in a process of its own, so that only the server keeps it waiting: `python -m tests.hostile.shopper URL`.

It asks until it is ended, and writes a line for each answer: the seconds that it took, and whether it was right.
"""

import asyncio
import sys
import time

import httpx

PROBE = b'{"query": "{ categories { name } }"}'
_PAUSE_SECONDS = 0.02
_SECONDS = 60.0


async def ask(url: str) -> None:
    """Ask for the categories again and again."""
    async with httpx.AsyncClient(base_url=url, timeout=_SECONDS) as client:
        while True:
            started = time.perf_counter()
            try:
                response = await client.post("/graphql", content=PROBE, headers={"content-type": "application/json"})
                is_right = response.status_code == 200 and b'"errors"' not in response.content
            except httpx.TransportError:
                is_right = False
            sys.stdout.write(f"{time.perf_counter() - started} {is_right}\n")
            sys.stdout.flush()
            await asyncio.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    asyncio.run(ask(sys.argv[1]))
