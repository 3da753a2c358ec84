"""The report's file: it is put together from sections, and those that were not measured this time stay as they are."""

from collections.abc import Mapping, Sequence

_HEADING = "## "


def put(document: str, section: str, order: Sequence[str]) -> str:
    """The document with this section in place of the one of the same title; sections named in `order` come last."""
    return _joined(document, {**_kept(document, order), _title(section): section}, order)


def keep(fresh: str, old: str, order: Sequence[str]) -> str:
    """A fresh report with the sections named in `order` as an older document has them."""
    return _joined(fresh, _kept(old, order), order)


def _joined(document: str, last: Mapping[str, str], order: Sequence[str]) -> str:
    others = [part for part in _parts(document) if _title(part) not in order]
    ordered = [last[title] for title in order if title in last]
    return "\n\n".join(part.strip("\n") for part in (*others, *ordered)) + "\n"


def _kept(document: str, order: Sequence[str]) -> dict[str, str]:
    return {title: part for part in _parts(document) if (title := _title(part)) in order}


def _parts(document: str) -> list[str]:
    """What comes before the first heading of the second level, then each with what follows it."""
    first, *others = f"\n{document}".split(f"\n{_HEADING}")
    return [part for part in (first, *(_HEADING + other for other in others)) if part.strip()]


def _title(part: str) -> str:
    first = part.partition("\n")[0]
    return first.removeprefix(_HEADING).strip() if first.startswith(_HEADING) else ""
