"""Before anything is timed: all cases must give the same JSON, and without errors."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import httpx
import orjson

from bench.cases import Case
from bench.operations import Operation
from bench.processes import Server

_ATTEMPTS = 3
# What Postgres answers in place of an engine is equal everywhere, and not what is measured.
_DEGRADED = b'"degraded":true'
Normalise = Callable[[Mapping[str, object]], bytes]


class AnswersDiffer(RuntimeError):
    """Two cases answered one request differently, or one failed; comparing their speed would mean nothing."""


async def check_answers(
    operation: Operation, servers: Mapping[Case, Server], *, normalise: Normalise | None = None
) -> int:
    """Send every request once to each server, one at a time. The mean size of an answer in bytes.

    Raises `AnswersDiffer`, after asking again. The first of `servers` is what the others are compared to, by the bytes
    that `normalise` (`normalised` unless given) makes of the answers.
    """
    sizes: list[int] = []
    bodies = {case: case.bodies(operation) for case in servers}
    async with httpx.AsyncClient(timeout=60) as client:
        for turn in range(len(operation.variables)):
            asked = {case: (server.url(case.path(operation)), bodies[case][turn]) for case, server in servers.items()}
            sizes.append(await _compare(client, operation, turn, asked, normalise or normalised))
    return sum(sizes) // len(sizes)


async def _compare(
    client: httpx.AsyncClient,
    operation: Operation,
    turn: int,
    asked: Mapping[Case, tuple[str, bytes]],
    normalise: Normalise,
) -> int:
    """The size of the answer that all cases give to one request."""
    difference = ""
    for attempt in range(_ATTEMPTS):
        # An engine that has just started may be too slow for its time limit, and the answer lacks what it left out.
        await asyncio.sleep(attempt)
        answers = {case.name: normalise(await _ask(client, case, *request)) for case, request in asked.items()}
        alike = {case.name: answers[case.name] for case in asked if case.answers_alike}
        (first, expected), *others = alike.items() or (("", b""),)
        different = [name for name, answer in others if answer != expected]
        if not different and _DEGRADED not in expected:
            return len(expected)
        if not different:
            difference = f"{first} answered without its search engine"
            continue
        where = first_difference(orjson.loads(expected), orjson.loads(alike[different[0]]))
        difference = f"{first} and {different[0]} differ at {where}"
    raise AnswersDiffer(f"{operation.name} {operation.variables[turn]}: {difference}")


async def _ask(client: httpx.AsyncClient, case: Case, url: str, body: bytes) -> Mapping[str, object]:
    response = await client.post(url, content=body, headers={"content-type": "application/json"})
    if response.status_code != httpx.codes.OK:
        raise AnswersDiffer(f"{case.name} answered {body[-200:]!r} with {response.status_code}: {response.text[:500]}")
    answer: Mapping[str, object] = orjson.loads(response.content)
    if answer.get("errors"):
        raise AnswersDiffer(f"{case.name} answered {body[-200:]!r} with errors: {answer['errors']!r:.500}")
    return answer


def normalised(answer: Mapping[str, object]) -> bytes:
    """The answer as bytes that do not depend on the order of keys; `extensions` do not count."""
    return orjson.dumps(
        {key: value for key, value in answer.items() if key != "extensions"}, option=orjson.OPT_SORT_KEYS
    )


def normalised_numbers(answer: Mapping[str, object]) -> bytes:
    """The same for servers in JavaScript, which has one type of number and writes 5.0 as 5."""
    return normalised({key: _whole(value) for key, value in answer.items()})


def _whole(value: object) -> object:
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def first_difference(one: object, other: object, path: str = "") -> str:
    """Where two JSON values first differ, with both values there; empty if they are equal."""
    if isinstance(one, dict) and isinstance(other, dict):
        steps: Sequence[tuple[str, object, object]] = [
            (f"{path}.{key}", one.get(key), other.get(key)) for key in sorted({*one, *other})
        ]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        steps = [(f"{path}[{index}]", *pair) for index, pair in enumerate(zip(one, other, strict=True))]
    else:
        return (
            "" if one == other and type(one) is type(other) else f"{path or '.'}: {one!r:.200} against {other!r:.200}"
        )
    return next((found for step, left, right in steps if (found := first_difference(left, right, step))), "")
