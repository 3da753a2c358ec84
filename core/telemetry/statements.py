"""Spans of statements to Postgres: their shape, never their values."""

import re
from functools import lru_cache

from opentelemetry.trace import Span, SpanKind

from core.telemetry import tracing

_LONGEST_TEXT = 2_000
_KNOWN_SHAPES = 1_000
_DOES = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|SET|LOCK|NOTIFY|LISTEN)\b", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+([a-z_][a-z0-9_.]*)", re.IGNORECASE)
_READS = re.compile(r"\bFROM\s+([a-z_][a-z0-9_.]*)", re.IGNORECASE)
# What comes behind FOR UPDATE is no table.
_WORDS = frozenset({"set", "skip", "nowait", "of"})


def start_statement(statement: str) -> Span | None:
    """A span of a statement below the current one, to be ended by `tracing.end`; None unless that is recorded."""
    if not tracing.is_on():
        return None
    summary = summary_of(statement)
    attributes = {
        "db.system.name": "postgresql",
        "db.query.summary": summary,
        "db.query.text": statement[:_LONGEST_TEXT],
        "db.operation.name": summary.partition(" ")[0],
    }
    return tracing.start_inner(summary, kind=SpanKind.CLIENT, attributes=attributes)


@lru_cache(_KNOWN_SHAPES)
def summary_of(statement: str) -> str:
    """What a statement does and to which table, as `db.query.summary` of the semantic conventions: `UPDATE offer`."""
    for found in _CHANGES.finditer(statement):
        if found[1].lower() not in _WORDS:
            return f"{found[0].split()[0].upper()} {found[1]}"
    does = _DOES.search(statement)
    if does is None:
        return "SQL"
    reads = _READS.search(statement)
    return does[1].upper() if reads is None else f"{does[1].upper()} {reads[1]}"
