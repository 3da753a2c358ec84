"""A caller's key makes a repeated mutation give the first answer again instead of happening twice.

The key is a row in the mutation's own transaction: of two at once the second waits for the first and then finds its
answer; a mutation that was refused or failed leaves no row, so the same key may be tried again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import orjson
import sqlalchemy as sa

from core.problems import Problem, Rejected
from core.recordset import as_recordset
from services.unit_of_work import ReadSession, UnitOfWork

LONGEST_KEY = 200
_KEPT_HOURS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReused(Problem):
    """The idempotency key was used before, with another input."""

    code: ClassVar[str] = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadKey(Problem):
    """The idempotency key is empty or too long."""

    code: ClassVar[str] = "BAD_IDEMPOTENCY_KEY"


class Attempt(NamedTuple):
    """One use of a key. `scope` is the mutation and the caller; `input_hash` is `hash_input` of all that was sent."""

    scope: str
    key: str
    input_hash: str


def hash_input(given: object) -> str:
    """The same for equal inputs: anything that JSON and UUIDs can express, in any order of fields."""
    encoded = orjson.dumps(given, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS)
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def check_key(key: str) -> None:
    """Raises `Rejected` (BAD_IDEMPOTENCY_KEY)."""
    if not key.strip() or len(key) > LONGEST_KEY or "\0" in key or not _is_text(key):
        message = f"An idempotency key has 1 to {LONGEST_KEY} characters."
        raise Rejected(BadKey(message=message, path=("idempotencyKey",)))


def _is_text(key: str) -> bool:
    """Whether Postgres can keep the key: half of a surrogate pair is no character."""
    return not any("\ud800" <= sign <= "\udfff" for sign in key)


async def claim(
    unit: UnitOfWork, attempt: Attempt, *, answer: Mapping[str, Any] | None = None
) -> Mapping[str, Any] | None:
    """None if the work is this unit's to do; else the answer of the first time (JSON, hence Any). An `answer` that is
    known already is kept with the key, and need not be recorded.

    Raises `Rejected` (BAD_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED). Claim before any lock on stock or money.
    """
    check_key(attempt.key)
    values = {**attempt._asdict(), "answer": orjson.dumps(answer or {}, default=str).decode()}
    while (await unit.session.execute(_CLAIM, values)).first() is None:
        found = (await unit.session.execute(_FIND, values)).one_or_none()
        if found is None:
            # It was there a moment ago and is deleted now, for its age.
            continue
        return _same(found.input_hash, found.answer, attempt)
    return None


async def find(session: ReadSession, attempt: Attempt) -> Mapping[str, Any] | None:
    """The answer of the first time (JSON, hence Any), if there was one that is committed. Claims nothing: for work
    that has to ask others before its transaction. Raises as `claim`."""
    check_key(attempt.key)
    found = (await session.execute(_FIND, attempt._asdict())).one_or_none()
    return None if found is None else _same(found.input_hash, found.answer, attempt)


def _same(input_hash: str, answer: Mapping[str, Any], attempt: Attempt) -> Mapping[str, Any]:
    """The answer, if it was given to the same input. Raises `Rejected` (IDEMPOTENCY_KEY_REUSED)."""
    if input_hash != attempt.input_hash:
        message = "This key was used before, with another input."
        raise Rejected(KeyReused(message=message, path=("idempotencyKey",)))
    return answer


async def claim_many(
    unit: UnitOfWork, answers: Mapping[Attempt, Mapping[str, Any]]
) -> Mapping[tuple[str, str], tuple[str, Mapping[str, Any]]]:
    """Claim many keys at once, in one fixed order, each with the answer (JSON, hence Any) that it is to keep.

    Returns what was there before: input hash and answer by scope and key. Attempts have passed `check_key`, no two
    have the same scope and key, and `forget_many` follows for those whose work was refused.
    """
    before: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = {}
    left = list(answers)
    while left:
        rows = [{**attempt._asdict(), "answer": answers[attempt]} for attempt in left]
        claimed = {tuple(row) for row in await unit.session.execute(_CLAIM_MANY, {"rows": as_recordset(rows)})}
        left = [attempt for attempt in left if (attempt.scope, attempt.key) not in claimed]
        if left:
            rows = [attempt._asdict() for attempt in left]
            found = await unit.session.execute(_FIND_MANY, {"rows": as_recordset(rows)})
            before |= {(scope, key): (input_hash, answer) for scope, key, input_hash, answer in found}
        # Those that were there a moment ago and are deleted now, for their age, are claimed anew.
        left = [attempt for attempt in left if (attempt.scope, attempt.key) not in before]
    return before


async def forget_many(unit: UnitOfWork, attempts: Sequence[Attempt]) -> None:
    """Give back keys that this unit has claimed: what they stood for was refused, and may be tried again."""
    await unit.session.execute(_FORGET_MANY, {"rows": as_recordset([attempt._asdict() for attempt in attempts])})


async def record(unit: UnitOfWork, attempt: Attempt, answer: Mapping[str, Any]) -> None:
    """Keep the answer (a JSON object, hence Any) with the key that this unit has claimed."""
    await unit.session.execute(_RECORD, {**attempt._asdict(), "answer": orjson.dumps(answer, default=str).decode()})


async def delete_old(unit: UnitOfWork, *, limit: int) -> int:
    """Delete up to `limit` keys that are older than 48 hours; returns how many."""
    result = await unit.session.execute(_DELETE, {"hours": _KEPT_HOURS, "limit": limit})
    return len(result.all())


_CLAIM = sa.text(
    """
    INSERT INTO idempotency_key (scope, key, input_hash, answer)
    VALUES (:scope, :key, :input_hash, CAST(:answer AS jsonb))
    ON CONFLICT DO NOTHING RETURNING 1
    """
)
_FIND = sa.text("SELECT input_hash, answer FROM idempotency_key WHERE scope = :scope AND key = :key")
_CLAIM_MANY = sa.text(
    """
    INSERT INTO idempotency_key (scope, key, input_hash, answer)
    SELECT scope, key, input_hash, answer
    FROM json_to_recordset(CAST(:rows AS json)) AS d(scope text, key text, input_hash text, answer jsonb)
    ORDER BY scope, key
    ON CONFLICT DO NOTHING RETURNING scope, key
    """
)
_FIND_MANY = sa.text(
    """
    SELECT scope, key, k.input_hash, k.answer
    FROM json_to_recordset(CAST(:rows AS json)) AS d(scope text, key text)
    JOIN idempotency_key k USING (scope, key)
    """
)
_FORGET_MANY = sa.text(
    """
    DELETE FROM idempotency_key USING json_to_recordset(CAST(:rows AS json)) AS d(scope text, key text)
    WHERE (idempotency_key.scope, idempotency_key.key) = (d.scope, d.key)
    """
)
_RECORD = sa.text("UPDATE idempotency_key SET answer = CAST(:answer AS jsonb) WHERE scope = :scope AND key = :key")
_DELETE = sa.text(
    """
    DELETE FROM idempotency_key WHERE (scope, key) IN (
        SELECT scope, key FROM idempotency_key WHERE created_at < now() - make_interval(hours => :hours) LIMIT :limit)
    RETURNING 1
    """
)
