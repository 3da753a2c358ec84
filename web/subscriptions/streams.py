"""One running subscription: a source of events, and the answer to the operation for each of them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from functools import partial
from typing import Any

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLError
from graphql.execution import Executor as GraphQLExecutor
from graphql.execution import create_source_event_stream, execute_subscription_event

from core.clock import utc_now
from resolvers.context import RequestContext
from services.live import EventId, LiveEvent, Subscription
from web.asked import Asked
from web.execution import Executor, JsonObject, Prepared, as_response, format_error, timed_out
from web.observing import Observation, outcome_of
from web.subscriptions.shared import SharedAnswers, sharing_key


class Stream:
    """The answers of one subscription. Take an event from `source`, then its answer; `source.close` ends it."""

    __slots__ = ("_context", "_execution", "_executor", "_key", "_observe", "_shared", "source")

    def __init__(
        self,
        source: Subscription,
        *,
        executor: Executor,
        execution: GraphQLExecutor[Any],
        context: RequestContext,
        shared: SharedAnswers,
        key: Hashable,
        observe: Callable[[], Observation],
    ) -> None:
        self.source = source
        self._observe = observe
        self._executor = executor
        self._execution = execution
        self._context = context
        self._shared = shared
        self._key = key

    @property
    def started_after(self) -> str:
        """The event id behind which the stream has everything."""
        return EventId.of(self.source.started_after, utc_now()).encode()

    async def answer(self, event: LiveEvent) -> bytes:
        """The response for one event, as JSON."""
        return await self._shared.get((event.position, self._key), lambda: self._execute(event))

    def find(self, event: LiveEvent) -> "bytes | asyncio.Task[bytes]":
        """The response for one event, as `answer` has it, or the task that makes it."""
        return self._shared.find((event.position, self._key), lambda: self._execute(event))

    def _execute(self, event: LiveEvent) -> bytes | Coroutine[Any, Any, bytes]:
        self._context.renew_loaders()
        seen = self._observe()
        with seen.running():
            answer = execute_subscription_event(self._execution.build_per_event_executor(event))
        return self._encoded(answer, seen) if isinstance(answer, ExecutionResult) else self._finish(answer, seen)

    async def _finish(self, answer: Awaitable[ExecutionResult], seen: Observation) -> bytes:
        try:
            with seen.running():
                async with asyncio.timeout(self._executor.seconds):
                    result = await answer
        except TimeoutError:
            response = timed_out(self._context.request_id)
            return orjson.dumps(self._executor.with_cost(response, seen.finish("timeout")))
        except BaseException:
            seen.finish("cancelled")
            raise
        return self._encoded(result, seen)

    def _encoded(self, result: ExecutionResult, seen: Observation) -> bytes:
        response = as_response(result, self._context.request_id)
        return orjson.dumps(self._executor.with_cost(response, seen.finish(outcome_of(response))))


async def open_stream(
    executor: Executor, asked: Asked, prepared: Prepared, context: RequestContext, *, shared: SharedAnswers
) -> Stream | JsonObject:
    """Start a subscription; the response without data that refuses it, if it is refused. To its caller's limits the
    opening counts as an operation, and what comes then does not."""

    async def start(document: DocumentNode, _cost: int) -> Stream | JsonObject:
        return await _start(executor, asked, prepared, document, context, shared=shared)

    return await executor.admit(
        start, prepared, context, variables=asked.variables, operation_name=asked.operation_name
    )


async def _start(
    executor: Executor,
    asked: Asked,
    prepared: Prepared,
    document: DocumentNode,
    context: RequestContext,
    *,
    shared: SharedAnswers,
) -> Stream | JsonObject:
    text, variables, operation_name, _id = asked
    manner = executor.manner(prepared)
    executor_class: type[GraphQLExecutor[Any]] = manner.pop("executor_class")
    execution = executor_class.build(
        executor.schema,
        document,
        context_value=context,
        raw_variable_values=dict(variables) if variables else None,
        operation_name=operation_name,
        **manner,
    )
    if isinstance(execution, list):
        return _refusal(execution, context.request_id)
    try:
        async with asyncio.timeout(executor.seconds):
            opening = create_source_event_stream(execution)
            source = await opening if execution.is_awaitable(opening) else opening
    except TimeoutError:
        return timed_out(context.request_id)
    if isinstance(source, ExecutionResult):
        return _refusal(source.errors or [], context.request_id)
    if not isinstance(source, Subscription):
        raise TypeError(f"subscriptions are answered with a Subscription, not with {type(source).__name__}")
    key = sharing_key(text, document, operation_name, variables, context.principal)
    observe = partial(Observation, executor.observer, document, operation_name, context.request_id)
    return Stream(
        source, executor=executor, execution=execution, context=context, shared=shared, key=key, observe=observe
    )


def _refusal(errors: Sequence[GraphQLError], request_id: str) -> JsonObject:
    """Without `data`, which graphql-core adds as null: nothing was executed."""
    return {"errors": [format_error(error, request_id) for error in errors]}
