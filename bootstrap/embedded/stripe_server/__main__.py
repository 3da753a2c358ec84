"""Serves `localstripe` on this machine only, until SIGTERM, with its objects kept in a folder of ours."""

import argparse
import socket
from pathlib import Path

from aiohttp import web
from localstripe.server import app

from bootstrap.embedded.stripe_server.cards import add_test_cards
from bootstrap.embedded.stripe_server.intents import add_parameters
from bootstrap.embedded.stripe_server.keeping import Keeper
from bootstrap.embedded.stripe_server.keys import remember_keys
from bootstrap.embedded.stripe_server.telling import tell_of_failures


def main() -> None:
    """Serve until SIGTERM or SIGINT; what has changed is written then, and a few times a second before."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    add_test_cards()
    add_parameters()
    keeper = Keeper(given.folder / "objects.pickle")
    app.middlewares.insert(0, remember_keys)
    app.middlewares.extend([tell_of_failures, keeper.remember_webhooks])
    app.on_startup.append(keeper.start)
    app.on_cleanup.append(keeper.stop)
    # `localstripe` by itself listens on every address of the machine.
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", given.port))
    web.run_app(app, sock=listener, access_log=None, print=None)


if __name__ == "__main__":
    main()
