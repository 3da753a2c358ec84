"""`emporium documents`: the manifest of an app's operations, which a store can be told to trust."""

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console

from core.settings import Settings
from web.documents.checking import checking_executor
from web.documents.collecting import collect_documents
from web.documents.manifest import manifest

_READABLE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def documents(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders that are searched for *.graphql and *.gql.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write. [default: print]")] = None,
    plain: Annotated[
        bool, typer.Option("--map", help="Write a map of SHA-256 to text instead of Apollo's format.")
    ] = False,
) -> None:
    """Make the manifest of trusted documents from an app's operations, each checked as web processes
    with the same settings check it.

    Each operation becomes a document with the fragments that it uses. EMPORIUM_DOCUMENTS__MANIFEST names the file to
    web processes, and clients name a document by its id.
    """
    collected = collect_documents(paths, checking_executor(Settings()))
    found, kinds = [one.document for one in collected], [one.kind for one in collected]
    content = {one.id: one.text for one in found} if plain else manifest(found, kinds)
    text = orjson.dumps(content, option=_READABLE)
    if output is None:
        typer.echo(text.decode(), nl=False)
        return
    output.write_bytes(text)
    Console(stderr=True).print(f"{len(found)} documents in {output}", highlight=False, soft_wrap=True)
