"""Manifests of trusted documents: what is read, what is made, and what is refused by name."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from core.settings import Settings, WebSettings
from tests.architecture.source import ROOT
from web.documents import trusted_documents
from web.documents.checking import checking_executor
from web.documents.collecting import collect_documents
from web.documents.manifest import APOLLO_FORMAT, BadManifest, Trusted, digest_of, manifest, read_manifest

EXECUTOR = checking_executor(Settings(web=WebSettings(introspection=False)))
TEXT = "query Name { __typename }"
# Valid, but for the limits of web processes.
TOO_WIDE = f"query Bad {{ {' '.join(f'a{place}: __typename' for place in range(200))} }}"
APP = {
    "listing.graphql": "query Listing { products(first: 2) { edges { node { ...Card } } } }",
    "parts/card.gql": "fragment Card on Product { title ...Price }\nfragment Unused on Product { title }",
    "parts/price.graphql": "fragment Price on Product { priceRange { min { formatted } } }",
    "leave.graphql": "mutation Leave { logout(input: {}) { userErrors { code } } }",
}


def write(path: Path, content: Any) -> Path:  # JSON
    path.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    return path


def write_app(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    "content",
    [
        {digest_of(TEXT): TEXT},
        {f"sha256:{digest_of(TEXT)}": TEXT},
        {"format": APOLLO_FORMAT, "version": 1, "operations": [{"id": digest_of(TEXT), "name": "Name", "body": TEXT}]},
    ],
)
def test_both_formats_are_read(tmp_path: Path, content: Any) -> None:
    (found,) = read_manifest(write(tmp_path / "manifest.json", content))

    assert (found.id, found.text) == (digest_of(TEXT), TEXT)


def test_ids_that_are_no_digests_are_taken_as_they_are(tmp_path: Path) -> None:
    found = read_manifest(write(tmp_path / "manifest.json", {"name-1": TEXT}))

    assert found == [Trusted("name-1", "name-1", TEXT)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        ([], "is not an object"),
        ({"a": 1}, "The document a has no text"),
        ({"0" * 64: TEXT}, "is not the SHA-256 of its text"),
        ({"a": TEXT, "sha256:a": "{ other }"}, "is that of another document too"),
        ({"format": "other", "version": 1}, "must be apollo-persisted-query-manifest, version 1"),
        ({"format": APOLLO_FORMAT, "version": 1}, "needs an `id` and a `body`"),
        ({"format": APOLLO_FORMAT, "version": 1, "operations": [{"name": "Name"}]}, "The operation Name needs"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: Any, message: str) -> None:
    path = write(tmp_path / "manifest.json", content)

    with pytest.raises(BadManifest, match=message):
        read_manifest(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadManifest, match=r"none\.json cannot be read"):
        read_manifest(tmp_path / "none.json")


@pytest.mark.parametrize(
    "text", ["query Bad { nothing }", "query Bad {", "query Bad { __schema { description } }", TOO_WIDE]
)
def test_a_document_that_could_not_be_served_is_named(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "manifest.json", {"good": TEXT, "bad": text})

    with pytest.raises(BadManifest, match="The document bad is not valid"):
        trusted_documents(path, EXECUTOR)


def test_each_operation_of_an_app_becomes_a_document_with_its_fragments(tmp_path: Path) -> None:
    collected = collect_documents([write_app(tmp_path, APP)], EXECUTOR)

    assert [(one.document.name, one.kind) for one in collected] == [("Leave", "mutation"), ("Listing", "query")]
    listing = collected[1].document
    assert listing.id == digest_of(listing.text)
    assert [part.split()[1] for part in listing.text.split("\n\n")] == ["Listing", "Card", "Price"]


def test_what_is_made_can_be_served(tmp_path: Path) -> None:
    collected = collect_documents([write_app(tmp_path / "app", APP)], EXECUTOR)
    made = manifest([one.document for one in collected], [one.kind for one in collected])

    path = write(tmp_path / "manifest.json", made)
    trusted_documents(path, EXECUTOR)

    assert read_manifest(path) == [one.document for one in collected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("query Bad { nothing }", r"bad\.graphql: Bad is not valid: Cannot query field 'nothing'"),
        ("query Bad { products { ...Gone } }", r"bad\.graphql: Bad is not valid: Unknown fragment 'Gone'"),
        ("{ __typename }", r"bad\.graphql: an operation without a name"),
        ("query Bad {", r"bad\.graphql"),
        (TOO_WIDE, r"bad\.graphql: Bad is not valid: .* at most"),
        ("query Leave { __typename }", "the operation Leave is there twice"),
    ],
)
def test_what_is_not_valid_is_named_by_its_file(tmp_path: Path, text: str, message: str) -> None:
    folder = write_app(tmp_path, APP | {"bad.graphql": text})

    with pytest.raises(BadManifest, match=message):
        collect_documents([folder], EXECUTOR)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("query Bad { nothing }", "Cannot query field 'nothing' on type 'Query'."),
        (TOO_WIDE, "An operation has at most 30 fields at its root; this one has 200."),
    ],
)
def test_a_server_does_not_start_with_a_bad_manifest(tmp_path: Path, text: str, reason: str) -> None:
    path = write(tmp_path / "manifest.json", {"bad": text})
    environment = dict(os.environ) | {"EMPORIUM_DOCUMENTS__MANIFEST": str(path), "EMPORIUM_DATA_DIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "serve"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == f"emporium: The document bad is not valid: {reason}\n"
