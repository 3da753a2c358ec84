"""Trusted documents are checked before anything is served, and stay prepared."""

from pathlib import Path

from web.documents.manifest import Trusted, invalid, read_manifest
from web.execution import Executor


def trusted_documents(path: Path | None, executor: Executor) -> list[Trusted]:
    """Those of the manifest, parsed and validated; the executor does not forget them. Raises `BadManifest`."""
    found = [] if path is None else read_manifest(path)
    for one in found:
        prepared = executor.pin(one.text)
        if prepared.document is None:
            raise invalid(one, prepared.errors[0].message)
    return found
