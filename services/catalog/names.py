"""What products name: brands, sellers, categories and attributes, found by name and made when they are new.

An import keeps one `KnownNames` for its whole run, so each name is looked up once. A unit of work that is rolled back
takes the rows it made with it: its `KnownNames` must then be thrown away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.recordset import as_recordset
from models.catalog import Attribute, Brand, Category
from models.sellers import Seller
from services.catalog.drafts import AttributeType
from services.catalog.slugs import category_slugs, first_free, slugify
from services.unit_of_work import UnitOfWork

Value = str | float | bool
_NAMED = "json_to_recordset(CAST(:rows AS json)) AS d(id uuid, slug text, name text)"
_SAVE_BRANDS = sa.text(
    f"""
    INSERT INTO brand (id, slug, name) SELECT id, slug, name FROM {_NAMED} ON CONFLICT (slug) DO NOTHING
    """
)
_SAVE_SELLERS = sa.text(
    f"""
    INSERT INTO seller (id, slug, name) SELECT id, slug, name FROM {_NAMED} ON CONFLICT (slug) DO NOTHING
    """
)
_SAVE_ATTRIBUTES = sa.text(
    """
    INSERT INTO attribute (id, code, label, type, filterable)
    SELECT id, code, label, type, filterable
    FROM json_to_recordset(CAST(:rows AS json)) AS d(id uuid, code text, label text, type text, filterable bool)
    ON CONFLICT (code) DO NOTHING
    """
)


@dataclass(slots=True)
class _Tree:
    ids: dict[tuple[str, ...], UUID] = field(default_factory=dict)
    ancestors: dict[UUID, list[UUID]] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)


@dataclass(slots=True)
class KnownNames:
    """Ids by name. `filterable` is what attributes become that are made here because a product carries them: an import
    starts with False and decides at its end (`services.catalog.attributes`)."""

    filterable: bool = True
    brands: dict[str, UUID] = field(default_factory=dict)
    sellers: dict[str, UUID] = field(default_factory=dict)
    attribute_types: dict[str, AttributeType] = field(default_factory=dict)
    _tree: _Tree | None = None

    async def learn_brands(self, unit: UnitOfWork, names: Iterable[str]) -> None:
        """Find or make brands. Names that differ in case, accents or punctuation alone are one brand."""
        missing = {brand_key(name): name for name in names if brand_key(name) not in self.brands}
        if missing:
            rows = [{"id": new_id(), "slug": slug, "name": name} for slug, name in missing.items()]
            await unit.session.execute(_SAVE_BRANDS, {"rows": as_recordset(rows)})
            found = sa.select(Brand.slug, Brand.id).where(Brand.slug == sa.any_(_texts(missing)))
            self.brands.update((await unit.session.execute(found)).all())

    async def learn_sellers(self, unit: UnitOfWork, slugs: Iterable[str]) -> None:
        """Find or make sellers; a new one is called by its slug."""
        missing = {slug for slug in slugs if slug not in self.sellers}
        if missing:
            rows = [{"id": new_id(), "slug": slug, "name": _titled(slug)} for slug in sorted(missing)]
            await unit.session.execute(_SAVE_SELLERS, {"rows": as_recordset(rows)})
            found = sa.select(Seller.slug, Seller.id).where(Seller.slug == sa.any_(_texts(missing)))
            self.sellers.update((await unit.session.execute(found)).all())

    async def learn_attributes(self, unit: UnitOfWork, values: Mapping[str, Value]) -> None:
        """Find or make attributes; a new one gets the type of its value and its code in words as a label."""
        missing = {code: value for code, value in values.items() if code not in self.attribute_types}
        if missing:
            rows = [
                {
                    "id": new_id(),
                    "code": code,
                    "label": label_of(code),
                    "type": type_of(value),
                    "filterable": self.filterable,
                }
                for code, value in missing.items()
            ]
            await unit.session.execute(_SAVE_ATTRIBUTES, {"rows": as_recordset(rows)})
            found = sa.select(Attribute.code, Attribute.type).where(Attribute.code == sa.any_(_texts(missing)))
            for code, kind in await unit.session.execute(found):
                self.attribute_types[code] = AttributeType(kind)

    async def learn_categories(self, unit: UnitOfWork, paths: Iterable[tuple[str, ...]]) -> set[UUID]:
        """Find or make categories and their parents; returns the ids of those made.

        Names that differ in case or outer spaces alone are the same.
        """
        missing = [path for path in paths if self._tree is None or category_key(path) not in self._tree.ids]
        if not missing:
            return set()
        tree = self._tree = self._tree or await _load_tree(unit)
        made: dict[UUID, dict[str, object]] = {}
        for path in missing:
            for depth in range(1, len(path) + 1):
                if category_key(path[:depth]) not in tree.ids:
                    row = _add(tree, path[:depth])
                    made[row["id"]] = dict(row)
        if made:
            # Parents stand before children, which the foreign key wants.
            await unit.session.execute(sa.insert(Category), list(made.values()))
        return set(made)

    def category(self, path: tuple[str, ...]) -> UUID:
        """The id of a category that `learn_categories` was given."""
        assert self._tree is not None
        return self._tree.ids[category_key(path)]


def brand_key(name: str) -> str:
    """What makes two brand names the same brand; also the brand's slug."""
    return slugify(name) or name.strip().casefold()


def category_key(path: tuple[str, ...]) -> tuple[str, ...]:
    """What makes two paths name the same category."""
    return tuple(name.strip().casefold() for name in path)


def type_of(value: Value) -> AttributeType:
    """The type of attribute that `value` belongs to."""
    if isinstance(value, bool):
        return AttributeType.FLAG
    return AttributeType.TEXT if isinstance(value, str) else AttributeType.NUMBER


def label_of(code: str) -> str:
    """A code in words: `screen_size` is "Screen size"."""
    words = code.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _titled(slug: str) -> str:
    return " ".join(word.capitalize() for word in slug.split("-"))


def _texts(values: Iterable[str]) -> sa.BindParameter[Sequence[str]]:
    return sa.bindparam("keys", list(values), type_=sa.ARRAY(sa.Text()), unique=True)


class _CategoryRow(TypedDict):
    id: UUID
    parent_id: UUID | None
    ancestor_ids: list[UUID]
    name: str
    slug: str
    position: int


def _add(tree: _Tree, path: tuple[str, ...]) -> _CategoryRow:
    own, key = new_id(), category_key(path)
    parent = tree.ids.get(key[:-1])
    slug = first_free(category_slugs(path), tree.slugs)
    tree.ids[key] = own
    tree.ancestors[own] = [*(tree.ancestors[parent] if parent is not None else ()), own]
    tree.slugs.add(slug)
    return {
        "id": own,
        "parent_id": parent,
        "ancestor_ids": tree.ancestors[own],
        "name": path[-1].strip(),
        "slug": slug,
        # As many as were there before: the menu keeps the order in which categories were named.
        "position": len(tree.ids),
    }


async def _load_tree(unit: UnitOfWork) -> _Tree:
    rows = await unit.session.execute(
        sa.select(Category.id, Category.ancestor_ids, Category.name, Category.slug).order_by(
            sa.func.cardinality(Category.ancestor_ids)
        )
    )
    tree, keys = _Tree(), dict[UUID, tuple[str, ...]]()
    for own, ancestors, name, slug in rows:
        parent_key = keys[ancestors[-2]] if len(ancestors) > 1 else ()
        keys[own] = (*parent_key, *category_key((name,)))
        tree.ids.setdefault(keys[own], own)
        tree.ancestors[own] = ancestors
        tree.slugs.add(slug)
    return tree
