"""`emporium settings`: what can be set, what it is set to, and the page that documents it."""

from collections.abc import Iterator
from typing import Annotated

import orjson
import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from rich.console import Console
from rich.table import Table

from core.settings import Settings

_HEADING = """# Settings

Printed by `emporium settings --markdown`. Each is an environment variable; with none set, all runs on one machine.

| variable | default | meaning |
|---|---|---|
"""


def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/settings.md.")] = False,
) -> None:
    """List the settings with their present values; secrets and addresses stay hidden."""
    if markdown:
        typer.echo(as_markdown(), nl=False)
        return
    table = Table("variable", "value", "meaning", box=None, pad_edge=False)
    for name, field, value in _walk(Settings()):
        table.add_row(name, "(set)" if isinstance(value, SecretStr) else _shown(value), field.description or "")
    Console().print(table)


def as_markdown() -> str:
    """The page docs/settings.md: every variable with its default, whatever the environment says."""
    rows = [
        f"| `{name}` | {_default(field)} | {field.description} |"
        for name, field, _value in _walk(Settings.model_construct())
    ]
    return _HEADING + "\n".join(rows) + "\n"


def _walk(model: BaseModel, prefix: str = "EMPORIUM_") -> Iterator[tuple[str, FieldInfo, object]]:
    nested: list[tuple[str, BaseModel]] = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            nested.append((f"{prefix}{name.upper()}__", value))
            continue
        yield _usual_name(field) or f"{prefix}{name.upper()}", field, value
    for inner, value in nested:
        yield from _walk(value, inner)


def _usual_name(field: FieldInfo) -> str | None:
    choices = getattr(field.validation_alias, "choices", None)
    return str(choices[0]) if choices else None


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        return "(for development)"
    return "" if value is None or value is PydanticUndefined else f"`{_shown(value)}`"


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return orjson.dumps(value).decode()
    return str(value).lower() if isinstance(value, bool) else str(value)
