"""A collector of spans: OTLP over real HTTP, kept in memory."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_PATIENCE_SECONDS = 30


class SeenSpan(NamedTuple):
    """A span as it came. Ids are in hexadecimal digits; `parent` is empty for the first of a trace."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: Mapping[str, str]


class Collector:
    """Keeps what processes send to `url`."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.spans: list[SeenSpan] = []

    def of(self, trace: str) -> list[SeenSpan]:
        return [span for span in self.spans if span.trace == trace]

    def wait_for(self, trace: str, is_there: Callable[[list[SeenSpan]], bool]) -> list[SeenSpan]:
        """The spans of a trace, once they are as wanted; as they are if that takes too long."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_there(self.of(trace)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return self.of(trace)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            of_resource = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.spans += [
                SeenSpan(
                    of_resource["service.name"],
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    {one.key: one.value.string_value or str(one.value.int_value) for one in span.attributes},
                )
                for scope in resource.scope_spans
                for span in scope.spans
            ]


@contextmanager
def running_collector() -> Iterator[Collector]:
    """A collector for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.take(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
