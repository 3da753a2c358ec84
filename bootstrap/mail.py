"""From settings to what sends letters."""

from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from adapters.mail.folder import MailFolder
from adapters.mail.smtp import Security, SmtpMailer, SmtpServer
from bootstrap.database import BadAddress
from core.settings import Settings
from ports.mail import Mailer

_PORTS = {Security.NONE: 25, Security.TLS: 465, Security.STARTTLS: 587}
_WANTED = "SMTP_URL is not a URL such as smtp+starttls://user:password@host:587."


def open_mailer(settings: Settings) -> Mailer:
    """A server where its address is set, files in the data folder otherwise. Nothing connects yet.

    Raises `BadAddress`, also for a sender that is none.
    """
    sender = settings.mail.sender
    if not sender.isprintable() or not all(parseaddr(sender)[1].rpartition("@")):
        raise BadAddress("EMPORIUM_MAIL__SENDER is not an address such as Emporium <shop@example.com>.")
    if settings.smtp_url is None:
        return MailFolder(settings.data_dir / "mail", sender=sender)
    return SmtpMailer(smtp_server(settings.smtp_url.get_secret_value()), sender=sender)


def smtp_server(address: str) -> SmtpServer:
    """The server that an address names: `smtp://`, `smtps://` or `smtp+starttls://`. Raises `BadAddress`.

    The error does not repeat the address, which may hold a password.
    """
    try:
        url = urlsplit(address)
        security, port = Security(url.scheme), url.port
    except ValueError:
        raise BadAddress(_WANTED) from None
    if not url.hostname or url.path not in ("", "/") or url.query:
        raise BadAddress(_WANTED)
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if not (user + password).isascii():
        raise BadAddress("SMTP_URL has a user or a password that is not ASCII, which SMTP has no words for.")
    return SmtpServer(url.hostname, port or _PORTS[security], security, user or None, password)
