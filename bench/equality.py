"""Before anything is timed: all cases must give the same JSON, and without errors."""

from collections.abc import Mapping, Sequence

import httpx
import orjson

from bench.cases import Case
from bench.operations import Operation
from bench.processes import Server


class AnswersDiffer(RuntimeError):
    """Two cases answered one request differently, or one failed; comparing their speed would mean nothing."""


async def check_answers(operation: Operation, servers: Mapping[Case, Server]) -> int:
    """Send every request once to each server, one at a time. The mean size of an answer in bytes.

    Raises `AnswersDiffer`. The first of `servers` is the one that the others are compared to.
    """
    sizes: list[int] = []
    bodies = {case: case.bodies(operation) for case in servers}
    async with httpx.AsyncClient(timeout=60) as client:
        for turn, variables in enumerate(operation.variables):
            expected: bytes | None = None
            for case, server in servers.items():
                answer = await _ask(client, server.url(case.path(operation)), bodies[case][turn], case, variables)
                if not case.answers_alike:
                    continue
                if expected is None:
                    expected = answer
                    sizes.append(len(answer))
                elif answer != expected:
                    where = first_difference(orjson.loads(expected), orjson.loads(answer))
                    raise AnswersDiffer(f"{operation.name} {variables}: {case.name} differs at {where}")
    return sum(sizes) // len(sizes)


async def _ask(client: httpx.AsyncClient, url: str, body: bytes, case: Case, variables: object) -> bytes:
    response = await client.post(url, content=body, headers={"content-type": "application/json"})
    if response.status_code != httpx.codes.OK:
        raise AnswersDiffer(f"{case.name} answered {variables} with {response.status_code}: {response.text[:500]}")
    answer = orjson.loads(response.content)
    if answer.get("errors"):
        raise AnswersDiffer(f"{case.name} answered {variables} with errors: {answer['errors'][:2]}")
    return normalised(answer)


def normalised(answer: Mapping[str, object]) -> bytes:
    """The answer as bytes that do not depend on the order of keys; `extensions` do not count."""
    return orjson.dumps(
        {key: value for key, value in answer.items() if key != "extensions"}, option=orjson.OPT_SORT_KEYS
    )


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
