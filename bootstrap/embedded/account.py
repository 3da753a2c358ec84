"""The account that embedded servers run as, because Postgres refuses to run as root.

As anybody else, the servers run as that user and nothing here does anything. As root they run as an account that the
machine already has. What changes on disk is the least that lets it work: it owns the servers' own folders, and
folders on the way to them become searchable (not readable) where they were not.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from bootstrap.embedded.problems import EmbeddedError

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """`uid` and `gid` are None where the servers run as the present user."""

    uid: int | None = None
    gid: int | None = None

    @property
    def owner(self) -> int:
        return os.geteuid() if self.uid is None else self.uid

    def own(self, folder: Path) -> None:
        """Make `folder` (mode 0700) if needed, owned by the account and reachable for it."""
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_uid != self.owner:
            if self.uid is None or self.gid is None:
                raise EmbeddedError(f"{folder} belongs to another user; choose another EMPORIUM_DATA_DIR.")
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.uid, self.gid, follow_symlinks=False)
        folder.chmod(0o700)
        self.reach(folder)

    def reach(self, path: Path) -> None:
        """Let the account pass through the folders above `path`: each that it could not search becomes so."""
        if self.uid is None:
            return
        for folder in path.resolve().parents:
            found = folder.stat()
            if not self._allowed(found, stat.S_IXUSR, stat.S_IXGRP, stat.S_IXOTH):
                folder.chmod(stat.S_IMODE(found.st_mode) | stat.S_IXOTH)

    def read(self, folder: Path) -> None:
        """Let the account read and run what is in `folder`, for installations made under a strict umask."""
        if self.uid is None:
            return
        self.reach(folder)
        for path in (folder, *folder.rglob("*")):
            found = path.lstat()
            if stat.S_ISLNK(found.st_mode) or self._allowed(found, stat.S_IRUSR, stat.S_IRGRP, stat.S_IROTH):
                continue
            runs = found.st_mode & stat.S_IXUSR
            path.chmod(stat.S_IMODE(found.st_mode) | stat.S_IROTH | (stat.S_IXOTH if runs else 0))

    def _allowed(self, found: os.stat_result, user: int, group: int, other: int) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & user)
        if found.st_gid == self.gid:
            return bool(found.st_mode & group)
        return bool(found.st_mode & other)


def choose_account() -> Account:
    """The present user, or as root an unprivileged account; raises `EmbeddedError` where the machine has none."""
    if os.geteuid() != 0:
        return Account()
    for name in _CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise EmbeddedError("Postgres does not run as root, and there is no account 'postgres' or 'nobody' to run it as.")
