"""Slugs: the readable part of an address. Letters of any script are kept; Latin ones lose their accents."""

import hashlib
import unicodedata
from collections.abc import Container, Iterator
from itertools import count, groupby

LONGEST_SLUG = 80


def slugify(text: str) -> str:
    """Lower-case letters and digits joined by single hyphens, at most 80 characters; empty if `text` has neither."""
    if text.isascii():
        plain = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        plain = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    words = ("".join(run) for is_word, run in groupby(plain, str.isalnum) if is_word)
    slug = "-".join(words)
    if len(slug) <= LONGEST_SLUG:
        return slug
    cut = slug[: LONGEST_SLUG + 1].rpartition("-")[0]
    return (cut or slug)[:LONGEST_SLUG]


def product_slugs(title: str, source: str, external_id: str) -> tuple[str, str, str]:
    """What a product's address may be, the nicest first; the last one is as good as never taken."""
    base = slugify(title) or "product"
    digest = hashlib.blake2b(f"{source}\x1f{external_id}".encode(), digest_size=6).hexdigest()
    return base, f"{base}-{slugify(external_id) or digest}", f"{base}-{digest}"


def category_slugs(path: tuple[str, ...]) -> Iterator[str]:
    """What a category's address may be: its name, with its parents' names before it, then numbered. Never ends."""
    names = [slugify(name) or "category" for name in path]
    for start in range(len(names) - 1, -1, -1):
        yield "-".join(names[start:])
    for number in count(2):
        yield f"{'-'.join(names)}-{number}"


def first_free(candidates: Iterator[str], taken: Container[str]) -> str:
    """The first of `candidates` that is not taken."""
    return next(candidate for candidate in candidates if candidate not in taken)
