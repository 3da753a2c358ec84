"""Letters as RFC 5322 messages, the same for every way of sending them. No part of a letter can add a header."""

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from email_validator import EmailNotValidError, validate_email

from core.clock import utc_now
from ports.mail import Letter, Undeliverable


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
    """One address, its domain in ASCII; raises `Undeliverable`.

    Accounts are told apart by the same library: another one's rules could write to another domain (IDNA 2003 and 2008).
    """
    try:
        found = validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise Undeliverable("This is not an address.") from error
    return Address(username=found.local_part, domain=found.ascii_domain)


def _on_one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
