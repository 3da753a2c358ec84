"""Fixtures by concern; this file only lists them."""

pytest_plugins = [
    "tests.fixtures.servers",
    "tests.fixtures.database",
    "tests.fixtures.cache",
    "tests.fixtures.shop",
    "tests.fixtures.live",
    "tests.fixtures.demo",
    "tests.fixtures.search",
    "tests.fixtures.broker",
]
