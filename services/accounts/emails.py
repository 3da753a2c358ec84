"""E-mail addresses: which texts are one, and one key for all spellings of the same one."""

import hashlib
import unicodedata
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from core.problems import Rejected
from services.accounts.problems import BadEmail

# No address is longer than 254 characters; other spellings of one may be.
_LONGEST_SPELLING = 1_000


class EmailKey(NamedTuple):
    """An e-mail address. Two texts name the same account if their `key` is the same.

    `spelling` is as its owner writes it, and where letters go: the key may be another mailbox to a mail server that
    tells capitals apart.
    """

    spelling: str
    key: str

    @property
    def digest(self) -> str:
        """A short name of the key that tells nobody the address."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]


def email_key(text: str) -> EmailKey:
    """The address that `text` writes; raises `Rejected` (BAD_EMAIL).

    The key has the local part in Unicode's NFKC and without case, and the domain as DNS has it (IDNA), so full-width,
    composed and decomposed letters, and capitals, make no other account.
    """
    problem = BadEmail(message="This is no e-mail address.", path=("email",))
    if len(text) > _LONGEST_SPELLING:
        raise Rejected(problem)
    try:
        found = validate_email(unicodedata.normalize("NFKC", text.strip()), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise Rejected(problem) from error
    local = unicodedata.normalize("NFKC", found.local_part.casefold())
    return EmailKey(found.normalized, f"{local}@{(found.ascii_domain or found.domain).lower()}")
