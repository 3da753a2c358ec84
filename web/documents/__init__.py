"""Documents that are known by an id: those that an operator trusts, and those that clients have sent before."""

from web.documents.automatic import AutomaticDocuments
from web.documents.finding import Admitted, Documents
from web.documents.manifest import BadManifest, Trusted, read_manifest
from web.documents.trusting import trusted_documents

__all__ = [
    "Admitted",
    "AutomaticDocuments",
    "BadManifest",
    "Documents",
    "Trusted",
    "read_manifest",
    "trusted_documents",
]
