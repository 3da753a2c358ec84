"""Each way of sending mail in turn: a folder, and a real SMTP server."""

from collections.abc import AsyncIterator, Callable, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import SecretStr

from bootstrap.mail import open_mailer
from core.settings import MailSettings, Settings
from ports.mail import Mailer
from tests.contracts.mail.server import MailServer, running_server

SENDER = "Émporium <shop@store.example>"


class Post(NamedTuple):
    """A mailer and a look into the mailboxes behind it."""

    kind: str
    mailer: Mailer
    arrived: Callable[[], Sequence[EmailMessage]]


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """A server that takes letters, in this process."""
    async with running_server() as server:
        yield server


@pytest.fixture(params=["folder", "smtp"])
async def post(request: pytest.FixtureRequest, server: MailServer, tmp_path: Path) -> AsyncIterator[Post]:
    settings = Settings(
        data_dir=tmp_path,
        mail=MailSettings(sender=SENDER),
        smtp_url=SecretStr(f"smtp://127.0.0.1:{server.port}") if request.param == "smtp" else None,
    )
    mailer = open_mailer(settings)
    yield Post(request.param, mailer, server.letters if request.param == "smtp" else lambda: _files(tmp_path / "mail"))
    await mailer.close()


def _files(folder: Path) -> Sequence[EmailMessage]:
    paths = sorted(folder.iterdir()) if folder.exists() else []
    assert {path.suffix for path in paths} <= {".eml"}
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
