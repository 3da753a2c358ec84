"""The departments' TOML files as typed values: what there is to sell, before any product is made of it."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from demo.palette import COLORS, PALETTES
from services.catalog.drafts import AttributeDraft, AttributeType

# The files of each department: the first has its name, groups and brands; all have leaves.
DEPARTMENTS: tuple[tuple[str, ...], ...] = (
    ("electronics", "electronics_audio_video"),
    ("home", "home_living"),
    ("fashion", "fashion_men"),
    ("sports",),
    ("toys",),
    ("beauty",),
    ("garden",),
    ("office",),
    ("pets",),
)

_SIZES: dict[str, tuple[str, ...]] = {
    "apparel_sizes": ("XS", "S", "M", "L", "XL", "XXL"),
    "womens_shoes": ("6", "7", "8", "9", "10"),
    "mens_shoes": ("8", "9", "10", "11", "12"),
    "kids_sizes": ("2T", "4T", "6", "8", "10"),
    "waist": ("28", "30", "32", "34", "36", "38"),
    "pet_sizes": ("S", "M", "L", "XL"),
}


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(_Data):
    """One archetype inside a leaf: its facts fit each other. `price` is in whole dollars, cheapest and dearest."""

    noun: str
    price: tuple[float, float]
    # Values as TOML gives them; `grammar.choose_fact` says which shapes there are.
    facts: dict[str, Any] = {}
    intro: list[str]
    title: str = "{brand} {model} {noun}"
    shape: str | None = None
    looks: list[str] = []
    options: dict[str, list[str] | str] | None = None
    premium: dict[str, float] = {}
    details: list[str] | None = None


class Leaf(_Data):
    """A category without children. `premium` is what each further value of an option adds, as a share of the price."""

    group: str
    name: str
    about: str
    shape: str
    count: int = 29
    brands: list[str]
    looks: list[str] = ["Graphite"]
    options: dict[str, list[str] | str] = {}
    premium: dict[str, float] = {}
    facts: dict[str, Any] = {}  # values as TOML gives them, see Kind
    benefits: list[str]
    details: list[str] = []
    kind: list[Kind] = Field(min_length=1)

    def facts_of(self, kind: Kind) -> dict[str, Any]:  # values as TOML gives them, see Kind
        return {**self.facts, **kind.facts}

    def options_of(self, kind: Kind) -> dict[str, tuple[str, ...]]:
        given = self.options if kind.options is None else kind.options
        return {name: named_values(values) for name, values in given.items()}


class Department(_Data):
    name: str
    code: str
    about: str
    groups: dict[str, str]
    brands: dict[str, list[str]]
    common: dict[str, Any] = {}  # facts of all products; values as TOML gives them, see Kind
    closing: list[str]
    leaf: list[Leaf]


def named_values(values: list[str] | str) -> tuple[str, ...]:
    """The values of an option, given as a list or as the name of a shared one (`@tech`)."""
    if isinstance(values, list):
        return tuple(values)
    name = values.removeprefix("@")
    return PALETTES[name] if name in PALETTES else _SIZES[name]


def is_color(value: str) -> bool:
    return value in COLORS


def _read(name: str) -> dict[str, Any]:  # a TOML document
    return tomllib.loads(resources.files("demo.assortment").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def departments() -> tuple[Department, ...]:
    """All departments, in the order that the shop shows them."""
    return tuple(_department(*names) for names in DEPARTMENTS)


def _department(first: str, *others: str) -> Department:
    data = _read(first)
    leaves = [leaf for name in (first, *others) for leaf in _read(name)["leaf"]]
    return Department.model_validate({**data, "leaf": leaves})


@lru_cache(maxsize=1)
def attributes() -> Mapping[str, AttributeDraft]:
    """All attributes by code, as `attributes.toml` declares them: `code = "Label"` or `code = ["Label", "unit"]`."""
    data = _read("attributes")
    hidden, incomparable = set(data["not_filterable"]), set(data["not_comparable"])
    found: dict[str, AttributeDraft] = {}
    for kind in AttributeType:
        for code, label in data[kind.value].items():
            words = [label] if isinstance(label, str) else label
            found[code] = AttributeDraft(
                code=code,
                label=words[0],
                type=kind,
                unit=words[1] if len(words) > 1 else None,
                filterable=code not in hidden,
                comparable=code not in incomparable,
            )
    return found


def brand_names() -> tuple[str, ...]:
    """Every brand of the shop, in order of appearance."""
    return tuple(dict.fromkeys(name for department in departments() for name in department.brands))
