"""`emporium mail` as a process: what a newcomer reads of the letters that no server takes."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from adapters.mail.folder import MailFolder
from ports.mail import Letter
from tests.architecture.source import ROOT

LINK = "http://127.0.0.1:8000/verify-email#token=[a]b"


async def run(folder: Path, *arguments: str, smtp_url: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) | {"EMPORIUM_DATA_DIR": str(folder), "COLUMNS": "200"}
    environment.pop("SMTP_URL", None)
    if smtp_url is not None:
        environment["SMTP_URL"] = smtp_url
    command = [sys.executable, "-m", "cli.main", "mail", *arguments]
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    )


async def test_letters_are_listed_and_shown(tmp_path: Path) -> None:
    mailer = MailFolder(tmp_path / "mail", sender="Emporium <shop@localhost>")
    await mailer.send(Letter("1", "ann@example.com", "Welcome", "Hällo Ann."))
    await mailer.send(Letter("2", "bob@example.com", "Confirm [this]", f"Open {LINK} please."))

    listed, newest = await asyncio.gather(run(tmp_path, "list"), run(tmp_path, "show"))
    name = listed.stdout.splitlines()[-2].split()[1]
    named = await run(tmp_path, "show", name)

    assert listed.stdout.index("Confirm [this]") < listed.stdout.index("Welcome")
    assert "To: bob@example.com" in newest.stdout
    assert LINK in newest.stdout
    assert "Hällo Ann." in named.stdout


async def test_there_is_nothing_to_show_where_there_are_no_files(tmp_path: Path) -> None:
    empty, elsewhere = await asyncio.gather(
        run(tmp_path, "show"), run(tmp_path, "list", smtp_url="smtp://shop:s3cret@mail.example")
    )

    assert (empty.returncode, elsewhere.returncode) == (1, 1)
    assert "no such mail" in empty.stderr
    assert "SMTP_URL is set" in elsewhere.stderr
    assert "s3cret" not in elsewhere.stderr
