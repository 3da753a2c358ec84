"""The one place where mutations commit."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Concatenate, Generic, NamedTuple, ParamSpec, TypeVar

from core.problems import Problem, Rejected
from resolvers.context import Info
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


async def commit(
    info: Info, command: Callable[Concatenate[UnitOfWork, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
) -> Outcome[T]:
    """Run `command` in a transaction of its own. A refusal rolls back and becomes the payload's `userErrors`."""
    try:
        async with info.context.database.unit() as unit:
            result = await command(unit, *args, **kwargs)
    except Rejected as refusal:
        return Outcome(None, refusal.problems)
    info.context.renew_loaders()
    return Outcome(result, ())
