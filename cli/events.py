"""`emporium events`: what consumers could not handle, how far everybody is, and the schemas of events."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

import typer
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bootstrap.resources import Resources
from cli.connecting import with_resources
from cli.event_schemas import FOLDER, breaks, printed
from core.problems import BadInput, Unavailable
from services import messaging, outbox
from services.consumers import consumers
from services.messaging import ParkedRecord
from services.search.failures import list_failures
from workers.consumers import group_of
from workers.publisher import broker_name

T = TypeVar("T")
_ACTOR = "cli"
_AT_ONCE = 100

events = typer.Typer(help="Events, their consumers, and messages that could not be handled.", no_args_is_help=True)

Ids = Annotated[list[UUID], typer.Argument(help="Ids as `events parked` shows them.")]


@events.command()
def parked(
    consumer: Annotated[str | None, typer.Option(help="Only those of this consumer.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100,
) -> None:
    """List the messages that consumers could not handle, oldest first."""

    async def read(resources: Resources) -> Sequence[ParkedRecord]:
        async with resources.database.read() as session:
            return await messaging.list_parked(session, first=limit, consumer=consumer)

    table = Table("id", "consumer", "type", "key", "reason", "tries", "parked", "error")
    for one in _run(read):
        row = (str(one.id), one.consumer, one.type or "", one.key or "", one.reason, str(one.attempts))
        table.add_row(*map(escape, (*row, f"{one.parked_at:%Y-%m-%d %H:%M:%S}", one.error)))
    Console().print(table)


@events.command()
def show(id: Annotated[UUID, typer.Argument(help="The message's id as `events parked` shows it.")]) -> None:
    """Print all that is known of a parked message, with the beginning of its body."""

    async def read(resources: Resources) -> Sequence[ParkedRecord]:
        async with resources.database.read() as session:
            return await messaging.list_parked_by_id(session, [id])

    found = _run(read)
    if not found:
        raise BadInput("NOT_FOUND", "There is no such parked message.")
    for name, value in found[0]._asdict().items():
        text = bytes(value).decode(errors="replace") if name == "body" else value
        typer.echo(f"{name:12} {'' if text is None else text}")


@events.command()
def replay(
    ids: Annotated[list[UUID] | None, typer.Argument(help="Ids as `events parked` shows them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait, oldest first.")] = False,
    consumer: Annotated[str | None, typer.Option(help="With --all: only those of this consumer.")] = None,
) -> None:
    """Have parked messages handled now, in the order in which they came. Exits 1 if some could not be."""
    if bool(ids) == everything:
        raise BadInput("BAD_CHOICE", "Give ids, or --all.")

    async def work(resources: Resources) -> tuple[int, int]:
        if ids:
            return await _replay(resources, ids)
        done, left, after = 0, 0, 0
        while True:
            async with resources.database.read() as session:
                page = await messaging.list_parked(session, first=_AT_ONCE, after=after, consumer=consumer)
            if not page:
                return done, left
            after = page[-1].sequence
            succeeded, failed = await _replay(resources, [one.id for one in page])
            done, left = done + succeeded, left + failed

    done, left = _run(work)
    typer.echo(f"{done} replayed, {left} left.")
    if left:
        raise typer.Exit(1)


async def _replay(resources: Resources, ids: Sequence[UUID]) -> tuple[int, int]:
    outcome = await messaging.replay_all(resources.database, consumers(resources.settings), ids, actor=_ACTOR)
    failed = {key: problem for key, problem in outcome.items() if problem is not None}
    for key, problem in failed.items():
        typer.echo(f"{key} {problem.code}: {problem.message}", err=True)
    return len(outcome) - len(failed), len(failed)


@events.command()
def discard(ids: Ids) -> None:
    """Give parked messages up for good, all or none."""

    async def write(resources: Resources) -> None:
        async with resources.database.unit() as unit:
            await messaging.discard(unit, ids=ids, actor=_ACTOR)

    _run(write)
    typer.echo(f"{len(set(ids))} discarded.")


@events.command()
def failures(limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100) -> None:
    """List the products that the projection, an index or the cache could not take, latest first."""

    async def read(resources: Resources) -> Sequence[tuple[str, UUID, str]]:
        async with resources.database.read() as session:
            return await list_failures(session, limit=limit)

    table = Table("consumer", "product", "error")
    for consumer, product_id, error in _run(read):
        table.add_row(escape(consumer), str(product_id), escape(error))
    Console().print(table)


@events.command()
def lag() -> None:
    """Print what has not been told to the broker, what each consumer has not read, and what is parked."""

    async def read(resources: Resources) -> list[tuple[str, str]]:
        settings = resources.settings
        async with resources.database.read() as session:
            backlog = await outbox.count_unpublished(session, broker_name(settings))
            waiting = await messaging.count_parked(session)
        oldest = "" if backlog.oldest_at is None else f", the oldest of {backlog.oldest_at:%Y-%m-%d %H:%M:%S}"
        rows = [("not published", f"{backlog.unpublished}{oldest}"), ("without a position", str(backlog.unplaced))]
        for consumer in consumers(settings):
            try:
                count = str(await resources.broker.lag(group_of(consumer, settings.events), consumer.topics))
            except Unavailable as error:
                count = f"unknown: {error.part} does not answer"
            rows.append((f"not read by {consumer.name}", count))
        return rows + [(f"parked by {consumer}, {reason}", str(count)) for consumer, reason, count in waiting]

    for name, value in _run(read):
        typer.echo(f"{name:32} {value}")


@events.command()
def schemas(
    write: Annotated[bool, typer.Option("--write", help="Replace the files in docs/events.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Fail if they are not what the code says.")] = False,
) -> None:
    """Print the JSON Schemas of all events, compare them with docs/events, or replace those."""
    different = []
    for name, text in printed().items():
        path = FOLDER / name
        if write:
            if path.exists() and (missing := breaks(path.read_text(encoding="utf-8"), text)):
                message = f"{name}: {', '.join(missing)} changed. Raise the event's schema_version."
                raise BadInput("BREAKING_CHANGE", message)
            path.write_text(text, encoding="utf-8")
        elif not check:
            typer.echo(text, nl=False)
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            different.append(name)
    if different:
        typer.echo(f"Not what the code says: {', '.join(different)}. Run emporium events schemas --write.", err=True)
        raise typer.Exit(1)


def _run(work: Callable[[Resources], Awaitable[T]]) -> T:
    return uvloop.run(with_resources(work, application="emporium events"))
