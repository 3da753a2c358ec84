"""Opens files of lines, gzipped or not, and reads tables out of them without giving up at a bad line."""

import csv
import gzip
import re
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from services.imports.source import RowError, UnreadableSource

_GZIP = b"\x1f\x8b"
# Longer lines are no row of a catalog; they are cut off and reported, so that one cannot fill the memory.
LONGEST_LINE_BYTES = 1 << 20
_MOST_LINES = 200
Line = tuple[int, bytes | RowError]
Record = tuple[int, Sequence[str] | RowError]


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked if they are gzip. Raises `UnreadableSource` if it cannot be opened."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror}.") from error
    with raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.open(raw, "rb") as unpacked:
            # A GzipFile reads like any binary stream.
            yield unpacked  # type: ignore[misc]


def lines(path: Path) -> Iterator[Line]:
    """The lines with their numbers from 1; blank ones are left out. Truncated gzip ends in a `RowError`."""
    number = 0
    with opened(path) as stream:
        try:
            while line := stream.readline(LONGEST_LINE_BYTES):
                number += 1
                if len(line) == LONGEST_LINE_BYTES and not line.endswith(b"\n"):
                    yield number, RowError(number, "row", f"is longer than {LONGEST_LINE_BYTES:,} bytes")
                    while rest := stream.readline(LONGEST_LINE_BYTES):
                        if rest.endswith(b"\n"):
                            break
                elif number == 1 and line.startswith(b"\xef\xbb\xbf"):
                    yield number, line[3:]
                elif line.strip():
                    yield number, line
        except (EOFError, OSError, zlib.error) as error:
            yield number + 1, RowError(number + 1, "file", f"ends early or is damaged: {error}")


def decoded(number: int, line: bytes) -> str | RowError:
    """The line as text, without its end; a `RowError` if it is not UTF-8."""
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        return RowError(number, "encoding", f"is not UTF-8 at byte {error.start + 1}")


def table(path: Path, *, delimiter: str, quoted: bool) -> Iterator[tuple[int, Mapping[str, str] | RowError]]:
    """Rows of a table as mappings from the heading's names, with the number of the row's first line.

    With `quoted`, fields may stand in double quotes and then hold line ends (RFC 4180); without, quotes around a whole
    field are taken off, and a lone one (15" screen) is text. Raises `UnreadableSource` if there is no heading.
    """
    found = lines(path)
    records = _quoted_records(found, delimiter) if quoted else _plain_records(found, delimiter)
    _, heading = next(records, (0, None))
    if not isinstance(heading, list) or not any(heading):
        raise UnreadableSource(f"{path} has no heading line.")
    names = [name.strip() for name in heading]
    for number, record in records:
        if isinstance(record, RowError):
            yield number, record
        elif len(record) > len(names):
            yield number, RowError(number, "row", f"has {len(record)} columns, the heading {len(names)}")
        else:
            yield number, dict(zip(names, record, strict=False))


def _plain_records(found: Iterator[Line], delimiter: str) -> Iterator[Record]:
    for number, line in found:
        text = line if isinstance(line, RowError) else decoded(number, line)
        yield number, text if isinstance(text, RowError) else [_unquoted(field) for field in text.split(delimiter)]


def _unquoted(field: str) -> str:
    if len(field) > 1 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"')
    return field


def _quoted_records(found: Iterator[Line], delimiter: str) -> Iterator[Record]:
    """A quote that is never closed costs its own line; the lines taken for its rest are read again."""
    whole = re.compile(rf'(?:^|(?<={delimiter}))"(?:[^"]|"")*"(?=[{delimiter}\n]|$)')
    opening = re.compile(rf'(?:^|{delimiter})"')
    again: deque[Line] = deque()
    held: list[tuple[int, str]] = []
    while True:
        number, line = again.popleft() if again else next(found, (0, None))
        text = decoded(number, line) if isinstance(line, bytes) else line
        if isinstance(text, str):
            held.append((number, text))
            joined = "\n".join(part for _, part in held)
            if not opening.search(whole.sub("", joined)):
                yield held[0][0], next(csv.reader(joined.splitlines(keepends=True), delimiter=delimiter))
                held = []
                continue
            if len(held) < _MOST_LINES:
                continue
        if held:
            yield held[0][0], RowError(held[0][0], "row", "opens a quote that is not closed")
            if line is not None and not isinstance(text, str):
                again.appendleft((number, line))
            again.extendleft((at, part.encode()) for at, part in reversed(held[1:]))
            held = []
        elif isinstance(text, RowError):
            yield number, text
        else:
            return
