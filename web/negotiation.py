"""Which media type an answer has, and the statuses that go with it.

By RFC 9110, 12.5.1: of what a range names the most specific one counts, the greatest weight wins, and of equal weights
the one that is named first.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from starlette.requests import Request

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
EVENT_STREAM = "text/event-stream"
HTML_TYPE = "text/html"
# What answers depend on beside the address.
VARY = "accept, authorization, cookie"
PARTIAL_SUCCESS = 294

_WEIGHT = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
_UTF_8 = ("utf-8", "utf8")
# Of types that a client likes equally, such as all of `*/*`, the first is answered.
_OFFERED = (JSON_TYPE, RESPONSE_TYPE, EVENT_STREAM)


class _Range(NamedTuple):
    """A media range of an `Accept`, such as `text/*`. `place` is where it stands."""

    name: str
    weight: float
    place: int


def negotiate(accept: str) -> str | None:
    """The media type of the answer; JSON where none is named, None if no type that is offered is wanted."""
    if not accept.strip():
        return JSON_TYPE
    ranges = {found.name: found for found in _ranges(accept)}
    wanted = [(media_type, found) for media_type in _OFFERED if (found := _most_specific(media_type, ranges))]
    wanted = [(media_type, found) for media_type, found in wanted if found.weight > 0]
    if not wanted:
        return None
    # `min` returns the first of equals.
    return min(wanted, key=lambda each: (-each[1].weight, each[1].place))[0]


def _ranges(accept: str) -> Iterator[_Range]:
    """Those that can be answered in UTF-8; what is not well formed is left out. Of one named twice the last counts."""
    for place, part in enumerate(accept.split(",")):
        name, given = _parsed(part)
        weight = given.get("q", "1")
        if _WEIGHT.fullmatch(weight) and given.get("charset", "utf-8") in _UTF_8:
            yield _Range(name, float(weight), place)


def _parsed(text: str) -> tuple[str, dict[str, str]]:
    """A media type or range, and its parameters, in lower case."""
    name, *parameters = (piece.strip() for piece in text.lower().split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    return name, {key.strip(): value.strip().strip('"') for key, _, value in pairs}


def _most_specific(media_type: str, ranges: dict[str, _Range]) -> _Range | None:
    group = media_type.partition("/")[0]
    return ranges.get(media_type) or ranges.get(f"{group}/*") or ranges.get("*/*")


def prefers_html(request: Request) -> bool:
    """Whether a browser asks for a page to look at rather than a program for an answer."""
    asks = {"query", "documentId", "extensions"} & request.query_params.keys()
    return not asks and HTML_TYPE in request.headers.get("accept", "")


def is_utf_8_json(content_type: str) -> bool:
    """Whether a body of this type is JSON in UTF-8, which is what is taken where no encoding is named."""
    name, given = _parsed(content_type)
    return name == JSON_TYPE and given.get("charset", "utf-8") in _UTF_8


def failed_status(media_type: str | None) -> int:
    """The status of an answer without data: old clients that want plain JSON expect 200."""
    return 200 if media_type == JSON_TYPE else 400


def answered_status(media_type: str | None, *, has_data: bool, has_errors: bool) -> int:
    """The status of what was executed: 294, partial success, where there are errors beside `data`, by the edition of
    September 2026; and 200 for old clients."""
    if not has_data:
        return failed_status(media_type)
    return PARTIAL_SUCCESS if has_errors and media_type == RESPONSE_TYPE else 200
