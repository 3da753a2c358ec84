"""Letters as RFC 5322 messages, the same for every way of sending them. No part of a letter can add a header."""

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from core.clock import utc_now
from ports.mail import Letter, Undeliverable

# What separates, quotes or comments addresses: none of it is in an address that people have.
_NOT_IN_ADDRESSES = frozenset('<>(),;:\\"[]@ ')


def compose(letter: Letter, *, sender: str) -> EmailMessage:
    """The message, dated now. Raises `Undeliverable` if `to` is not one address."""
    to = read_address(letter.to)
    message = EmailMessage(policy=SMTP if to.username.isascii() else SMTPUTF8)
    message["Message-ID"] = f"<{identify(letter)}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Date"] = format_datetime(utc_now())
    message["From"] = sender
    message["To"] = to
    message["Subject"] = _on_one_line(letter.subject)
    # RFC 3834: no out-of-office note need answer it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    return message


def identify(letter: Letter) -> str:
    """A name that is the same for each sending of the letter, and of which its key cannot be read."""
    return hashlib.sha256(letter.key.encode()).hexdigest()[:32]


def read_address(text: str) -> Address:
    """One address, its domain in ASCII; raises `Undeliverable`."""
    local, _at, domain = text.rpartition("@")
    if not local or not domain or not _is_plain(local) or not _is_plain(domain):
        raise Undeliverable("This is not an address.")
    try:
        return Address(username=local, domain=domain.encode("idna").decode("ascii"))
    except UnicodeError as error:
        raise Undeliverable("This is not an address.") from error


def _is_plain(part: str) -> bool:
    return part.isprintable() and not _NOT_IN_ADDRESSES.intersection(part)


def _on_one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
