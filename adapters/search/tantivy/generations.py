"""The folders of a tantivy index on disk: one for each generation, and small files that name the live and the next one.

    format-1/current            name of the generation that is searched
    format-1/building           name of the one that a rebuild is filling, absent otherwise
    format-1/writer.lock        held by the one writing process; the system lets go of it when that process dies
    format-1/generations/<name>

Pointer files are replaced by renaming, so a reader finds the old or the new name, never half of one.
"""

import fcntl
import os
import shutil
from pathlib import Path
from urllib.parse import quote

from adapters.search.tantivy.layout import FORMAT, is_outdated, make_index, open_index
from ports.search import SecondWriter


class Generations:
    def __init__(self, path: Path) -> None:
        self._root = path / f"format-{FORMAT}"
        self._lock: int | None = None

    @property
    def current(self) -> str | None:
        return self._read("current")

    @property
    def building(self) -> str | None:
        return self._read("building")

    def folder(self, name: str) -> Path:
        # Quoted, because a name is the caller's and a slash or two dots would leave the folder.
        return self._root / "generations" / f"g-{quote(name, safe='')}"

    def lock(self) -> None:
        """Become the writer; raises `SecondWriter` while another process, or another index object, is it."""
        if self._lock is not None:
            return
        self._root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._root / "writer.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise SecondWriter(
                f"Process {owner} is writing the search index in {self._root}; only one process may write at a time."
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._lock = descriptor

    def unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def continues(self, name: str) -> bool:
        """Whether a rebuild of that name goes on with what an interrupted one left, and in this release's layout."""
        return self.building == name and not is_outdated(open_index(self.folder(name)))

    def begin(self, name: str) -> Path:
        """The folder to fill for a rebuild: what an interrupted one left, or else an empty one."""
        if not self.continues(name):
            self._forget("building")
            self.sweep()
            self._make(name)
            self._point("building", name)
        return self.folder(name)

    def make_current(self, name: str) -> Path:
        """An empty generation that is searched from now on, for an index that has none."""
        self._make(name)
        self._point("current", name)
        return self.folder(name)

    def swap(self) -> None:
        """Search what was built. A crash between the two steps leaves `building` equal to `current`: harmless."""
        if (name := self.building) is not None:
            self._point("current", name)
            self._forget("building")

    def sweep(self) -> None:
        """Remove generations that nothing names. Readers that have one open keep it: its files are mapped."""
        named = {self.folder(name) for name in (self.current, self.building) if name is not None}
        for folder in (self._root / "generations").glob("g-*"):
            if folder not in named:
                shutil.rmtree(folder, ignore_errors=True)

    def _make(self, name: str) -> None:
        folder = self.folder(name)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make_index(folder)

    def _read(self, pointer: str) -> str | None:
        try:
            return (self._root / pointer).read_text() or None
        except FileNotFoundError:
            return None

    def _point(self, pointer: str, name: str) -> None:
        fresh = self._root / f"{pointer}.new"
        with fresh.open("w") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._root / pointer)
        self._sync()

    def _forget(self, pointer: str) -> None:
        (self._root / pointer).unlink(missing_ok=True)
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
