"""Running one GraphQL operation: parse and validate once per text, execute, and answer errors without leaking."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute,
    specified_rules,
    validate,
)
from graphql.execution import Executor as GraphQLExecutor
from graphql.utilities import get_operation_ast

from compiled import CompiledExecutor, Counts, Plans
from core.limit_settings import LimitSettings
from core.problems import BadInput, Contended, Unavailable
from core.settings import OPERATION_SECONDS
from resolvers.context import RequestContext
from web.introspection import NoIntrospection
from web.limits.aside import Known
from web.limits.checking import as_excessive, bounded, parse_bounded
from web.limits.cost import Costs
from web.limits.cost import Known as KnownCosts
from web.limits.gate import Gate, caller_of
from web.limits.refusing import Excessive
from web.observing import Observation, Observer, noted, outcome_of

log = structlog.get_logger(__name__)
CACHED_DOCUMENTS = 1000
# Longer documents are parsed each time, so that what is kept stays small whatever is sent.
CACHED_CHARACTERS = 20_000
# graphql-core repeats values in its messages; all that a client sent would come back once for each mistake in it.
LONGEST_MESSAGE = 400
# Python says how to lift its limit on digits; that is no business of a client.
_PYTHON_ADVICE = re.compile(r"; use sys\.\w+\(\) to increase the limit")
_UNAVAILABLE = "This part of the store does not answer at the moment. Try again soon."
_CONTENDED = "Others are changing this at the moment. Try again."
T = TypeVar("T")
# JSON objects as clients send and get them, hence Any.
JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that has been parsed and validated, with its compiled operations and what they cost; or the errors
    that it was refused with."""

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    plans: Plans = field(default_factory=Plans)
    costs: KnownCosts = field(default_factory=dict)


class Executor:
    """Executes operations against one schema. Documents are cached by their text, refused ones too.

    Operations run compiled, unless `is_compiled` is False, and `counts` says how many did.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        introspection: bool,
        profile: bool,
        tells_cost: bool = False,
        limits: LimitSettings | None = None,
        gate: Gate | None = None,
        seconds: float = OPERATION_SECONDS,
        is_compiled: bool = True,
        observer: Observer | None = None,
    ) -> None:
        self.schema = schema
        self.observer = observer or Observer()
        self.is_compiled = is_compiled
        self.counts = Counts(on_fallback=_log_fallback)
        self.profile = profile
        self.tells_cost = tells_cost
        self.limits = limits or LimitSettings()
        self.costs = Costs(schema)
        self.gate = gate or Gate(at_once=0)
        self.seconds = seconds
        self.rules = [*bounded(specified_rules), *([] if introspection else [NoIntrospection])]
        # What the schema has is told by suggestions, too.
        self.hide_suggestions = not introspection
        self._known = Known(self._prepare, most=CACHED_DOCUMENTS, longest=CACHED_CHARACTERS)

    def pin(self, text: str) -> Prepared:
        """Parse and validate a document that is never forgotten, whatever others are sent."""
        return self._known.pin(text)

    def prepare(self, text: str) -> Prepared:
        """Parse and validate `text`, or remember having done so."""
        return self._known.get(text)

    async def prepare_aside(self, text: str) -> Prepared:
        """As `prepare`, but others do not wait for long documents."""
        return await self._known.get_aside(text)

    def _prepare(self, text: str) -> Prepared:
        try:
            document = parse_bounded(text, self.limits)
        except Excessive as refused:
            return Prepared(None, (refused.as_error(),))
        except GraphQLError as error:
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            return Prepared(None, (error,))
        except RecursionError:
            return Prepared(None, (_failure("GRAPHQL_PARSE_FAILED", "The document is nested too deeply."),))
        errors: list[GraphQLError]
        try:
            found = validate(self.schema, document, self.rules, max_errors=20, hide_suggestions=self.hide_suggestions)
            errors = [as_excessive(error) for error in found]
        except RecursionError:
            errors = [_failure("GRAPHQL_VALIDATION_FAILED", "The document is nested too deeply.")]
        for fault in errors:
            fault.extensions = {"code": "GRAPHQL_VALIDATION_FAILED", **(fault.extensions or {})}
        return Prepared(None if errors else document, tuple(errors), Plans(self.counts))

    async def run(
        self,
        prepared: Prepared,
        context: RequestContext,
        *,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        seconds: float | None = None,
    ) -> JsonObject:
        """The response to one operation, as a JSON object; never raises. It may take less than others by `seconds`."""
        left = self.seconds if seconds is None else seconds

        async def execute(document: DocumentNode, cost: int) -> JsonObject:
            response = await self._execute(document, prepared, context, variables, operation_name, seconds=left)
            if self.tells_cost and "data" in response:
                costs = {"requested": cost, "limit": self.limits.cost}
                response["extensions"] = {"cost": costs, **response.get("extensions", {})}
            return response

        return await self.admit(execute, prepared, context, variables=variables, operation_name=operation_name)

    async def admit(
        self,
        work: Callable[[DocumentNode, int], Awaitable[T]],
        prepared: Prepared,
        context: RequestContext,
        *,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
    ) -> T | JsonObject:
        """What `work` makes of the document and what it costs, while it counts as an operation of its caller; or the
        response to one that is refused: by its document, by its cost, or as one too many."""
        if prepared.document is None:
            return noted({"errors": [_formatted(error) for error in prepared.errors]})
        operation = get_operation_ast(prepared.document, operation_name)
        cost = 0 if operation is None else self.costs.of(prepared.document, operation, variables, prepared.costs)
        caller = caller_of(context)
        refusal = self._too_costly(cost) or self.gate.enter(caller)
        if refusal is not None:
            return noted(refusal)
        try:
            if operation is not None:
                refusal = await self.gate.count(context, prepared.document, operation, variables, cost)
            return await work(prepared.document, cost) if refusal is None else noted(refusal)
        finally:
            self.gate.leave(caller)

    async def _execute(
        self,
        document: DocumentNode,
        prepared: Prepared,
        context: RequestContext,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        *,
        seconds: float,
    ) -> JsonObject:
        seen, outcome = Observation(self.observer, document, operation_name, context.request_id), "cancelled"
        try:
            with seen.running():
                async with asyncio.timeout(seconds):
                    answer = execute(
                        self.schema,
                        document,
                        context_value=context,
                        variable_values=dict(variables) if variables else None,
                        operation_name=operation_name,
                        hide_suggestions=self.hide_suggestions,
                        **self.manner(prepared),
                    )
                    result = answer if isinstance(answer, ExecutionResult) else await answer
                response = as_response(result, context.request_id)
            outcome = outcome_of(response)
        except TimeoutError:
            response, outcome = timed_out(context.request_id), "timeout"
        finally:
            cost = seen.finish(outcome)
        return self.with_cost(response, cost)

    def with_cost(self, response: JsonObject, cost: JsonObject) -> JsonObject:
        """The response, with what it cost where that is shown."""
        if self.profile:
            response["extensions"] = {**response.get("extensions", {}), "profile": cost}
        return response

    # Keyword arguments of graphql-core's functions, hence Any.
    def manner(self, prepared: Prepared) -> dict[str, Any]:
        """How `graphql.execute` is to run operations of this document."""
        if not self.is_compiled:
            return {"executor_class": GraphQLExecutor}
        return {"executor_class": CompiledExecutor, "plans": prepared.plans}

    def _too_costly(self, cost: int) -> JsonObject | None:
        if cost <= self.limits.cost:
            return None
        message = f"This could cost {cost} points; {self.limits.cost} are allowed. Ask for smaller pages."
        return {"errors": [Excessive("TOO_COSTLY", message, limit=self.limits.cost, asked=cost).as_error().formatted]}


def operation_type(prepared: Prepared, operation_name: str | None) -> OperationType | None:
    """Which kind of operation would run; None if the document does not say."""
    if prepared.document is None:
        return None
    found = get_operation_ast(prepared.document, operation_name)
    return found.operation if isinstance(found, OperationDefinitionNode) else None


def as_error(code: str, message: str) -> JsonObject:
    """An error, as clients get it, of what was refused before anything was executed."""
    return {"message": message, "extensions": {"code": code}}


def as_response(result: ExecutionResult, request_id: str) -> JsonObject:
    """The response as clients get it; without `data` where nothing was executed."""
    response: JsonObject = {}
    if result.errors:
        response["errors"] = [format_error(error, request_id) for error in result.errors]
    if result.data is not None or not _failed_before_execution(result):
        response["data"] = result.data
    return response


def timed_out(request_id: str) -> JsonObject:
    """The response to an operation that was cancelled."""
    log.warning("operation.timeout", request_id=request_id)
    return {"errors": [_failure("TIMEOUT", "The operation took too long. Ask for less at once.").formatted]}


def format_error(error: GraphQLError, request_id: str) -> JsonObject:
    """An error as the caller may see it: our own sentences with their codes, anything else masked and logged."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    formatted = _formatted(error)
    if cause is None or isinstance(cause, GraphQLError):
        formatted["extensions"] = {"code": "BAD_REQUEST", **(error.extensions or {})}
    elif isinstance(cause, BadInput):
        formatted["message"] = cause.message
        formatted["extensions"] = {"code": cause.code}
    elif isinstance(cause, Unavailable):
        log.warning("unavailable", part=cause.part, path=error.path, request_id=request_id, error=str(cause))
        formatted["message"] = _CONTENDED if isinstance(cause, Contended) else _UNAVAILABLE
        formatted["extensions"] = {"code": "UNAVAILABLE", "part": cause.part, "requestId": request_id}
    else:
        log.error("resolver.failed", path=error.path, request_id=request_id, exc_info=cause)
        formatted["message"] = "Something went wrong on our side."
        formatted["extensions"] = {"code": "INTERNAL", "requestId": request_id}
    return formatted


def _formatted(error: GraphQLError) -> JsonObject:
    formatted: JsonObject = dict(error.formatted)
    message = _PYTHON_ADVICE.sub("", error.message)
    formatted["message"] = message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"
    return formatted


def _failure(code: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})


def _log_fallback(reason: str) -> None:
    log.info("operation.not_compiled", reason=reason)


def _failed_before_execution(result: ExecutionResult) -> bool:
    return result.data is None and all(error.path is None for error in result.errors or ())
