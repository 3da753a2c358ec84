"""`emporium schema`: the schema as SDL, and whether the committed one is still true and unbroken."""

from pathlib import Path
from typing import Annotated

import typer
from graphql import build_schema as parse_schema
from graphql.utilities import find_breaking_changes
from rich.console import Console

from schema.schema import build_schema

SNAPSHOT = Path(__file__).parent.parent / "schema" / "schema.graphql"


def schema(
    write: Annotated[bool, typer.Option("--write", help="Replace the committed schema.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Fail if the committed schema differs.")] = False,
) -> None:
    """Print the schema in SDL, compare it with the committed one, or replace that."""
    text = build_schema().as_str() + "\n"
    console = Console(stderr=True)
    if not (write or check):
        typer.echo(text, nl=False)
        return
    before = SNAPSHOT.read_text(encoding="utf-8") if SNAPSHOT.exists() else ""
    breaks = breaking_changes(before, text)
    for change in breaks:
        console.print(f"[red]breaking[/red] {change}", highlight=False)
    if write:
        SNAPSHOT.write_text(text, encoding="utf-8")
        if breaks:
            console.print("Say so in CHANGELOG.md, under a heading [bold]Breaking[/bold].")
    elif before != text:
        console.print(f"{SNAPSHOT.name} is not what the code says. Run [bold]emporium schema --write[/bold].")
        raise typer.Exit(1)


def breaking_changes(before: str, after: str) -> list[str]:
    """What clients of `before` could no longer do with `after`, one sentence each."""
    if not before:
        return []
    changes = find_breaking_changes(parse_schema(before), parse_schema(after))
    return [change.description for change in changes]
