"""A real SMTP server for tests, which refuses some recipients as servers do."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

# What the server says to a recipient, by the local part.
REPLIES = {
    "nobody": "550 5.1.1 No such user here",
    "later": "450 4.2.1 Try again later",
    "relayed": "554 5.7.1 Relay access denied",
    "busy": "421 4.3.2 Going down",
}
USER, PASSWORD = "shop", "p@ss:w/rd"


class MailServer:
    """What has arrived, and where to send more. `silent` makes it take letters without a word, for ever."""

    def __init__(self) -> None:
        self.port = 0
        self.envelopes: list[tuple[Sequence[str], bytes]] = []
        self.silent = False

    def letters(self) -> Sequence[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for _to, content in self.envelopes]

    async def handle_RCPT(  # the name is the library's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = REPLIES.get(address.partition("@")[0])
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.silent:
            await asyncio.Event().wait()
        assert isinstance(envelope.content, bytes)
        self.envelopes.append((tuple(envelope.rcpt_tos), envelope.content))
        return "250 Taken"


@asynccontextmanager
async def running_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, utf8: bool = True
) -> AsyncIterator[MailServer]:
    """A server on a free port: bare, with TLS from the start, or with STARTTLS, which it then insists on, and on
    a user and a password."""
    server = MailServer()

    def protocol() -> SMTP:
        return SMTP(
            server,
            enable_SMTPUTF8=utf8,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=starttls is not None,
            authenticator=_authenticate if starttls is not None else None,
        )

    listening = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()


# The session and the mechanism are not looked at; the data is what the library has read.
def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    known = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
