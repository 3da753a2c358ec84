"""`emporium search reindex`: fills the search index anew while the old one answers."""

from collections.abc import Callable
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bootstrap.resources import open_resources
from core.logging import configure_logging
from core.settings import Settings
from workers.reindexing import project_everything, rebuild_index


def reindex(
    full: Annotated[bool, typer.Option("--full", help="Compute all listings afresh first.")] = False,
) -> None:
    """Rebuild the index without a moment's gap. A running worker does the work; without one, this process does.

    Interrupted, it goes on where it stopped when it is called again or a worker starts.
    """
    settings = Settings()
    configure_logging(settings)
    uvloop.run(_reindex(settings, full=full))


async def _reindex(settings: Settings, *, full: bool) -> None:
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with open_resources(settings, application="emporium reindex") as resources:
        with Progress(*columns, console=Console(stderr=True)) as bars:
            if full:
                await project_everything(resources, progress=_bar(bars, "Projecting"))
            done = await rebuild_index(resources, progress=_bar(bars, "Indexing"))
    typer.echo(f"The index has {done:,} products.")


def _bar(bars: Progress, title: str) -> Callable[[int, int], None]:
    task = bars.add_task(title, total=None)

    def show(done: int, total: int) -> None:
        bars.update(task, completed=done, total=total)

    return show
