"""The embedded payment provider: its own port, kept objects, keys and webhooks, and an end with its owner."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psutil

from adapters.payments.stripe import StripePayments
from bootstrap.embedded import EmbeddedServers, open_servers
from bootstrap.embedded.payments import send_webhooks
from core.money import Money
from ports.payments import IntentDraft, IntentStatus, Notice

SECRET = "whsec_embedded"


def _draft(card: str = "pm_card_visa") -> IntentDraft:
    return IntentDraft(key=f"attempt:{card}", amount=Money(500, "USD"), method=card, metadata={})


@asynccontextmanager
async def _provider(url: str | None) -> AsyncIterator[StripePayments]:
    provider = StripePayments(api_key="sk_test_embedded", webhook_secret=SECRET, url=url)
    yield provider
    await provider.close()


async def test_objects_keys_and_the_address_are_kept_over_a_restart(folder: Path) -> None:
    with open_servers(folder, ["payments"]) as before:
        async with _provider(before.payments) as provider:
            paid = await provider.pay(_draft())

    with open_servers(folder, ["payments"]) as after:
        async with _provider(after.payments) as provider:
            again = await provider.pay(_draft())
            found = await provider.find(paid.reference)

    assert after.payments == before.payments
    assert again == paid == found


async def test_a_server_that_was_killed_is_started_again_with_what_it_had(folder: Path) -> None:
    with open_servers(folder, ["payments"]) as addresses:
        async with _provider(addresses.payments) as provider:
            paid = await provider.pay(_draft())
            await asyncio.sleep(0.6)  # it writes a few times a second
            for pid in _running_in(folder):
                psutil.Process(pid).kill()
            await asyncio.sleep(1.0)
            found = await _eventually(provider, paid.reference)

    assert found == paid.reference


async def _eventually(provider: StripePayments, reference: str) -> str | None:
    for _attempt in range(100):
        try:
            found = await provider.find(reference)
        except Exception:  # it is on its way
            await asyncio.sleep(0.1)
            continue
        return None if found is None else found.reference
    raise AssertionError("The server did not come back.")


def test_nothing_is_left_running(folder: Path) -> None:
    servers = EmbeddedServers(folder)
    servers.open(["payments"])
    during = _running_in(folder)

    servers.close()

    assert len(during) == 1
    assert _running_in(folder) == []


def _running_in(folder: Path) -> list[int]:
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(folder.resolve()) in " ".join(process.info["cmdline"] or ())
    ]


async def test_it_listens_on_this_machine_only(folder: Path) -> None:
    with open_servers(folder, ["payments"]):
        (pid,) = _running_in(folder)
        listening = [one for one in psutil.Process(pid).net_connections("inet") if one.status == psutil.CONN_LISTEN]

    assert [one.laddr.ip for one in listening] == ["127.0.0.1"]


async def test_it_signs_what_happens_and_tells_it_also_after_a_restart(folder: Path) -> None:
    heard: list[tuple[bytes, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    with open_servers(folder, ["payments"]) as addresses:
        assert addresses.payments is not None
        send_webhooks(addresses.payments, to=f"http://127.0.0.1:{listener.server_port}/x", secret=SECRET)
    with open_servers(folder, ["payments"]) as addresses:
        async with _provider(addresses.payments) as provider:
            paid = await provider.pay(_draft())
            refused = await provider.pay(_draft("pm_card_visa_chargeDeclined"))
            await provider.cancel(refused.reference)
            await provider.refund(paid.reference, Money(100, "USD"), key="refund:1")
            for _attempt in range(60):
                if len(heard) >= 4:
                    break
                await asyncio.sleep(0.1)
            notices = [provider.read_notice(body, headers) for body, headers in heard]
    listener.shutdown()
    listener.server_close()

    assert _about(notices) == {
        ("payment_intent.succeeded", paid.reference),
        ("payment_intent.payment_failed", refused.reference),
        ("payment_intent.canceled", refused.reference),
        ("refund.created", paid.reference),
    }
    assert refused.status is IntentStatus.NEEDS_METHOD


def _about(notices: list[Notice]) -> set[tuple[str, str | None]]:
    return {(one.type, one.reference) for one in notices}
