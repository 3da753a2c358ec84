"""Metrics and probes, on an address of their own and in a thread of their own, so that they answer while the event
loop of the process hangs, and say so."""

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import psutil
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from core.telemetry.metrics import REGISTRY
from core.telemetry_settings import MetricsSettings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_LIVE_FILE = re.compile(r"gauge_live[a-z]*_(\d+)\.db")

# A status and a JSON object.
Answer = tuple[int, Mapping[str, object]]
Probe = Callable[[], Answer]


class CannotListen(OSError):
    """The address of the metrics is taken or not of this machine; the message says which it is."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def __init__(
        self, *arguments: object, registry: Callable[[], CollectorRegistry], probes: Mapping[str, Probe]
    ) -> None:
        self._registry = registry
        self._probes = probes
        super().__init__(*arguments)  # type: ignore[arg-type]  # those of the server, which it hands through

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/metrics":
            encode, content_type = choose_encoder(self.headers.get("accept", ""))
            self._answer(200, encode(self._registry()), content_type)
        elif path in self._probes:
            status, body = self._probes[path]()
            self._answer(status, orjson.dumps(body), "application/json")
        else:
            self._answer(404, b"{}", "application/json")

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Scrapes are no events."""


@contextmanager
def serve_probes(
    settings: MetricsSettings,
    *,
    probes: Mapping[str, Probe],
    registry: Callable[[], CollectorRegistry] = lambda: REGISTRY,
) -> Iterator[None]:
    """Answer `/metrics` and these paths for the length of the block, if a port is set. Raises `CannotListen`."""
    if settings.port is None:
        yield
        return
    handler = partial(_Handler, registry=registry, probes=probes)
    try:
        server = ThreadingHTTPServer((settings.host, settings.port), handler)
    except OSError as error:
        raise CannotListen(
            f"Cannot listen on {settings.host}:{settings.port} (EMPORIUM_METRICS__PORT): {error.strerror}."
        ) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="probes", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def shared_metrics(processes: int) -> Iterator[Callable[[], CollectorRegistry]]:
    """Where the metrics of so many child processes are read from. Of several, each writes files in a folder that lasts
    as long as the block and that they find by their environment."""
    if processes == 1:
        yield lambda: REGISTRY
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emporium-metrics-")))
        os.environ[FOLDER] = str(folder)
        stack.callback(os.environ.pop, FOLDER, None)
        yield partial(_summed, folder)


def _summed(folder: Path) -> CollectorRegistry:
    """What all children have counted, those that died included; of gauges only what those say that live."""
    for file in folder.iterdir():
        found = _LIVE_FILE.fullmatch(file.name)
        if found is not None and not psutil.pid_exists(int(found[1])):
            file.unlink(missing_ok=True)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]  # the library forgot its type
    return registry
