"""Letters: whom they go to, and what their tokens do, once."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import sqlalchemy as sa

from core.clock import utc_now
from core.problems import Rejected, Unavailable
from core.profile import profiling
from core.settings import Settings
from services.accounts import (
    Ended,
    Purpose,
    email_key,
    mail_job,
    prepare_reset,
    prove_by_email,
    read_letter_token,
    request_letter,
    reset_password,
    sign_in,
    verify_email,
)
from services.accounts.letter_tokens import issue_letter_token
from services.accounts.queries import find_accounts
from services.unit_of_work import Database
from tests.factories.accounts import (
    DEVICE,
    MONTH,
    PASSWORD,
    cheap_passwords,
    end_reasons,
    make_hash_old,
    save_account,
    save_session,
)
from tests.factories.mail import Postbox

SETTINGS = Settings()
SECRET = SETTINGS.auth.secret.get_secret_value()
NEW = "another password"


async def _request(database: Database, purpose: Purpose, email: str = "ann@example.com") -> None:
    async with database.unit() as unit:
        await request_letter(unit, email=email_key(email), purpose=purpose)


# Payloads are any JSON, hence Any.
async def _waiting(database: Database) -> Sequence[Mapping[str, Any]]:
    async with database.read() as session:
        return [
            orjson.loads(text) for text in await session.scalars(sa.text("SELECT payload FROM pgqueuer ORDER BY id"))
        ]


async def _send_all(database: Database, mailbox: Postbox) -> None:
    for payload in await _waiting(database):
        async with database.unit() as unit:
            await mail_job(mailbox, SETTINGS).run(unit, payload)


async def _token(database: Database, purpose: Purpose) -> str:
    """The token of the letter that goes out when it is asked for."""
    mailbox = Postbox()
    await _request(database, purpose)
    await _send_all(database, mailbox)
    found = re.search(r"#token=(\S+)", mailbox.letters[-1].text)
    assert found is not None
    return found[1]


async def _reset(database: Database, token: str, new: str = NEW) -> Ended:
    claim = read_letter_token(Purpose.RESET, token, secret=SECRET)
    secret, new_hash = await prepare_reset(database, cheap_passwords(), claim=claim, new=new)
    async with database.unit() as unit:
        return await reset_password(unit, secret, new_hash=new_hash)


async def _verify(database: Database, token: str) -> UUID:
    async with database.unit() as unit:
        return await verify_email(unit, claim=read_letter_token(Purpose.VERIFY, token, secret=SECRET))


async def _verified_at(database: Database, account_id: UUID) -> datetime | None:
    async with database.read() as session:
        return (await find_accounts(session, [account_id]))[account_id].email_verified_at


@pytest.mark.parametrize(("purpose", "page"), [(Purpose.VERIFY, "verify-email"), (Purpose.RESET, "reset-password")])
async def test_a_letter_goes_to_the_address_as_its_owner_writes_it(
    database: Database, purpose: Purpose, page: str
) -> None:
    await save_account(database, "Ann.Lee@Example.com")
    mailbox = Postbox()
    await _request(database, purpose, "ANN.LEE@example.com")

    await _send_all(database, mailbox)

    (letter,) = mailbox.letters
    assert letter.to == "Ann.Lee@example.com"
    assert f"http://127.0.0.1:8000/{page}#token=" in letter.text
    assert ("48 hours" if purpose is Purpose.VERIFY else "1 hour,") in letter.text


async def test_what_waits_in_the_queue_holds_no_token_and_no_address(database: Database) -> None:
    account_id = await save_account(database)

    await _request(database, Purpose.RESET)

    (payload,) = await _waiting(database)
    assert set(payload) == {"account", "purpose", "letter"}
    assert (payload["account"], payload["purpose"]) == (str(account_id), "reset")


async def test_a_request_for_an_unknown_address_is_done_alike_and_sends_nothing(database: Database) -> None:
    await save_account(database)
    mailbox, costs = Postbox(), []
    for email in ("ann@example.com", "bob@example.com"):
        with profiling() as profile:
            await _request(database, Purpose.RESET, email)
        costs.append(profile.statements)

    await _send_all(database, mailbox)

    assert costs[0] == costs[1]
    assert [letter.to for letter in mailbox.letters] == ["ann@example.com"]


async def test_a_letter_that_waits_is_not_asked_for_again(database: Database) -> None:
    await save_account(database)

    for _ in range(3):
        await _request(database, Purpose.RESET)
        await _request(database, Purpose.VERIFY)

    assert len(await _waiting(database)) == 2


async def test_the_same_letter_has_the_same_key_each_time(database: Database) -> None:
    await save_account(database)
    mailbox = Postbox()
    await _request(database, Purpose.RESET)

    await _send_all(database, mailbox)
    await _send_all(database, mailbox)

    assert mailbox.letters[0].key == mailbox.letters[1].key


async def test_nothing_is_sent_where_there_is_nothing_to_prove_or_to_reset(database: Database) -> None:
    await save_account(database, is_verified=True)
    await save_account(database, "outside@example.com")
    async with database.unit() as unit:
        outside = "UPDATE account SET issuer = 'i', subject = 's', password_hash = NULL WHERE email LIKE 'outside%'"
        await unit.session.execute(sa.text(outside))
    mailbox = Postbox()
    await _request(database, Purpose.VERIFY)
    await _request(database, Purpose.RESET, "outside@example.com")

    await _send_all(database, mailbox)

    assert mailbox.letters == []


async def test_a_mail_server_that_is_down_leaves_the_job_and_a_dead_address_does_not(database: Database) -> None:
    await save_account(database)
    await _request(database, Purpose.RESET)

    with pytest.raises(Unavailable):
        await _send_all(database, Postbox(room=0))
    await _send_all(database, Postbox(refused=["ann@example.com"]))


async def test_an_address_is_proven_once(database: Database) -> None:
    account_id = await save_account(database)
    token = await _token(database, Purpose.VERIFY)

    outcomes = await asyncio.gather(*(_verify(database, token) for _ in range(4)), return_exceptions=True)

    assert [outcome for outcome in outcomes if not isinstance(outcome, BaseException)] == [account_id]
    assert await _verified_at(database, account_id) is not None
    with pytest.raises(Rejected) as refusal:
        await _verify(database, token)
    assert [(one.code, one.path) for one in refusal.value.problems] == [("BAD_TOKEN", ("token",))]


async def test_a_password_is_reset_once_and_all_sessions_end(database: Database) -> None:
    account_id = await save_account(database)
    opened = [await save_session(database, account_id) for _ in range(2)]
    token = await _token(database, Purpose.RESET)

    ended = await _reset(database, token)

    assert ended.session_ids == [one.session.id for one in opened]
    assert await end_reasons(database) == ["password_changed"] * 2
    await prove_by_email(database, cheap_passwords(), email=email_key("ann@example.com"), password=NEW)
    with pytest.raises(Rejected) as refusal:
        await _reset(database, token, "a third password")
    assert [one.code for one in refusal.value.problems] == ["BAD_TOKEN"]
    assert await _verified_at(database, account_id) is not None


async def test_of_two_resets_at_once_one_wins(database: Database) -> None:
    await save_account(database)
    claim = read_letter_token(Purpose.RESET, await _token(database, Purpose.RESET), secret=SECRET)
    prepared = [await prepare_reset(database, cheap_passwords(), claim=claim, new=f"{NEW} {n}") for n in range(3)]

    async def reset(number: int) -> Ended:
        secret, new_hash = prepared[number]
        async with database.unit() as unit:
            return await reset_password(unit, secret, new_hash=new_hash)

    outcomes = await asyncio.gather(*map(reset, range(3)), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Ended", "Rejected", "Rejected"]


async def test_a_changed_password_makes_earlier_letters_worthless(database: Database) -> None:
    await save_account(database)
    earlier = await _token(database, Purpose.RESET)
    await _reset(database, await _token(database, Purpose.RESET))

    with pytest.raises(Rejected) as refusal:
        await _reset(database, earlier, "short")

    assert [one.code for one in refusal.value.problems] == ["BAD_TOKEN", "WEAK_PASSWORD"]


async def test_a_better_hash_of_the_same_password_leaves_letters_good(database: Database) -> None:
    await save_account(database)
    await make_hash_old(database)
    token = await _token(database, Purpose.RESET)
    proof = await prove_by_email(database, cheap_passwords(), email=email_key("ann@example.com"), password=PASSWORD)
    async with database.unit() as unit:
        await sign_in(unit, proof, device=DEVICE, lifetime=MONTH)

    await _reset(database, token)

    await prove_by_email(database, cheap_passwords(), email=email_key("ann@example.com"), password=NEW)


async def test_no_letter_gives_a_password_to_an_account_that_has_none(database: Database) -> None:
    await save_account(database)
    token = await _token(database, Purpose.RESET)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE account SET issuer = 'i', subject = 's', password_hash = NULL"))

    with pytest.raises(Rejected) as refusal:
        await _reset(database, token)

    assert [one.code for one in refusal.value.problems] == ["BAD_TOKEN"]


async def test_a_weak_password_does_not_use_the_letter_up(database: Database) -> None:
    await save_account(database)
    token = await _token(database, Purpose.RESET)

    with pytest.raises(Rejected) as refusal:
        await _reset(database, token, "ann@example.com")
    await _reset(database, token)

    assert [(one.code, one.path) for one in refusal.value.problems] == [("WEAK_PASSWORD", ("newPassword",))]


async def test_tokens_for_nobody_or_for_something_else_are_refused(database: Database) -> None:
    account_id = await save_account(database)
    verify = await _token(database, Purpose.VERIFY)
    for_nobody = issue_letter_token(Purpose.RESET, secret=SECRET, account_id=uuid4(), bound_to="", now=utc_now())
    bound_to_nothing = issue_letter_token(
        Purpose.RESET, secret=SECRET, account_id=account_id, bound_to="", now=utc_now()
    )

    for token in (verify, for_nobody, bound_to_nothing, "x"):
        with pytest.raises(Rejected) as refusal:
            await _reset(database, token)
        assert [one.code for one in refusal.value.problems] == ["BAD_TOKEN"]
    with pytest.raises(Rejected):
        await _verify(database, await _token(database, Purpose.RESET))
