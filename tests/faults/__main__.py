"""`python -m tests.faults`: plays histories one after the other, and stops at the first that breaks a rule."""

import asyncio
import signal
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from services.checkout.points import Point
from tests.faults.invariants import NAMES, compare
from tests.faults.plans import plan
from tests.faults.playing import Played, play
from tests.faults.scene import Scene, opened_scene

_POINTS = [point.value for point in Point]
# Then another store is opened: all is checked after each history, and what has grown is slow to check.
_HISTORIES_OF_A_STORE = 100


def main(
    histories: Annotated[int, typer.Option(min=1, help="How many.")] = 1000,
    seed: Annotated[int, typer.Option(help="All of their plans follow from it.")] = 1,
    first: Annotated[int, typer.Option(min=0, help="The number of the first one.")] = 0,
    folder: Annotated[
        Path | None, typer.Option(help="An empty one, where the first store's logs and data stay.")
    ] = None,
) -> None:
    """Play histories with real processes; exit with 1 at the first one after which something does not hold."""
    # Whoever ends it ends all that it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    counts: Counter[str] = Counter()
    numbers = range(first, first + histories)
    for begun in numbers[::_HISTORIES_OF_A_STORE]:
        some = numbers[numbers.index(begun) :][:_HISTORIES_OF_A_STORE]
        with tempfile.TemporaryDirectory(prefix="emporium-faults-") as name:
            if not asyncio.run(_play(folder or Path(name), seed, some, counts)):
                raise typer.Exit(1)
        folder = None
    _report(counts, seed, numbers)


async def _play(folder: Path, seed: int, numbers: range, counts: Counter[str]) -> bool:
    """Play these in one store, and have it compare itself with its provider at the end; whether all holds."""
    async with opened_scene(folder) as scene:
        for number in numbers:
            played = await play(scene, plan(seed, number, _POINTS), seed)
            if number == numbers[-1]:
                played = played._replace(broken={**played.broken, **await compare(scene.database, scene.provider)})
            counts += _counted(played)
            if played.broken:
                _tell(scene, played, seed)
                return False
            typer.echo(_line(played), err=True)
    return True


def _counted(played: Played) -> Counter[str]:
    history = played.history
    counts = Counter(f"answered {status}" for told in played.told for status in {*told.statuses[-1:]})
    counts += Counter(f"refused {code}" for told in played.told for code in told.codes)
    counts += Counter(f"fault {fault.kind} of {fault.target}" for fault in history.faults)
    counts += Counter([f"webhooks {history.post}"])
    if history.kill_at is not None:
        counts[f"to die at {history.kill_at}"] += 1
    counts["shoppers"] += len(history.shoppers)
    counts["deaths"] += played.deaths
    counts["answers lost"] += played.unanswered
    counts["calls of the provider repeated"] += played.repeats
    return counts


def _line(played: Played) -> str:
    history = played.history
    ends = " ".join((told.statuses or told.codes or ["-"])[-1] for told in played.told)
    faults = " ".join(f"{fault.kind}:{fault.target}" for fault in history.faults)
    return (
        f"{history.number}: {ends}; {faults or 'no fault'}; webhooks {history.post}; "
        f"{history.kill_at or 'no point'}; {played.deaths} deaths; settled in {played.settled_seconds:.1f} s"
    )


def _tell(scene: Scene, played: Played, seed: int) -> None:
    number = played.history.number
    typer.echo(f"{_line(played)}\n{played.history}\n")
    for rule, rows in played.broken.items():
        typer.echo(f"BROKEN: {rule}")
        for row in rows:
            typer.echo(f"  {row}")
    for told in played.told:
        typer.echo(f"told: {told}")
    for line in scene.find_in_logs("Traceback", "Error", "error")[-40:]:
        typer.echo(f"log: {line}")
    typer.echo(f"\nRepeat: python -m tests.faults --seed {seed} --first {number} --histories 1")


def _report(counts: Counter[str], seed: int, numbers: range) -> None:
    typer.echo(f"Seed {seed}, histories {numbers[0]} to {numbers[-1]}.")
    for name, count in sorted(counts.items()):
        typer.echo(f"{count:>7,}  {name}")
    typer.echo("\nAfter each of them:")
    for name in NAMES:
        typer.echo(f"  held: {name}")


if __name__ == "__main__":
    typer.run(main)
