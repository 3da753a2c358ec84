"""Names of operations as labels: few, whatever clients send."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

OTHER = "other"
UNNAMED = "unnamed"
_MOST_LABELS = 100
_OFTEN = 20
_MINUTES = 5
_LABELS_PER_MINUTE = 5
_MINUTE_SECONDS = 60
_CANDIDATES = 1_000
_LONGEST = 100


@dataclass(slots=True)
class _Seen:
    """How often a name was seen, in how many different minutes, and in which of them last."""

    count: int = 0
    minutes: int = 0
    last: int = -1


class OperationNames:
    """Gives a name as a label when it is a trusted one, or was seen often; all others share `other`.

    Each process has at most `most` labels besides the trusted ones, and counts at most 1,000 candidates at a time, so
    that made-up names take neither memory nor series. So that they do not take the labels of honest ones either, only
    operations without errors count, in five different minutes at least, and each minute the five names that were seen
    most often get labels.
    """

    def __init__(
        self,
        trusted: Iterable[str] = (),
        *,
        most: int = _MOST_LABELS,
        often: int = _OFTEN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known = set(trusted)
        self._room = most
        self._often = often
        self._clock = clock
        self._minute = 0
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    def trust(self, names: Iterable[str], *, only: bool) -> None:
        """Give these names labels always; `only` them and those before, and no others, however often they are seen."""
        self._known.update(names)
        if only:
            self._room = 0

    def label(self, name: str | None, *, is_good: bool = True) -> str:
        """The label of one operation of this name; `is_good` if it had no errors."""
        if name is None:
            return UNNAMED
        if name in self._known:
            return name
        if self._room == 0 or len(name) > _LONGEST or not is_good:
            return OTHER
        minute = int(self._clock() // _MINUTE_SECONDS)
        if minute != self._minute:
            self._minute = minute
            self._choose()
        if name in self._known:
            return name
        self._count(name)
        return OTHER

    def _count(self, name: str) -> None:
        seen = self._seen.pop(name, None) or _Seen()
        seen.count += 1
        if seen.last != self._minute:
            seen.minutes += 1
            seen.last = self._minute
        self._seen[name] = seen
        if len(self._seen) > _CANDIDATES:
            self._seen.popitem(last=False)

    def _choose(self) -> None:
        """Give labels to those that were seen most often of all that may have one."""
        ripe = [name for name, seen in self._seen.items() if seen.count >= self._often and seen.minutes >= _MINUTES]
        ripe.sort(key=lambda name: self._seen[name].count, reverse=True)
        for name in ripe[: min(_LABELS_PER_MINUTE, self._room)]:
            self._known.add(name)
            self._room -= 1
            del self._seen[name]
