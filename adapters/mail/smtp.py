"""Mail through an SMTP server: one connection a letter, in a thread, with an end to every wait."""

import asyncio
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.message import EmailMessage
from enum import Enum
from typing import NamedTuple

from opentelemetry.trace import SpanKind

from adapters.mail.message import compose
from core.problems import Unavailable
from core.telemetry import tracing
from ports.mail import Letter, Undeliverable

_SECONDS_PER_ANSWER = 10.0
_SECONDS_PER_LETTER = 30.0
_LETTERS_AT_ONCE = 8
# RFC 5321: "bad sequence" and "sign in first" are no words about the recipient, nor are policies (RFC 3463, x.7.x),
# such as a relay's towards us.
_NOT_OF_RECIPIENT = (503, 530)
_POLICY = b"5.7."


class Security(Enum):
    """How a connection is kept from others."""

    NONE = "smtp"
    TLS = "smtps"
    STARTTLS = "smtp+starttls"


class SmtpServer(NamedTuple):
    """Where a server is and how to sign in there; without a user nobody signs in."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str = ""


class SmtpMailer:
    """Hands letters to one server. `tls` says whom to trust; the machine's authorities if not given."""

    def __init__(
        self,
        server: SmtpServer,
        *,
        sender: str,
        tls: ssl.SSLContext | None = None,
        seconds_per_answer: float = _SECONDS_PER_ANSWER,
    ) -> None:
        self._server = server
        self._sender = sender
        self._seconds_per_answer = seconds_per_answer
        self._tls = tls or ssl.create_default_context()
        self._threads = ThreadPoolExecutor(_LETTERS_AT_ONCE, thread_name_prefix="smtp")

    async def send(self, letter: Letter) -> None:
        message = compose(letter, sender=self._sender)
        sending = asyncio.get_running_loop().run_in_executor(self._threads, self._send, message)
        try:
            with tracing.inner("smtp send", kind=SpanKind.CLIENT, attributes={"server.address": self._server.host}):
                async with asyncio.timeout(_SECONDS_PER_LETTER):
                    await sending
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            if _is_for_good(code, reason):
                raise Undeliverable(f"{code} {reason.decode(errors='replace')}") from error
            raise Unavailable("mail", str(error)) from error
        except (smtplib.SMTPException, OSError, TimeoutError) as error:
            raise Unavailable("mail", str(error) or "It did not answer in time.") from error

    async def close(self) -> None:
        # A thread that still waits for a server ends by its own limits.
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _send(self, message: EmailMessage) -> None:
        server = self._connected()
        try:
            if not message["To"].addresses[0].username.isascii() and not server.has_extn("smtputf8"):
                raise Undeliverable("The server knows only addresses in ASCII.")
            server.send_message(message)
        finally:
            # What the server says to a farewell takes nothing back of what it has accepted.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        host, port, security, user, password = self._server
        seconds = self._seconds_per_answer
        server: smtplib.SMTP
        if security is Security.TLS:
            server = smtplib.SMTP_SSL(host, port, timeout=seconds, context=self._tls)
        else:
            server = smtplib.SMTP(host, port, timeout=seconds)
        try:
            server.ehlo()
            if security is Security.STARTTLS:
                server.starttls(context=self._tls)
                server.ehlo()
            if user is not None:
                server.login(user, password)
        except BaseException:
            server.close()
            raise
        return server


def _is_for_good(code: int, reason: bytes) -> bool:
    return 500 <= code < 600 and code not in _NOT_OF_RECIPIENT and not reason.startswith(_POLICY)
