"""An outside issuer with a socket of its own: it serves its configuration and its keys, and signs tokens."""

import base64
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "https://api.shop.example"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(slots=True)
class Issuer:
    """What it publishes and how it behaves can be changed while it runs. `fault` is an HTTP status, or a word that
    `_Handler` knows; `asked` counts the requests for keys."""

    url: str
    keys: dict[str, PrivateKey] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    fault: int | str | None = None
    asked: int = 0

    def add_key(self, kid: str, key: PrivateKey | None = None) -> None:
        self.keys[kid] = rsa.generate_private_key(65537, 2048) if key is None else key
        self.published.add(kid)

    def key_set(self) -> Mapping[str, Any]:
        return {"keys": [{**_public(self.keys[kid]), "kid": kid, "use": "sig"} for kid in sorted(self.published)]}

    def claims(self, **changes: object) -> dict[str, Any]:
        """Those of a good token; None leaves one out."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": "somebody", "iat": now, "exp": now + 300, **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, kid: str = "rsa", *, headers: Mapping[str, Any] | None = None, **changes: object) -> str:
        """Signed by the key that is called so, with other claims as given."""
        key = self.keys[kid]
        algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
        return jwt.encode(self.claims(**changes), key, algorithm=algorithm, headers={"kid": kid, **(headers or {})})


def _public(key: PrivateKey) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        return RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return ECAlgorithm.to_jwk(key.public_key(), as_dict=True)


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer with a key `rsa` and a key `ec`, until the block ends."""

    class Handler(_Handler):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Handler.issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
    issuer.add_key("rsa")
    issuer.add_key("ec", ec.generate_private_key(ec.SECP256R1()))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        issuer = self.issuer
        if self.path == "/.well-known/openid-configuration":
            self._answer({"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"})
            return
        issuer.asked += 1
        match issuer.fault:
            case "slow":
                time.sleep(1.0)
                self._answer(issuer.key_set())
            case "garbage":
                self._send(200, b"<html>")
            case "empty":
                self._answer({"keys": [{"kty": "unheard-of", "kid": "rsa"}, 1]})
            case "huge":
                self._send(200, b" " * 1_000_000)
            case int(status):
                self._send(status, b"{}")
            case _:
                self._answer(issuer.key_set())

    def _answer(self, body: Mapping[str, Any]) -> None:
        self._send(200, orjson.dumps(body))

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("location", self.issuer.url)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return  # it did not wait

    def log_message(self, format: str, *args: object) -> None:
        """Nothing, where the standard library writes to the terminal."""


def encoded(part: Mapping[str, Any]) -> str:
    """One part of a token, as JWTs have it."""
    return base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=")
