"""Rules about the source that no linter knows."""

import ast
import io
import re
import tokenize
from importlib.metadata import packages_distributions

from models import Base
from tests.architecture.source import ROOMS, source_files

_LONGEST_FILE = 300
_EVERYTHING = source_files(tests=True)
# Where a transaction may be opened for writing, and so be committed.
_COMMIT_PLACES = (
    "adapters/",  # theirs are commits of indexes
    "resolvers/mutation.py",
    "workers/",
    "cli/",
    "services/accounts/outside.py",  # an account is made by whatever request comes first
    "services/imports/",
    "services/cart/couponing.py",  # a use in Postgres, then the code in the cart
    "services/cart/merging.py",  # two carts, then their copies
    "services/checkout/",  # phases with calls between: docs/decisions/0024-checkout.md
    "services/inventory/reservations/desk.py",  # claims of several requests share a transaction
    "services/payments/",  # what the provider says, between calls to it
    "services/messaging/",  # each message in a unit of its own
    "services/search/reindex.py",
    "services/unit_of_work.py",
    "bootstrap/migrations.py",
    "migrations/env.py",
    "tests/",
    "bench/",
)
_BARE = re.compile(r"type:\s*ignore(?!\[)|noqa(?!: [A-Z]+[0-9]+)")
_VAGUE = {"utils", "helpers", "common", "misc", "manager"}


def test_finds_the_source() -> None:
    rooms = {file.name.split("/")[0] for file in _EVERYTHING}

    assert {"core", "services", "tests", "app.py"} <= rooms


def test_no_installed_distribution_owns_the_name_of_a_room() -> None:
    owners = packages_distributions()

    taken = {room: owners[room] for room in (*ROOMS, "app", "tests") if set(owners.get(room, [])) - {"emporium"}}

    assert taken == {}


def test_imports_are_absolute_and_at_the_top() -> None:
    inner = [
        f"{file.name}:{node.lineno}"
        for file in _EVERYTHING
        for block in ast.walk(file.tree)
        if isinstance(block, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(block)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    relative = [
        f"{file.name}:{node.lineno}"
        for file in _EVERYTHING
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert inner == []
    assert relative == []


def test_suppressions_name_their_code() -> None:
    bare = [
        f"{file.name}:{token.start[0]}"
        for file in _EVERYTHING
        for token in tokenize.generate_tokens(io.StringIO(file.text).readline)
        if token.type == tokenize.COMMENT and _BARE.search(token.string)
    ]

    assert bare == []


def test_files_are_short() -> None:
    written = [file for file in _EVERYTHING if "/versions/" not in file.name]

    long = [file.name for file in written if file.text.count("\n") > _LONGEST_FILE]

    assert long == []


def test_modules_say_what_they_are_for() -> None:
    silent = [file.name for file in _EVERYTHING if file.tree.body and ast.get_docstring(file.tree) is None]

    assert silent == []


def test_names_of_modules_say_something() -> None:
    vague = [file.name for file in _EVERYTHING if _VAGUE & set(file.path.with_suffix("").parts)]

    assert vague == []


def test_transactions_are_committed_in_few_places() -> None:
    elsewhere = [
        f"{file.name}:{call.lineno}"
        for file in source_files()
        if not file.name.startswith(_COMMIT_PLACES)
        for call in file.calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("commit", "unit", "begin")
    ]

    assert elsewhere == []


def test_tests_do_not_mock() -> None:
    mocking = [
        file.name
        for file in _EVERYTHING
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        and "mock" in {*(getattr(node, "module", None) or "").split("."), *(alias.name for alias in node.names)}
    ]

    assert mocking == []


def test_tables_are_documented() -> None:
    silent = [
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if not (mapper.class_.__dict__.get("__doc__") or "").strip()
    ]

    assert silent == []
