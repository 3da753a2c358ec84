"""The tutorial's operations and the console's examples are run against the demo, as a reader would."""

import json
import re
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from core.clock import utc_now
from core.settings import DEVELOPMENT_SECRET
from services.accounts.tokens import Role, issue_token
from tests.architecture.source import ROOT
from tests.fixtures.demo import Demo
from web.console import examples

_BLOCK = re.compile(r"```graphql( operator)?\n(.*?)```\n(?:\n```json\n(.*?)```)?", re.DOTALL)


class Operation(NamedTuple):
    """One GraphQL block of the tutorial with the variables below it (any JSON, hence Any)."""

    text: str
    variables: Any
    as_operator: bool


def operations() -> list[Operation]:
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    return [
        Operation(text, json.loads(variables) if variables else None, bool(operator))
        for operator, text, variables in _BLOCK.findall(page)
    ]


def _best_seller(demo: Demo) -> str:
    """The id of its variant, which the console puts into examples."""
    data = demo.query("{ products(sort: BEST_SELLING, first: 1) { edges { node { defaultVariant { id } } } } }")
    variant: str = data["products"]["edges"][0]["node"]["defaultVariant"]["id"]
    return variant


def _filled(given: Any, names: Mapping[str, str]) -> Any:  # any JSON
    """With ids for the names that stand for them."""
    text = json.dumps(given)
    for name, id in names.items():
        text = text.replace(f'"{name}"', f'"{id}"')
    return json.loads(text)


def _payload(answers: Sequence[Any], name: str) -> Any:  # any JSON
    """What the one mutation of this name answered."""
    (found,) = [answer["data"][name] for answer in answers if name in answer["data"]]
    return found


def _subscribes(query: str) -> bool:
    return re.search(r"^subscription\b", query, re.MULTILINE) is not None


@pytest.fixture(scope="module")
def running(demo: Demo) -> Iterator[Demo]:
    demo.start()
    yield demo
    demo.end(signal.SIGTERM)


@pytest.mark.parametrize("number", [number for number, one in enumerate(examples()) if not _subscribes(one["query"])])
def test_examples_of_the_console_show_something(running: Demo, number: int) -> None:
    example = _filled(examples()[number], {"VARIANT": _best_seller(running)})

    answer = running.answer(example["query"], example["variables"])

    assert "errors" not in answer
    assert all(answer["data"].values())


@pytest.mark.parametrize("number", [number for number, one in enumerate(examples()) if _subscribes(one["query"])])
def test_subscriptions_of_the_console_start(running: Demo, number: int) -> None:
    example = _filled(examples()[number], {"VARIANT": _best_seller(running)})

    url, stream = f"http://127.0.0.1:{running.port}/graphql", {"accept": "text/event-stream"}
    with httpx.stream("POST", url, json=example, headers=stream, timeout=10) as response:
        lines = response.iter_lines()
        begun = [next(lines), next(lines)]

    assert response.status_code == 200
    assert [line.partition(":")[0] for line in begun] == ["retry", "id"]


def test_tutorial_goes_as_written(running: Demo) -> None:
    token = issue_token(
        secret=DEVELOPMENT_SECRET,
        role=Role.OPERATOR,
        subject="reader",
        lifetime=timedelta(minutes=5),
        now=utc_now(),
    )
    answers = []
    names = {"VARIANT": _best_seller(running)}
    for operation in operations():
        variables = _filled(operation.variables, names)
        answers.append(running.answer(operation.text, variables, token=token if operation.as_operator else None))
        added = answers[-1].get("data", {}).get("addCartLines")
        if added:
            names["CART"] = added["cart"]["id"]
        if operation.as_operator:
            time.sleep(2)  # "A second later, search knows the word"

    assert [answer for answer in answers if "errors" in answer] == []
    assert len(answers) == 12
    typo, taught = answers[2]["data"]["search"], answers[-1]["data"]["search"]
    assert typo["didYouMean"] == "wireless headphones"
    assert taught["totalCount"] > 0
    priced, registered = _payload(answers, "applyCoupon"), _payload(answers, "register")
    assert "welcome10" in [one["couponCode"] for one in priced["cart"]["discounts"]]
    parts = {name: part["amountMinor"] for name, part in priced["cart"]["totals"].items()}
    left = parts["lines"] - parts["discount"] + parts["delivery"] - parts["deliveryDiscount"]
    assert parts["total"] == left + parts["addedTax"]
    assert registered["merge"]["report"] == [{"status": "KEPT", "quantity": 2}]
    assert answers[1]["extensions"]["profile"]["sql"] < 20
