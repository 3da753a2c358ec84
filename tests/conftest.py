"""Fixtures by concern; this file only lists them, and has exceptions logged as the product does."""

import structlog

# By default they are shown with all variables, which takes seconds for each.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

pytest_plugins = [
    "tests.fixtures.servers",
    "tests.fixtures.database",
    "tests.fixtures.broker",
    "tests.fixtures.cache",
    "tests.fixtures.shop",
    "tests.fixtures.live",
    "tests.fixtures.demo",
    "tests.fixtures.node",
    "tests.fixtures.search",
    "tests.fixtures.site",
]
