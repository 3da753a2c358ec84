"""`python -m tests.hostile`: attacks a web process, and says what it made of that; see docs/limits.md."""

import asyncio
import statistics
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from tests.hostile.attacks import attacks, ordinary
from tests.hostile.playing import Idleness, Played, half_open, idleness, play
from tests.hostile.serving import running_web

_ORDINARY = 2_000
_MOST_GROWN_BYTES = 150_000_000
_IDLE = 0.05


def main(
    operations: Annotated[int, typer.Option(min=1, help="How many attacks.")] = 10_000,
    seed: Annotated[int, typer.Option(help="All of them follow from it.")] = 1,
    at_once: Annotated[int, typer.Option(min=1, help="How many at a time.")] = 4,
) -> None:
    """Attack a real web process on an empty store; exit with 1 if it does not bear it."""
    with tempfile.TemporaryDirectory(prefix="emporium-hostile-") as folder:
        if not asyncio.run(_attack(Path(folder), operations, seed, at_once)):
            raise typer.Exit(1)


async def _attack(folder: Path, operations: int, seed: int, at_once: int) -> bool:
    made = attacks(seed, operations)
    async with running_web(folder, {}) as (port, process):
        url = f"http://127.0.0.1:{port}"
        await play(url, ordinary(seed, _ORDINARY // 4), at_once=at_once)
        normal, before = await play(url, ordinary(seed + 1, _ORDINARY), at_once=at_once), await idleness(process)
        writers = await half_open(port, 50)
        played = await play(url, made, at_once=at_once)
        for writer in writers:
            writer.close()
        after = await idleness(process)
    for kind, count in sorted(Counter(one.kind for one in made).items()):
        typer.echo(f"{kind:16} {count}")
    return _report(played, normal, before, after)


def _report(played: Played, normal: Played, before: Idleness, after: Idleness) -> bool:
    """Print what was checked; whether all of it holds."""
    usual, beside = _p99(normal.probes), _p99(played.probes)
    grown = after.resident - before.resident
    checks = {
        f"statuses {dict(sorted(played.statuses.items()))}": not any(one >= 500 for one in played.statuses),
        f"refused as they should be, {len(played.wrong)} not: {played.wrong[:5]}": not played.wrong,
        f"nothing internal in answers, {len(played.internal)} with: {played.internal[:5]}": not played.internal,
        f"others answered, {played.failed_probes} of {len(played.probes)} not": not played.failed_probes,
        f"others' p99 {beside * 1000:.1f} ms, {usual * 1000:.1f} ms beside as many shoppers": beside <= 2 * usual,
        f"memory grew by {grown / 1e6:.0f} MB to {after.resident / 1e6:.0f} MB": grown < _MOST_GROWN_BYTES,
        f"processor {after.busy:.1%} when all have left": after.busy < _IDLE,
    }
    for what, holds in checks.items():
        typer.echo(f"{'holds ' if holds else 'BROKEN'} {what}")
    return all(checks.values())


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[-1]


if __name__ == "__main__":
    typer.run(main)
