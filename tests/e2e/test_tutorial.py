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
from core.production import DEVELOPMENT_SECRET
from services.accounts.tokens import Role, issue_token
from tests.architecture.source import ROOT
from tests.fixtures.demo import Demo
from web.console import examples

_BLOCK = re.compile(r"```graphql(?: (operator|customer))?\n(.*?)```\n(?:\n```json\n(.*?)```)?", re.DOTALL)
# A step of the played warehouse takes five seconds, and four lead to the door.
_PATIENCE_SECONDS = 90


class Operation(NamedTuple):
    """One GraphQL block of the tutorial with the variables below it (any JSON, hence Any)."""

    text: str
    variables: Any
    caller: str


def operations() -> list[Operation]:
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    return [
        Operation(text, json.loads(variables) if variables else None, caller)
        for caller, text, variables in _BLOCK.findall(page)
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


@pytest.fixture(scope="module")
def names(running: Demo) -> Mapping[str, str]:
    """What the names in the examples' variables stand for, as somebody learns who buys something with them."""
    known = {"VARIANT": _best_seller(running)}

    def do(mutation: str) -> Any:  # any JSON
        (example,) = [one for one in examples() if f" {mutation}(input" in one["query"]]
        payload = running.answer(example["query"], _filled(example["variables"], known))["data"][mutation]
        assert payload["userErrors"] == []
        return payload

    known["CART"] = do("addCartLines")["cart"]["id"]
    known["CHECKOUT"] = do("createCheckout")["checkout"]["id"]
    do("updateCheckout")
    order = do("completeCheckout")["checkout"]["order"]
    return known | {"ORDER": order["id"], "ACCESS_KEY": order["accessKey"]}


@pytest.mark.parametrize("number", [number for number, one in enumerate(examples()) if not _subscribes(one["query"])])
def test_examples_of_the_console_show_something(running: Demo, names: Mapping[str, str], number: int) -> None:
    example = _filled(examples()[number], names)

    answer = running.answer(example["query"], example["variables"])

    assert "errors" not in answer
    assert all(answer["data"].values())


@pytest.mark.parametrize("number", [number for number, one in enumerate(examples()) if _subscribes(one["query"])])
def test_subscriptions_of_the_console_start(running: Demo, names: Mapping[str, str], number: int) -> None:
    example = _filled(examples()[number], names)

    url, stream = f"http://127.0.0.1:{running.port}/graphql", {"accept": "text/event-stream"}
    with httpx.stream("POST", url, json=example, headers=stream, timeout=10) as response:
        lines = response.iter_lines()
        begun = [next(lines), next(lines)]

    assert response.status_code == 200
    assert [line.partition(":")[0] for line in begun] == ["retry", "id"]


class Reader:
    """Somebody who does what the tutorial says, from top to bottom."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.names = {"VARIANT": _best_seller(demo)}
        self.tokens = {
            "": None,
            "operator": issue_token(
                secret=DEVELOPMENT_SECRET,
                role=Role.OPERATOR,
                subject="reader",
                lifetime=timedelta(minutes=5),
                now=utc_now(),
            ),
        }

    def do(self, operation: Operation) -> Any:  # any JSON
        """Run a block, and do what the text below it asks for."""
        variables, token = _filled(operation.variables, self.names), self.tokens[operation.caller]
        if _subscribes(operation.text):
            return self.watch(operation.text, variables, str(token))
        answer = self.demo.answer(operation.text, variables, token=token)
        data = answer.get("data") or {}
        if data.get("addCartLines"):
            self.names["CART"] = data["addCartLines"]["cart"]["id"]
        if data.get("register"):
            self.tokens["customer"] = data["register"]["tokens"]["accessToken"]
        if data.get("createCheckout"):
            self.names["CHECKOUT"] = data["createCheckout"]["checkout"]["id"]
        if data.get("completeCheckout"):
            self.agree(data["completeCheckout"]["checkout"]["payments"][0]["clientSecret"])
        if data.get("checkout") and data["checkout"]["status"] == "SUCCEEDED":
            self.names["ORDER"] = data["checkout"]["order"]["id"]
        if operation.caller == "operator":
            time.sleep(2)  # "A second later, search knows the word"
        return answer

    def agree(self, secret: str) -> None:
        """Say yes to the bank, as the console block does, and wait for the moment."""
        port = (self.demo.folder / "data" / "payments" / "port").read_text().strip()
        intent = secret.partition("_secret_")[0]
        url = f"http://127.0.0.1:{port}/v1/payment_intents/{intent}/_authenticate"
        said = {"key": "pk_test_x", "client_secret": secret, "success": "true"}
        httpx.post(url, data=said, timeout=10).raise_for_status()
        document = "query($id: ID!) { checkout(id: $id) { status } }"
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            seen = self.demo.answer(document, {"id": self.names["CHECKOUT"]}, token=self.tokens["customer"])
            if seen["data"]["checkout"]["status"] == "SUCCEEDED":
                return
            time.sleep(0.2)
        raise AssertionError("The webhook did not come.")

    def watch(self, text: str, variables: Any, token: str) -> Any:  # any JSON
        """The events of an order until it is delivered."""
        url = f"http://127.0.0.1:{self.demo.port}/graphql"
        headers = {"accept": "text/event-stream", "authorization": f"Bearer {token}"}
        body, heard = {"query": text, "variables": variables}, []
        end = time.monotonic() + _PATIENCE_SECONDS
        with httpx.stream("POST", url, json=body, headers=headers, timeout=30) as response:
            for line in response.iter_lines():
                if line.startswith("data:") and (told := json.loads(line.removeprefix("data:")).get("data")):
                    heard.append(told["orderUpdated"])
                if time.monotonic() > end or (heard and heard[-1]["status"] == "DELIVERED"):
                    break
        return {"data": {"heard": heard}}


def test_tutorial_goes_as_written(running: Demo) -> None:
    reader = Reader(running)

    answers = [reader.do(operation) for operation in operations()]

    assert [answer for answer in answers if "errors" in answer] == []
    assert len(answers) == 17
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
    paid, done, heard = (answer["data"] for answer in answers[12:15])
    assert paid["completeCheckout"]["checkout"]["status"] == "ACTION_REQUIRED"
    assert done["checkout"]["status"] == "SUCCEEDED"
    assert heard["heard"][-1]["status"] == "DELIVERED"
