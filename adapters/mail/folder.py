"""Mail without a server: each letter becomes a file that people can read, for development and the demo."""

import asyncio
import os
import tempfile
from pathlib import Path

from adapters.mail.message import compose, identify
from core.problems import Unavailable
from ports.mail import Letter


class MailFolder:
    """Writes `.eml` files below a folder. A letter that is sent again is the file that is there already."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        content = compose(letter, sender=self._sender).as_bytes()
        try:
            await asyncio.to_thread(self._write, f"{identify(letter)}.eml", content)
        except OSError as error:
            raise Unavailable("mail", str(error)) from error

    async def close(self) -> None:
        """Nothing is open."""

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / name
        if path.exists():
            return
        descriptor, fresh = tempfile.mkstemp(dir=self._folder, suffix=".new")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(fresh).replace(path)
        except BaseException:
            Path(fresh).unlink(missing_ok=True)
            raise
