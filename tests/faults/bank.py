"""The payment server as shoppers' apps and auditors use it: by a way of their own, which no fault is put into."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import httpx

from tests.faults.plans import Card

_SECRET_KEY, _PUBLIC_KEY = "sk_test_auditor", "pk_test_shopper"
_NUMBERS = {
    Card.GOOD: "4242424242424242",
    Card.REFUSED: "4000000000000341",
    Card.SECURE: "4000002500003155",
    Card.SECURE_REFUSED: "4000008260003178",
    Card.SECURE_DENIED: "4000002500003155",
    Card.SECURE_LEFT: "4000002500003155",
}
_ALL = 1_000_000
# Whoever checks after a history waits for a machine that has too much to do; no rule is about that.
_PATIENCE_SECONDS = 300.0


class Charged(NamedTuple):
    """An intent at the provider, with all that was taken and given back for it."""

    reference: str
    status: str
    amount_minor: int
    refunded_minor: int
    metadata: Mapping[str, str]

    @property
    def has_succeeded(self) -> bool:
        return self.status == "succeeded"


class Bank:
    """A Stripe server at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.AsyncClient(base_url=url, timeout=_PATIENCE_SECONDS)

    async def close(self) -> None:
        await self._http.aclose()

    async def card(self, kind: Card) -> str:
        """The reference of a card as an app gets it from the provider's own form."""
        form = {
            "type": "card",
            "card[number]": _NUMBERS[kind],
            "card[exp_month]": "12",
            "card[exp_year]": "2031",
            "card[cvc]": "123",
        }
        return str((await self._post("/v1/payment_methods", form))["id"])

    async def authenticate(self, client_secret: str, *, agrees: bool) -> None:
        """What the shopper does in the bank's window. An intent that is over by then stays as it is."""
        reference = client_secret.partition("_secret_")[0]
        form = {"key": _PUBLIC_KEY, "client_secret": client_secret, "success": str(agrees).lower()}
        await self._http.post(f"/v1/payment_intents/{reference}/_authenticate", data=form)

    async def charged(self) -> Sequence[Charged]:
        """All intents."""
        refunded: dict[str, int] = {}
        for refund in await self._list("refunds"):
            refunded[refund["charge"]] = refunded.get(refund["charge"], 0) + refund["amount"]
        found = []
        for intent in await self._list("payment_intents"):
            charges = [charge["id"] for charge in intent["charges"]["data"]]
            given_back = sum(refunded.get(charge, 0) for charge in charges)
            found.append(
                Charged(intent["id"], intent["status"], intent["amount"], given_back, intent["metadata"] or {})
            )
        return found

    async def send_webhooks_to(self, url: str, secret: str) -> None:
        """Have the server post what happens to an address."""
        told = {"url": url, "secret": secret}
        (await self._http.post("/_config/webhooks/faults", json=told)).raise_for_status()

    async def _list(self, what: str) -> Sequence[Any]:  # objects of the provider, any JSON
        answer = await self._http.get(f"/v1/{what}", params={"limit": _ALL}, auth=(_SECRET_KEY, ""))
        answer.raise_for_status()
        found: Sequence[Any] = answer.json()["data"]
        return found

    async def _post(self, path: str, form: Mapping[str, str]) -> Any:  # as above
        answer = await self._http.post(path, data=dict(form), auth=(_SECRET_KEY, ""))
        answer.raise_for_status()
        return answer.json()
