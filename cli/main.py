"""The `emporium` command: one subcommand a file, errors of ours as one line."""

import sys

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from bootstrap.database import BadAddress
from bootstrap.embedded import EmbeddedError
from bootstrap.lifeline import follow_supervisor
from bootstrap.resources import RefusedSettings
from cli.accounts import accounts
from cli.delivery import delivery
from cli.demo import CannotStart, demo
from cli.documents import documents
from cli.events import events
from cli.imports import imports
from cli.inventory import inventory
from cli.jobs import jobs
from cli.mail import mail
from cli.migrate import migrate
from cli.reindex import reindex
from cli.schema import schema
from cli.search import evaluate
from cli.serve import serve
from cli.settings_ import settings
from cli.token import token
from cli.worker import worker
from core.logging import configure_logging
from core.problems import BadInput, Rejected, Unavailable
from core.settings import Settings
from web.documents.manifest import BadManifest

app = typer.Typer(
    name="emporium",
    help="A GraphQL backend-for-frontend for a very large store. With nothing set, all parts run on this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
search = typer.Typer(help="The search index and its quality.", no_args_is_help=True)

app.command()(demo)
app.command()(serve)
app.command()(worker)
app.command()(migrate)
app.command()(settings)
app.command()(schema)
app.command()(documents)
app.command()(token)
app.add_typer(imports, name="import")
app.add_typer(events, name="events")
app.add_typer(search, name="search")
app.add_typer(jobs, name="jobs")
app.add_typer(mail, name="mail")
app.add_typer(accounts, name="accounts")
app.add_typer(inventory, name="inventory")
app.add_typer(delivery, name="delivery")
search.command()(reindex)
search.command()(evaluate)


@app.callback()
def prepare() -> None:
    """What is logged goes to standard error, in the chosen format, whatever the command."""
    configure_logging(Settings())


def run() -> None:
    """Entry point. Exits 1 with one clear line for what can go wrong outside of this program's code."""
    follow_supervisor()
    try:
        app()
    except ValidationError as error:
        _complain("; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()))
    except Unavailable as error:
        _complain(f"{error.part} does not answer: {error}")
    except (BadAddress, BadInput, BadManifest, CannotStart, EmbeddedError, RefusedSettings, Rejected) as error:
        _complain(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _complain(message: str) -> None:
    Console(stderr=True).print(Text.assemble(("emporium: ", "red"), message), soft_wrap=True)
    sys.exit(1)


if __name__ == "__main__":
    run()
