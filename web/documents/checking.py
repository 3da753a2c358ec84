"""Documents are checked before any web process starts as web processes check them."""

from core.settings import Settings
from schema.schema import build_schema
from web.execution import Executor


def checking_executor(settings: Settings) -> Executor:
    """One that refuses the documents that web processes with these settings refuse, and runs nothing."""
    return Executor(build_schema()._schema, introspection=settings.introspection, profile=False, limits=settings.limits)
