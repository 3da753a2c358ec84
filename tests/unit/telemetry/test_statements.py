"""Spans of statements are named by what they do and to which table."""

import pytest

from core.telemetry.statements import summary_of


@pytest.mark.parametrize(
    ("statement", "summary"),
    [
        ("SELECT id FROM product WHERE id = $1", "SELECT product"),
        ("INSERT INTO outbox_event (type) VALUES ($1)", "INSERT outbox_event"),
        ("WITH due AS (SELECT id FROM offer FOR UPDATE SKIP LOCKED) UPDATE variant SET x = 1", "UPDATE variant"),
        ("WITH old AS (SELECT 1) DELETE FROM cart WHERE id = $1", "DELETE cart"),
        ("SELECT id FROM cart WHERE id = $1 FOR UPDATE", "SELECT cart"),
        ("SELECT pg_advisory_xact_lock($1)", "SELECT"),
        ("VACUUM", "SQL"),
    ],
)
def test_says_what_a_statement_does(statement: str, summary: str) -> None:
    assert summary_of(statement) == summary
