"""Which texts are the same e-mail address."""

import pytest

from core.problems import Rejected
from services.accounts.emails import email_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Example.com", "ann@EXAMPLE.com"),
        ("ann@example.com", "  ann@example.com\n"),
        ("ann@example.com", "ＡＮＮ＠ＥＸＡＭＰＬＥ．ＣＯＭ"),
        ("jos\u00e9@example.com", "jose\u0301@example.com"),
        ("JOS\u00c9@example.com", "jose\u0301@EXAMPLE.com"),
        ("ann@b\u00fccher.example", "ann@BU\u0308CHER.example"),
        ("ann@b\u00fccher.example", "ann@xn--bcher-kva.example"),
        ("stra\u00dfe@example.com", "STRASSE@example.com"),
        (
            "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2@example.com",
            "\u03a3\u038a\u03a3\u03a5\u03a6\u039f\u03a3@example.com",
        ),
    ],
)
def test_spellings_of_one_address_have_one_key(one: str, other: str) -> None:
    assert email_key(one).key == email_key(other).key
    assert email_key(one).digest == email_key(other).digest


@pytest.mark.parametrize("other", ["anne@example.com", "ann@example.org", "a.nn@example.com", "ann+shop@example.com"])
def test_other_addresses_have_other_keys(other: str) -> None:
    assert email_key(other).key != email_key("ann@example.com").key


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Ann.Lee@Example.com", "Ann.Lee@example.com"),
        ("JOS\u00c9@B\u00dcCHER.example", "JOS\u00c9@b\u00fccher.example"),
    ],
)
def test_keeps_how_the_owner_writes_it(text: str, spelling: str) -> None:
    assert email_key(text).spelling == spelling


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@localhost",
        "a b@example.com",
        "ann@exa mple.com",
        "Ann <ann@example.com>",
        '"ann"@example.com',
        "ann@[127.0.0.1]",
        "ann@example.com, bob@example.com",
        "ann\x00@example.com",
        "ann\ud800@example.com",
        "ann@example.com\r\nBcc: all@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 60 + ("." + "b" * 60) * 5 + ".com",
        "a" * 1_000_000,
    ],
)
def test_refuses_what_is_none(text: str) -> None:
    with pytest.raises(Rejected) as refusal:
        email_key(text)

    assert [(problem.code, problem.path) for problem in refusal.value.problems] == [("BAD_EMAIL", ("email",))]
