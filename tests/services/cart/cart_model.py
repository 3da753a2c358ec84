"""Carts as they should be, in a few lines: what the real ones are compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Slot = tuple[int, bool]


class Step(NamedTuple):
    """One mutation: `add` names a variant, the others a line by the slot that it was seen in (variant, put aside)."""

    name: str
    variant: int
    saved: bool = False
    quantity: int = 0


@dataclass
class Model:
    """Lines by the ids that the store gave them, each in its slot with its quantity."""

    stock: dict[int, int]
    most: int
    lines: dict[str, tuple[Slot, int]] = field(default_factory=dict)

    def copy(self) -> "Model":
        return Model(dict(self.stock), self.most, dict(self.lines))

    def content(self) -> Mapping[Slot, int]:
        return dict(self.lines.values())

    def in_slot(self, slot: Slot) -> str | None:
        return next((id for id, (there, _) in self.lines.items() if there == slot), None)

    def take(self, step: Step, seen: Mapping[Slot, str]) -> str | None:
        """Do a step of a client that has `seen` lines with these ids; the code of a refusal."""
        if step.name == "add":
            return self._add(step)
        line = seen.get((step.variant, step.saved), "none")
        if line not in self.lines:
            return "LINE_NOT_FOUND"
        (variant, saved), quantity = self.lines[line]
        if step.name == "set":
            return self._set(line, variant, step.quantity, quantity, saved=saved)
        if step.name == "remove":
            del self.lines[line]
            return None
        return self._move(line, variant, quantity, saved=saved, aside=step.name == "save")

    def _add(self, step: Step) -> str | None:
        slot = (step.variant, False)
        line = self.in_slot(slot)
        quantity = step.quantity + (self.lines[line][1] if line else 0)
        if not 0 < step.quantity <= self.most:
            return "BAD_QUANTITY"
        if quantity > self.most:
            return "QUANTITY_LIMITED"
        if quantity > self.stock[step.variant]:
            return "OUT_OF_STOCK"
        self.lines[line or f"new-{step.variant}"] = (slot, quantity)
        return None

    def _set(self, line: str, variant: int, wanted: int, before: int, *, saved: bool) -> str | None:
        if not 0 < wanted <= self.most:
            return "BAD_QUANTITY"
        if not saved and wanted > before and wanted > self.stock[variant]:
            return "OUT_OF_STOCK"
        self.lines[line] = ((variant, saved), wanted)
        return None

    def _move(self, line: str, variant: int, quantity: int, *, saved: bool, aside: bool) -> str | None:
        if saved == aside:
            return None
        there = self.in_slot((variant, aside))
        total = quantity + (self.lines[there][1] if there else 0)
        if total > self.most:
            return "QUANTITY_LIMITED"
        if not aside and total > self.stock[variant]:
            return "OUT_OF_STOCK"
        del self.lines[line]
        self.lines[there or line] = ((variant, aside), total)
        return None
