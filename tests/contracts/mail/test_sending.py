"""What every way of sending mail must do."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from core.clock import utc_now
from ports.mail import Letter, Undeliverable
from services.accounts.emails import email_key
from tests.contracts.mail.conftest import SENDER, Post

LETTER = Letter(key="welcome:1", to="ann@example.com", subject="Grüße ✓", text="Hällo Ann,\n\nwelcome.\n" + "x" * 2000)


async def test_a_letter_arrives_as_it_was_written(post: Post) -> None:
    await post.mailer.send(LETTER)

    (message,) = post.arrived()
    body = message.get_body()
    assert body is not None
    assert (str(message["To"]), str(message["From"]), str(message["Subject"])) == (LETTER.to, SENDER, LETTER.subject)
    assert body.get_content().replace("\r\n", "\n") == LETTER.text + "\n"
    assert abs(parsedate_to_datetime(message["Date"]) - utc_now()) < timedelta(minutes=1)


async def test_a_letter_has_the_same_message_id_each_time(post: Post) -> None:
    await post.mailer.send(LETTER)
    await post.mailer.send(LETTER)
    await post.mailer.send(LETTER._replace(key="welcome:2"))

    names = [str(message["Message-ID"]) for message in post.arrived()]
    assert len(set(names)) == 2
    assert len(names) == (2 if post.kind == "folder" else 3)
    assert all(name.endswith("@store.example>") and "welcome" not in name for name in names)


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
async def test_a_subject_cannot_add_a_header(post: Post, break_: str) -> None:
    await post.mailer.send(LETTER._replace(subject=f"Hello{break_}Bcc: eve@example.com{break_}{break_}Buy"))

    (message,) = post.arrived()
    assert message["Bcc"] is None
    assert str(message["Subject"]) == "Hello Bcc: eve@example.com Buy"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@example.com\r\nBcc: eve@example.com",
        "ann@example.com, eve@example.com",
        "Ann <ann@example.com>",
        "ann eve@example.com",
        "ann\0@example.com",
        "ann@example..com",
        "ann@\ud800.com",
        # Joiners change the domain, and older rules drop them: no account has such an address.
        "ann@\u0915\u094d\u200d\u0937.example",
        "ann@xn--11b2ezcw70k.example",
    ],
)
async def test_what_is_not_one_address_is_undeliverable(post: Post, address: str) -> None:
    with pytest.raises(Undeliverable):
        await post.mailer.send(LETTER._replace(to=address))

    assert post.arrived() == []


async def test_addresses_need_not_be_ascii(post: Post) -> None:
    await post.mailer.send(LETTER._replace(to="jürgen@müller.example"))

    (message,) = post.arrived()
    assert str(message["To"]) == "jürgen@xn--mller-kva.example"


@pytest.mark.parametrize(
    ("domain", "other"), [("fa\u00df.de", "fass.de"), ("\u03bf\u03b4\u03cc\u03c2.gr", "\u03bf\u03b4\u03cc\u03c3.gr")]
)
async def test_a_letter_goes_to_the_domain_that_the_account_is_known_by(post: Post, domain: str, other: str) -> None:
    account, lookalike = email_key(f"ann@{domain}"), email_key(f"ann@{other}")

    await post.mailer.send(LETTER._replace(to=account.spelling))

    (message,) = post.arrived()
    assert str(message["To"]) == account.key != lookalike.key
