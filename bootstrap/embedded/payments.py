"""A payment provider from the wheel `localstripe`, served by `bootstrap.embedded.stripe_server`."""

import http.client
import random
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from bootstrap.embedded.account import Account
from bootstrap.embedded.problems import EmbeddedError

# Below those that systems give to connections, so that it is still free after a restart.
_PORTS = range(20_000, 32_000)
_TRIES = 100


@dataclass(frozen=True, slots=True)
class PaymentsPart:
    """Where the server keeps its objects, and the port that it was given once. `sockets` and `fast` are not for it."""

    data: Path
    sockets: Path
    log: Path
    fast: bool

    name = "payments"
    program = Path(sys.executable).name
    # It is Python of ours, which another account may not be able to read, and it may run as anybody.
    drops_root = False
    stop_signal = signal.SIGTERM  # writes what has changed

    @property
    def port(self) -> int:
        """The port; 0 before it was prepared for the first time."""
        try:
            return int(self._port_file.read_text())
        except (OSError, ValueError):
            return 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        program = [sys.executable, "-m", "bootstrap.embedded.stripe_server"]
        return [*program, "--folder", str(self.data), "--port", str(self.port)]

    def prepare(self, account: Account) -> None:
        """Choose a port, unless there is one that is still free."""
        account.own(self.data)
        if self.port == 0 or not _is_free(self.port):
            self._port_file.write_text(str(_free_port()))

    def is_ready(self) -> bool:
        """Whether the server answers."""
        if self.port == 0:
            return False
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/js.stripe.com/v3/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    @property
    def _port_file(self) -> Path:
        return self.data / "port"


def send_webhooks(server: str, *, to: str, secret: str) -> None:
    """Have the server at this URL sign what happens and post it to an address, and to no other one from now on.

    Raises `EmbeddedError`.
    """
    try:
        answer = httpx.post(f"{server}/_config/webhooks/emporium", json={"url": to, "secret": secret}, timeout=10)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise EmbeddedError(f"The embedded payment provider at {server} does not take webhooks: {error}") from error


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    for port in random.sample(_PORTS, _TRIES):
        if _is_free(port):
            return port
    raise EmbeddedError("No free port was found for the embedded payment provider; set STRIPE_API_KEY instead.")
