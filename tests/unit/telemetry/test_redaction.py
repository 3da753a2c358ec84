"""What logs keep to themselves, and what they say all the same."""

import pytest

from core.telemetry.redaction import REDACTED, redact_fields, redact_text


@pytest.mark.parametrize(
    "secret",
    [
        "sam@shop.example",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzYW0ifQ.c2lnbmF0dXJl",
        "Bearer abcdef0123456789",
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "whsec_development",
        "pi_3NxAbC_secret_k8s",
        "$argon2id$v=19$m=65536,t=3,p=2$c2FsdA$aGFzaA",
        "4242 4242 4242 4242",
        "5555555555554444",
    ],
)
def test_texts_lose_secrets(secret: str) -> None:
    text = f"it failed for {secret}, again"

    found = redact_text(text)

    assert found == f"it failed for {REDACTED}, again"


def test_addresses_of_servers_lose_their_logins_alone() -> None:
    text = "cannot reach postgresql://emporium:hunter2@db.internal:5432/shop"

    found = redact_text(text)

    assert found == f"cannot reach postgresql://{REDACTED}@db.internal:5432/shop"


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424241",  # no card has this check digit
        "1790000000000000",  # microseconds
        "0199f3c1-7d7e-7c3e-9f3e-4242424242424242",
        "2026-11-30T12:00:00.123456Z",
        "product 1234567890123",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    found = redact_text(text)

    assert found == text


def test_fields_are_known_by_their_names_also_within_others() -> None:
    event = {"event": "refused", "password": "x", "given": {"refreshToken": "y", "kind": "z"}, "cookies": "c"}

    found = redact_fields(None, "", event)

    assert found == {
        "event": "refused",
        "password": REDACTED,
        "given": {"refreshToken": REDACTED, "kind": "z"},
        "cookies": REDACTED,
    }
