"""The one place where mutations commit."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, Protocol, TypeVar
from uuid import UUID

from core.ids import decode_id_of, encode_global_id
from core.problems import Problem, Rejected
from resolvers.context import Info
from services import idempotency
from services.idempotency import Attempt, hash_input
from services.unit_of_work import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")


class Outcome(NamedTuple, Generic[T]):
    """What a mutation's payload views: the result, or why there is none."""

    result: T | None
    problems: Sequence[Problem]

    @property
    def user_errors(self) -> Sequence[Problem]:
        return self.problems

    @property
    def is_done(self) -> bool:
        """For payloads that have nothing to show."""
        return self.result is not None


async def commit(
    info: Info, command: Callable[Concatenate[UnitOfWork, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
) -> Outcome[T]:
    """Run `command` in a transaction of its own. A refusal rolls back and becomes the payload's `userErrors`."""
    return await answer(transact(info, command, *args, **kwargs))


async def transact(
    info: Info, command: Callable[Concatenate[UnitOfWork, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
) -> T:
    """As `commit`, as one step of several: raises `Rejected`."""
    async with info.context.database.unit() as unit:
        result = await command(unit, *args, **kwargs)
    info.context.renew_loaders()
    return result


async def answer(steps: Awaitable[T]) -> Outcome[T]:
    """What `steps` lead to, or why they were refused."""
    try:
        return Outcome(await steps, ())
    except Rejected as refusal:
        return Outcome(None, refusal.problems)


class Deletion(Protocol):
    """A command that deletes one thing and returns its key."""

    def __call__(self, unit: UnitOfWork, /, *, id: UUID) -> Awaitable[UUID]: ...


async def delete(info: Info, command: Deletion, *, kind: str, id: str) -> Outcome[str]:
    """As `commit`, for the thing of this kind with this global id, which is the result then. Raises `BadInput`."""
    outcome = await commit(info, command, id=decode_id_of(kind, id))
    return Outcome(None if outcome.result is None else encode_global_id(kind, outcome.result), outcome.problems)


def attempt(info: Info, mutation: str, key: str, given: object) -> Attempt:
    """The caller's use of an idempotency key: other callers and other mutations may use the same one."""
    caller = info.context.principal
    return Attempt(f"{mutation}:{caller.role}:{caller.subject or ''}", key, hash_input(given))


async def commit_once(
    info: Info,
    attempt: Attempt,
    command: Callable[[UnitOfWork], Awaitable[T]],
    *,
    answer: Callable[[T], Mapping[str, Any]],
    restore: Callable[[UnitOfWork, Mapping[str, Any]], Awaitable[T]],
) -> Outcome[T]:
    """As `commit`, once per key. `answer` says what to keep of the result (a JSON object, hence Any), `restore` makes
    the result from that when the key comes again."""

    async def once(unit: UnitOfWork) -> T:
        before = await idempotency.claim(unit, attempt)
        if before is not None:
            return await restore(unit, before)
        result = await command(unit)
        await idempotency.record(unit, attempt, answer(result))
        return result

    return await commit(info, once)
