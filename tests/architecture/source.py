"""The project's own Python files as text and as syntax trees, for tests that read the source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "adapters", "bench", "bootstrap", "cli", "compiled", "core", "demo", "loaders", "migrations", "models", "ports",
    "resolvers", "schema", "services", "web", "workers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceFile:
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path from the project's folder."""
        return self.path.relative_to(ROOT).as_posix()

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def source_files(*, tests: bool = False) -> tuple[SourceFile, ...]:
    """The files of all rooms and `app.py`; with `tests` also those of the tests."""
    folders = (*ROOMS, "tests") if tests else ROOMS
    paths = [ROOT / "app.py", *(path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))]
    return tuple(
        SourceFile(path, text, ast.parse(text, str(path)))
        for path in paths
        if path.exists() and "__pycache__" not in path.parts
        for text in [path.read_text(encoding="utf-8")]
    )
