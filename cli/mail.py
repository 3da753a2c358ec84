"""`emporium mail`: the letters that were written to files because no mail server is set."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.problems import BadInput
from core.settings import Settings

mail = typer.Typer(help="Mails, while no mail server is set (SMTP_URL).", no_args_is_help=True)


class _Sent(NamedTuple):
    name: str
    message: EmailMessage


@mail.command("list")
def show_all(limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 20) -> None:
    """List mails, newest first."""
    table = Table("name", "date", "to", "subject")
    for name, message in _newest(limit):
        table.add_row(*map(escape, (name[:8], str(message["Date"]), str(message["To"]), str(message["Subject"]))))
    Console().print(table)


@mail.command()
def show(
    name: Annotated[str, typer.Argument(help="Its name in the list, or how that begins.")] = "",
) -> None:
    """Print a mail; the newest if none is named."""
    found = next((message for known, message in _newest() if known.startswith(name)), None)
    if found is None:
        raise BadInput("UNKNOWN_MAIL", "There is no such mail.")
    for header in ("Date", "From", "To", "Subject"):
        typer.echo(f"{header}: {found[header]}")
    body = found.get_body(("plain",))
    typer.echo("\n" + (body.get_content() if body is not None else ""))


def _newest(limit: int | None = None) -> Iterator[_Sent]:
    files = sorted(_folder().glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in files[:limit]:
        yield _Sent(path.stem, message_from_bytes(path.read_bytes(), policy=policy.default))


def _folder() -> Path:
    settings = Settings()
    if settings.smtp_url is not None:
        raise BadInput("NOT_EMBEDDED", "SMTP_URL is set: mails are with that server and not kept here.")
    return settings.data_dir / "mail"
