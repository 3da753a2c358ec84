"""The servers that run when no address is set: a real Postgres and a real Valkey, from wheels."""

from bootstrap.embedded.problems import EmbeddedError
from bootstrap.embedded.servers import Addresses, EmbeddedServers, open_servers

__all__ = ["Addresses", "EmbeddedError", "EmbeddedServers", "open_servers"]
