"""`python -m bench`: measure everything and write the report."""

import asyncio
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bench import report
from bench.cases import CASE_NAMES
from bench.cases.live import measure_live
from bench.cases.matrix import measure_matrix
from bench.cases.reserving import measure_reserving
from bench.operations import NAMES
from bench.results import Run, load_run
from bench.run import Plan, measure_all

_RESULTS = Path(__file__).parent / "results"
_DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main(  # noqa: PLR0917 - typer declares options as parameters
    data: Annotated[Path, typer.Option(help="Folder of the benchmark's own data, kept between runs.")] = Path(
        ".emporium-bench"
    ),
    seconds: Annotated[float, typer.Option(min=1, help="Length of a window.")] = 10,
    rounds: Annotated[int, typer.Option(min=1, help="How often each window is repeated.")] = 5,
    clients: Annotated[str, typer.Option(help="Numbers of clients, with commas.")] = "16,64",
    pages: Annotated[str, typer.Option(help="Pages to measure, with commas.")] = ",".join(NAMES),
    cases: Annotated[str, typer.Option(help="Cases to measure, with commas.")] = ",".join(CASE_NAMES),
    imports: Annotated[bool, typer.Option(help="Measure imports once more, into an empty database.")] = False,
    opensearch: Annotated[bool, typer.Option(help="Measure OpenSearch too, if there is one.")] = True,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Measure the delivery matrix alone, in two minutes.")
    ] = False,
    reserving: Annotated[
        bool, typer.Option("--reserving", help="Measure 64 clients on one variant alone, in three minutes.")
    ] = False,
    live: Annotated[bool, typer.Option("--live", help="Measure 2,000 subscriptions alone, in two minutes.")] = False,
    only_report: Annotated[Path | None, typer.Option(help="Measure nothing: print the report of this result.")] = None,
) -> None:
    """Measure the shop's pages against a ceiling and a floor, and write docs/benchmarks.md.

    Takes about 30 minutes as it is, and two more the first time. Leave the machine alone meanwhile. The catalogs
    are looked for in EMPORIUM_SHARED_DIR, else in `../shared`.
    """
    if matrix:
        asyncio.run(_measure_matrix(Path(os.environ.get("EMPORIUM_SHARED_DIR", "../shared")).resolve()))
        return
    if live:
        asyncio.run(_measure_live(rounds))
        return
    if reserving:
        asyncio.run(_measure_reserving(seconds, rounds))
        return
    if only_report is not None:
        typer.echo(report.render(load_run(only_report)), nl=False)
        return
    plan = Plan(
        data=data.resolve(),
        shared=Path(os.environ.get("EMPORIUM_SHARED_DIR", "../shared")).resolve(),
        seconds=seconds,
        rounds=rounds,
        clients=[int(one) for one in clients.split(",")],
        pages=pages.split(","),
        cases=cases.split(","),
        imports=imports,
        opensearch=opensearch,
    )
    run = asyncio.run(_measure(plan))
    result = _RESULTS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    run.save(result)
    text = report.render(run)
    if plan.is_complete:
        _DOCUMENT.write_text(text)
        typer.echo(f"Wrote {_DOCUMENT} and {result}.")
    else:
        typer.echo(text)
        typer.echo(f"Wrote {result}. Only a run of all pages and cases writes {_DOCUMENT}.")


async def _measure_matrix(shared: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder:
        for one in await measure_matrix(shared, Path(folder), lambda line: typer.echo(line, err=True)):
            typer.echo(f"{one.what:40}{one.seconds:9.3f} s {one.written:12,} written {one.deleted:10,} deleted")


async def _measure_reserving(seconds: float, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder:
        paces = await measure_reserving(
            Path(folder), lambda line: typer.echo(line, err=True), seconds=seconds, rounds=rounds
        )
    for pace in paces:
        typer.echo(f"{pace.name:32}{pace.per_second:8,.0f} holds/s {pace.per_second / paces[0].per_second:8.1f} x")


async def _measure_live(rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder:
        fanouts = await measure_live(Path(folder), lambda line: typer.echo(line, err=True), rounds=rounds)
    for one in fanouts:
        typer.echo(
            f"{one.subscriptions:,} {one.name:26} p50 {one.p50_ms:6,.0f} ms  p99 {one.p99_ms:6,.0f} ms  "
            f"last {one.last_ms:6,.0f} ms  CPU {one.cpu_ms:5,.0f} ms a change  {one.kilobytes:5.1f} kB a connection"
        )


async def _measure(plan: Plan) -> Run:
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as logs:
        return await measure_all(plan, Path(logs), lambda line: typer.echo(line, err=True))


if __name__ == "__main__":
    typer.run(main)
