"""Encoded pictures on disk: written atomically, bounded in size, safe to delete at any time."""

import os
import tempfile
from pathlib import Path
from threading import Lock

import structlog

_log = structlog.get_logger()
_KEPT_AFTER_EVICTION = 0.8


class MediaCache:
    """Files by key (hexadecimal). Above `limit_bytes` the ones used least recently go. Several processes may share
    the folder: each counts its own writes, so together they may exceed the limit for a while."""

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._held: int | None = None
        self._lock = Lock()

    def read(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return data

    def write(self, key: str, data: bytes) -> None:
        """Keep `data`; a full or read-only disk is logged and otherwise ignored, for the picture can be drawn again."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            _log.warning("media_cache_write_failed", reason=str(error))
            return
        with self._lock:
            self._held = self._size() if self._held is None else self._held + len(data)
            if self._held > self._limit:
                self._evict()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key

    def _size(self) -> int:
        return sum(size for _, size, _ in self._entries())

    def _entries(self) -> list[tuple[float, int, Path]]:
        found = []
        for path in self._folder.glob("*/*"):
            try:
                status = path.stat()
            except OSError:
                continue  # another process has evicted it
            found.append((status.st_mtime, status.st_size, path))
        return found

    def _evict(self) -> None:
        entries = sorted(self._entries())
        held = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if held <= self._limit * _KEPT_AFTER_EVICTION:
                break
            path.unlink(missing_ok=True)
            held -= size
        self._held = held
