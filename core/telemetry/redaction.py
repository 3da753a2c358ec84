"""Keeps secrets and people's data out of logs: by the names of fields, and the look of texts, also in tracebacks."""

import re
from collections.abc import Mapping

import structlog

REDACTED = "[redacted]"
_SECRET = re.compile(
    r"pass(?:word|wd|phrase)|secret|token|authori[sz]ation|cookie|api_?key|credential|e_?mail|phone|card(?!inal)|cvc|cvv"
    r"|iban|session_?key|signature",
    re.IGNORECASE,
)
# No pattern takes a quote or a backslash, so that JSON stays JSON.
_TEXTS = re.compile(
    r"""
    (?P<address>[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}\b)
    | (?P<jwt>\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)
    | (?P<bearer>\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,})
    | (?P<key>\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_]{6,})
    | (?P<intent>\b(?:pi|seti)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+)
    | (?P<hash>\$argon2[a-z]*(?:\$[A-Za-z0-9+/=.]+(?:,[a-z]=\d+)*)+)
    | (?P<login>(?<=://)[^\s/@:"\\]*:[^\s/@"\\]+(?=@))
    | (?P<card>(?<![\w.-])[3-6](?:[ -]?\d){12,18}(?![\w.-]))
    """,
    re.VERBOSE,
)


def redact_fields(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A processor of structlog: what stands under the name of a secret is not logged."""
    return {name: _redacted(name, value) for name, value in event.items()}


def redact_text(text: str) -> str:
    """The text without what looks like an address, a token, a key or the number of a card."""
    return _TEXTS.sub(_replacement, text)


def redacting(renderer: structlog.typing.Processor) -> structlog.typing.Processor:
    """A renderer whose lines are looked through once more, with all that was formatted into them."""

    def render(logger: object, name: str, event: structlog.typing.EventDict) -> str:
        rendered = renderer(logger, name, event)
        return redact_text(rendered.decode() if isinstance(rendered, bytes) else str(rendered))

    return render


def _redacted(name: str, value: object) -> object:
    if _SECRET.search(name):
        return REDACTED
    if isinstance(value, Mapping):
        return {key: _redacted(str(key), inner) for key, inner in value.items()}
    return value


def _replacement(found: re.Match[str]) -> str:
    return found[0] if found.lastgroup == "card" and not _is_card(found[0]) else REDACTED


def _is_card(text: str) -> bool:
    """By Luhn's check digit, ISO/IEC 7812-1: most other long numbers are let through."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
