"""One execution: what it awaits, and how it ends.

Awaitables are taken up as graphql-core takes them up, so that loaders see their keys in the same turns of the event
loop: one alone is awaited in place, several are started together in the next turn, and a value is completed in the turn
in which it arrives. Where a value is completed by reading attributes alone, a callback does it instead of a task.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo
from graphql.execution import Executor
from graphql.pyutils import Path

from compiled.frames import Complete, Container, Frame, Info, Pending, new_info
from compiled.site import Site


class Follower:
    """A task that awaits one thing after another; `current` is what it waits for, or will when it starts.

    One that is cancelled is still waited for; one that is dismissed has ended for the others.
    """

    __slots__ = ("current", "has_started", "is_cancelled", "is_dismissed", "task")

    def __init__(self) -> None:
        self.current: Pending | None = None
        self.has_started = False
        self.is_cancelled = False
        self.is_dismissed = False
        self.task: asyncio.Task[None] | None = None


class Asked:
    """What a look-up has for an info: it may ask for nothing but the context. `arguments` are those that all calls at
    a site of this execution share, by the id of the site."""

    __slots__ = ("arguments", "context", "executor")

    # Contexts and arguments are of any type, hence Any.
    def __init__(self, executor: Executor[Any]) -> None:
        self.executor = executor
        self.context = executor.context_value
        self.arguments: dict[int, dict[str, Any]] = {}


class Run:
    """The state of one execution. `asked` is what look-ups are given as their info. Nothing refers to it that it refers
    to: what an execution without errors has touched goes when it ends, and does not wait for the garbage collector."""

    __slots__ = (
        "_callbacks", "_failure", "_finished", "_followers", "_has_lost", "_info", "_is_dismissing", "_outstanding",
        "asked", "executor", "pending",
    )  # fmt: skip

    # Contexts, roots and values are of any type, hence Any, here and below.
    def __init__(self, executor: Executor[Any]) -> None:
        self.executor = executor
        self.pending: list[Pending] = []
        self.asked = Asked(executor)
        self._info: tuple[Any, ...] | None = None
        self._has_lost = False
        self._is_dismissing = False
        self._followers: list[Follower] = []
        self._callbacks: set[Pending] = set()
        self._outstanding = 0
        self._finished: asyncio.Future[None] | None = None
        self._failure: BaseException | None = None

    def info(self, site: Site, path: Path) -> GraphQLResolveInfo[Any]:
        """What a resolver called at this site learns of it."""
        shared = self._info
        if shared is None:
            made = self.executor.build_resolve_info(site.definition, site.nodes, site.parent, path)
            shared = self._info = tuple(made)[5:]
            return made
        return new_info((site.name, site.nodes, site.definition.type, site.parent, path, *shared))

    def defer(
        self,
        awaitable: Awaitable[Any],
        complete: Complete,
        site: Site,
        path: Path,
        info: Info,
        frame: Frame,
        container: Container,
        key: str | int,
    ) -> None:
        """Complete what this awaitable gives, later. The position holds None meanwhile."""
        self.pending.append(Pending(awaitable, complete, site, path, info, frame, container, key))

    def null(self, frame: Frame, error: GraphQLError) -> None:
        """An error has reached this position."""
        if frame.is_lost():
            return
        self.executor.collected_errors.add(error, frame.path)
        frame.container[frame.key] = None
        frame.is_null = True
        self._has_lost = True
        if self._outstanding and not self._is_dismissing:
            # Once for all errors of this turn: each time everything awaited is looked at.
            self._is_dismissing = True
            asyncio.get_running_loop().call_soon(self._dismiss)

    async def settle(self) -> None:
        """Await everything that is pending, and all that becomes pending by it."""
        try:
            await self._follow(self._take(), Follower())
            while self._outstanding and self._failure is None:
                self._finished = asyncio.get_running_loop().create_future()
                await self._finished
            if self._failure is not None:
                raise self._failure
        except BaseException:
            self._abandon()
            raise

    def is_waiting(self) -> bool:
        """Whether anything is pending that the answer depends on."""
        if self.pending and self._has_lost:
            self.pending = self._take()
        return bool(self.pending)

    def _take(self) -> list[Pending]:
        """What has become pending; what belongs to lost positions goes on unheard."""
        entries, self.pending = self.pending, []
        if entries and self._has_lost:
            lost = [entry.awaitable for entry in entries if entry.frame.is_lost()]
            if lost:
                self.executor.settle_in_background(lost)
                return [entry for entry in entries if not entry.frame.is_lost()]
        return entries

    async def _follow(self, entries: Sequence[Pending], follower: Follower) -> None:
        """Await one after another while there is one alone; the rest is started together."""
        while len(entries) == 1:
            entry = follower.current = entries[0]
            if self._has_lost and entry.frame.is_lost():
                _drop(entry.awaitable)
                break
            try:
                value = await entry.awaitable
            except Exception as error:
                follower.current = None
                self.null(entry.frame, entry.site.locate(error, entry.path))
            else:
                follower.current = None
                self._complete(entry, value)
            entries = self._take()
        else:
            self._start(entries)

    def _complete(self, entry: Pending, value: Any) -> None:
        if self._has_lost and entry.frame.is_lost():
            return
        path = entry.path
        try:
            entry.container[entry.key] = entry.complete(
                self, value, path, entry.info, entry.frame, entry.container, entry.key
            )
        except Exception as error:
            self.null(entry.frame, entry.site.locate(error, path))

    def _start(self, entries: Sequence[Pending]) -> None:
        for entry in entries:
            self._outstanding += 1
            awaitable = entry.awaitable
            if isinstance(awaitable, asyncio.Future) and entry.site.is_quiet():
                self._callbacks.add(entry)
                awaitable.add_done_callback(partial(self._arrived, entry))
            else:
                follower = Follower()
                follower.current = entry
                follower.task = asyncio.ensure_future(self._follow_alone(entry, follower))
                self._followers.append(follower)

    async def _follow_alone(self, entry: Pending, follower: Follower) -> None:
        follower.has_started = True
        try:
            await self._follow((entry,), follower)
        except BaseException as failure:
            if not follower.is_cancelled and not follower.is_dismissed:
                self._fail(failure)
        finally:
            follower.current = None
            if not follower.is_dismissed:
                self._arrive()

    def _arrived(self, entry: Pending, future: "asyncio.Future[Any]") -> None:
        if entry not in self._callbacks:
            # Nobody waits for it any more; its error is not to be complained of.
            with suppress(asyncio.CancelledError):
                future.exception()
            return
        self._callbacks.discard(entry)
        try:
            value = future.result()
        except Exception as error:
            self.null(entry.frame, entry.site.locate(error, entry.path))
        except BaseException as failure:
            self._fail(failure)
        else:
            self._complete(entry, value)
        self._start(self._take())
        self._arrive()

    def _arrive(self) -> None:
        self._outstanding -= 1
        if not self._outstanding:
            self._wake()

    def _fail(self, failure: BaseException) -> None:
        """Something that is no error of a field, such as a cancellation from inside: it ends the execution."""
        if self._failure is None:
            self._failure = failure
        self._wake()

    def _wake(self) -> None:
        if self._finished is not None and not self._finished.done():
            self._finished.set_result(None)

    def _dismiss(self) -> None:
        """End what is awaited for positions that have been lost. Futures are left: others may wait for them too."""
        self._is_dismissing = False
        self._followers = [one for one in self._followers if one.task is not None and not one.task.done()]
        for follower in self._followers:
            current = follower.current
            if current is None or not follower.has_started or not current.frame.is_lost():
                continue
            if isinstance(current.awaitable, asyncio.Future):
                follower.current = None
                follower.is_dismissed = True
                self._arrive()
            elif follower.task is not None:
                follower.is_cancelled = True
                follower.task.cancel()
        for entry in [entry for entry in self._callbacks if entry.frame.is_lost()]:
            self._callbacks.discard(entry)
            self._arrive()

    def _abandon(self) -> None:
        """End everything: nobody waits for the answer any more."""
        self._callbacks.clear()
        for follower in self._followers:
            follower.is_dismissed = True
            if follower.task is not None:
                follower.task.cancel()
            if follower.current is not None and not follower.has_started:
                _drop(follower.current.awaitable)
        for entry in self.pending:
            _drop(entry.awaitable)
        self.pending = []


def _drop(awaitable: Awaitable[Any]) -> None:
    """A coroutine that was never started would complain of it."""
    if asyncio.iscoroutine(awaitable):
        awaitable.close()
