"""What an SMTP server may answer, and how a connection to it is kept from others."""

import ssl
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from adapters.mail.smtp import SmtpMailer
from bootstrap.database import BadAddress
from bootstrap.mail import open_mailer, smtp_server
from core.problems import Unavailable
from core.settings import MailSettings, Settings
from ports.mail import Letter, Mailer, Undeliverable
from tests.contracts.mail.authority import Authority
from tests.contracts.mail.server import PASSWORD, USER, MailServer, running_server

LETTER = Letter(key="1", to="ann@example.com", subject="Hello", text="Hello.")
SENDER = "shop@store.example"
CREDENTIALS = f"{USER}:{quote(PASSWORD, safe='')}"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def mailer_at(address: str, tls: ssl.SSLContext | None = None) -> Mailer:
    return SmtpMailer(smtp_server(address), sender=SENDER, tls=tls)


@pytest.mark.parametrize(("name", "error"), [("nobody", Undeliverable), ("later", Unavailable), ("busy", Unavailable)])
async def test_only_recipients_that_never_exist_are_undeliverable(
    server: MailServer, name: str, error: type[Exception]
) -> None:
    mailer = mailer_at(f"smtp://127.0.0.1:{server.port}")

    with pytest.raises(error):
        await mailer.send(LETTER._replace(to=f"{name}@example.com"))

    assert server.envelopes == []


async def test_a_relay_that_refuses_the_store_says_nothing_of_the_recipient(server: MailServer) -> None:
    with pytest.raises(Unavailable):
        await mailer_at(f"smtp://127.0.0.1:{server.port}").send(LETTER._replace(to="relayed@example.com"))


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable) as failure:
        await mailer_at("smtp://127.0.0.1:1").send(LETTER)

    assert failure.value.part == "mail"


async def test_a_server_that_falls_silent_is_unavailable(server: MailServer) -> None:
    address = smtp_server(f"smtp://127.0.0.1:{server.port}")
    server.silent = True

    with pytest.raises(Unavailable):
        await SmtpMailer(address, sender=SENDER, seconds_per_answer=0.2).send(LETTER)


async def test_a_server_without_utf8_has_no_such_recipients() -> None:
    async with running_server(utf8=False) as server:
        mailer = mailer_at(f"smtp://127.0.0.1:{server.port}")

        with pytest.raises(Undeliverable):
            await mailer.send(LETTER._replace(to="jürgen@example.com"))
        await mailer.send(LETTER)

    assert [to for to, _ in server.envelopes] == [("ann@example.com",)]


async def test_starttls_comes_before_the_password(authority: Authority) -> None:
    async with running_server(starttls=authority.server_side()) as server:
        await mailer_at(f"smtp+starttls://{CREDENTIALS}@127.0.0.1:{server.port}", authority.client_side()).send(LETTER)

    assert len(server.envelopes) == 1


async def test_a_wrong_password_is_unavailable(authority: Authority) -> None:
    async with running_server(starttls=authority.server_side()) as server:
        mailer = mailer_at(f"smtp+starttls://shop:wrong@127.0.0.1:{server.port}", authority.client_side())

        with pytest.raises(Unavailable):
            await mailer.send(LETTER)


async def test_tls_from_the_start(authority: Authority) -> None:
    async with running_server(tls=authority.server_side()) as server:
        await mailer_at(f"smtps://127.0.0.1:{server.port}", authority.client_side()).send(LETTER)

    assert len(server.envelopes) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_server_that_nobody_vouches_for_gets_nothing(authority: Authority, scheme: str) -> None:
    tls, starttls = (authority.server_side() if scheme == one else None for one in ("smtps", "smtp+starttls"))
    async with running_server(tls=tls, starttls=starttls) as server:
        with pytest.raises(Unavailable):
            await mailer_at(f"{scheme}://{CREDENTIALS}@127.0.0.1:{server.port}").send(LETTER)

    assert server.envelopes == []


async def test_a_server_without_starttls_gets_nothing(server: MailServer) -> None:
    with pytest.raises(Unavailable):
        await mailer_at(f"smtp+starttls://{CREDENTIALS}@127.0.0.1:{server.port}").send(LETTER)

    assert server.envelopes == []


@pytest.mark.parametrize(
    "address",
    [
        "s3cret",
        "http://host",
        "smtp://",
        "smtp://a:s3cret@h:x",
        "smtp://host/path",
        "smtp://host?s=no",
        "smtp://[",
        "smtp://a:ö@h",
    ],
)
def test_other_addresses_are_refused_without_repeating_them(address: str) -> None:
    with pytest.raises(BadAddress) as refusal:
        smtp_server(address)

    assert "s3cret" not in str(refusal.value)


def test_ports_and_users_are_read_from_the_address() -> None:
    plain, tls, starttls = (smtp_server(f"{scheme}://mail.example") for scheme in ("smtp", "smtps", "smtp+starttls"))
    signed_in = smtp_server(f"smtps://{CREDENTIALS}@mail.example:2465/")

    assert (plain.port, tls.port, starttls.port) == (25, 465, 587)
    assert plain.user is None
    assert (signed_in.port, signed_in.user, signed_in.password) == (2465, USER, PASSWORD)


@pytest.mark.parametrize("sender", ["", "Emporium", "Emporium <shop>", "a@b.example\r\nBcc: c@d.example"])
def test_a_sender_must_be_an_address(sender: str, tmp_path: Path) -> None:
    with pytest.raises(BadAddress):
        open_mailer(Settings(data_dir=tmp_path, mail=MailSettings(sender=sender)))


def test_production_needs_a_server_or_asks_for_the_folder_by_name() -> None:
    settings = Settings.model_validate({"mode": "production"})
    chosen = settings.model_copy(update={"smtp_url": SecretStr("smtp://mail.example")})
    asked = settings.model_copy(update={"allow_embedded": True})

    refused = [any("SMTP_URL" in reason for reason in one.refusals()) for one in (settings, chosen, asked)]

    assert refused == [True, False, False]
