"""`emporium jobs`: what waits, runs or has failed, and a way to set it going."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import orjson
import typer
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bootstrap.resources import Resources
from cli.connecting import with_database, with_resources
from core.problems import BadInput
from services.jobs import JobRecord, JobStatus, enqueue, list_jobs
from services.jobs import retry as retry_in
from services.unit_of_work import Database
from workers.jobs import jobs as known_jobs

T = TypeVar("T")
jobs = typer.Typer(help="Work that is done later by workers.", no_args_is_help=True)


@jobs.command("list")
def show(
    failed: Annotated[bool, typer.Option("--failed", help="Only those that failed for good.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100,
) -> None:
    """List the jobs that are not done, newest first."""
    status = JobStatus.FAILED if failed else None

    async def read(database: Database) -> list[JobRecord]:
        async with database.read() as session:
            return list(await list_jobs(session, limit=limit, status=status))

    table = Table("number", "job", "status", "attempts", "due", "payload", "error")
    for job in _run(read):
        due = f"{job.due_at:%Y-%m-%d %H:%M:%S}"
        row = (str(job.number), job.name, job.status.name.lower(), str(job.attempts), due, job.payload_text)
        table.add_row(*map(escape, (*row, job.error or "")))
    Console().print(table)


@jobs.command()
def retry(number: Annotated[int, typer.Argument(help="The job's number.")]) -> None:
    """Let a failed job run again at once, with as many attempts as a new one."""

    async def write(database: Database) -> JobRecord:
        async with database.unit() as unit:
            return await retry_in(unit, number)

    job = _run(write)
    typer.echo(f"{job.name} {job.number} waits for a worker.")


@jobs.command()
def run(
    name: Annotated[str, typer.Argument(help="The kind of work.")],
    payload: Annotated[str, typer.Option(help="What it is about, a JSON object.")] = "{}",
) -> None:
    """Enqueue a job now; a worker does it."""
    given = _payload(payload)

    async def write(resources: Resources) -> int:
        known = sorted(job.name for job in known_jobs(resources))
        if name not in known:
            raise BadInput("UNKNOWN_JOB", f"There is no job {name!r}; there are {', '.join(known)}.")
        async with resources.database.unit() as unit:
            return await enqueue(unit, name, given)

    number = uvloop.run(with_resources(write, application="emporium jobs"))
    typer.echo(f"{name} {number} waits for a worker.")


def _payload(text: str) -> dict[str, object]:
    try:
        payload = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput("BAD_PAYLOAD", f"The payload is no JSON: {error}") from error
    if not isinstance(payload, dict):
        raise BadInput("BAD_PAYLOAD", "The payload must be a JSON object.")
    return payload


def _run(work: Callable[[Database], Awaitable[T]]) -> T:
    return uvloop.run(with_database(work, application="emporium jobs"))
