"""Names of operations as labels: few, whatever clients send."""

from collections import OrderedDict
from collections.abc import Iterable

OTHER = "other"
UNNAMED = "unnamed"
_MOST_LABELS = 100
_OFTEN = 20
_CANDIDATES = 1_000
_LONGEST = 100


class OperationNames:
    """Gives a name as a label when it is a trusted one, or was seen often; all others share `other`.

    Each process has at most `most` labels besides the trusted ones, and counts at most 1,000 candidates at a time, so
    that made-up names take neither memory nor series.
    """

    def __init__(self, trusted: Iterable[str] = (), *, most: int = _MOST_LABELS, often: int = _OFTEN) -> None:
        self._known = set(trusted)
        self._room = most
        self._often = often
        self._seen: OrderedDict[str, int] = OrderedDict()

    def label(self, name: str | None) -> str:
        """The label of one operation of this name."""
        if name is None:
            return UNNAMED
        if name in self._known:
            return name
        if self._room == 0 or len(name) > _LONGEST:
            return OTHER
        count = self._seen.pop(name, 0) + 1
        if count < self._often:
            self._seen[name] = count
            if len(self._seen) > _CANDIDATES:
                self._seen.popitem(last=False)
            return OTHER
        self._known.add(name)
        self._room -= 1
        return name
