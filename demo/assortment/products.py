"""Products made from the plan, one at a time, each from its own seed: a change to one leaf moves no other product."""

from collections.abc import Iterator
from itertools import product as combinations
from random import Random

from demo.assortment import figures, grammar
from demo.assortment.plan import Department, Kind, Leaf, departments, is_color
from demo.assortment.store import OWN_SELLER, RIVALS, WAREHOUSES
from demo.palette import slug_of
from demo.pictures import STYLES, Picture, placeholder
from services.catalog.drafts import MediaDraft, OfferDraft, ProductDraft, VariantDraft

SOURCE = "demo"
COLOR = "Color"
PICTURE_SIDE = 1200
_LARGEST_VARIANTS = 12
_PRODUCTS_PER_LEAF = 1000
_VIEW_WORDS = ("", ", second view", ", close-up")
_WAREHOUSE_CODES = tuple(warehouse.code for warehouse in WAREHOUSES)


def all_products() -> Iterator[ProductDraft]:
    """Every product of the shop, department by department."""
    leaf_number = 0
    for department in departments():
        for leaf in department.leaf:
            leaf_number += 1
            for place, (kind, brand, model) in enumerate(_names(department, leaf)):
                number = leaf_number * _PRODUCTS_PER_LEAF + place
                yield _Making(department, leaf, kind, brand=brand, model=model, number=number).draft()


def _names(department: Department, leaf: Leaf) -> Iterator[tuple[Kind, str, str]]:
    """Kind, brand and model of each product: every pair of brand and model once, kinds in turn."""
    rng = Random(f"names/{department.code}/{leaf.group}/{leaf.name}")
    pairs = [(brand, model) for brand in leaf.brands for model in department.brands[brand]]
    if len(pairs) < leaf.count:
        raise ValueError(f"{leaf.name} has names for {len(pairs)} products only.")
    rng.shuffle(pairs)
    for place, (brand, model) in enumerate(pairs[: leaf.count]):
        yield leaf.kind[place % len(leaf.kind)], brand, model


class _Making:
    """One product while it is made. The order of draws from `rng` is what keeps it the same on every run."""

    def __init__(self, department: Department, leaf: Leaf, kind: Kind, *, brand: str, model: str, number: int) -> None:
        self.rng = Random(f"product/{department.code}/{leaf.group}/{leaf.name}/{brand}/{model}")
        self.department, self.leaf, self.kind, self.brand, self.number = department, leaf, kind, brand, number
        self.tier = self.rng.random() ** 1.2
        self.options = self._options()
        specs = {**department.common, **leaf.facts_of(kind)}
        self.facts: dict[str, grammar.Fact] = {
            code: grammar.choose_fact(spec, tier=self.tier, rng=self.rng) for code, spec in specs.items()
        }
        self.words: dict[str, grammar.Fact] = {**self.facts, "brand": brand, "model": model, "noun": kind.noun}
        self.looks = self.options.get(COLOR) or (self.rng.choice(kind.looks or leaf.looks),)
        if COLOR in leaf.options_of(kind):
            self.facts["color"] = self.looks[0]
        self.options = {name: values for name, values in self.options.items() if len(values) > 1}
        low, high = kind.price
        self.price = low * (high / low) ** self.tier
        self.cents = figures.choose_cents(self.price, self.rng)
        self.days = figures.days_on_sale(self.rng)
        self.sold = figures.units_sold(days=self.days, price=self.price, rng=self.rng)
        self.style = self.rng.randrange(STYLES)

    def draft(self) -> ProductDraft:
        title = grammar.fill(self.kind.title, self.words, verbatim=True)
        return ProductDraft(
            source=SOURCE,
            external_id=f"DEMO-{self.number:06d}",
            title=title,
            category_path=(self.department.name, self.leaf.group, self.leaf.name),
            description=self._description(),
            brand=self.brand,
            attributes=self.facts,
            option_names=tuple(self.options),
            variants=self._variants(title),
            media=self._media(title),
            ratings=figures.ratings(sold=self.sold, rng=self.rng),
            units_sold=self.sold,
            released_at=figures.released_at(self.days),
        )

    def _options(self) -> dict[str, tuple[str, ...]]:
        """The values that this product has of each option, at most twelve variants in all."""
        chosen: dict[str, tuple[str, ...]] = {}
        room = _LARGEST_VARIANTS
        offered = self.leaf.options_of(self.kind)
        for name, values in sorted(offered.items(), key=lambda item: item[0] == COLOR):
            if all(is_color(value) for value in values):
                count = min(self.rng.choice((1, 2, 2, 3, 3, 4)), room, len(values))
                chosen[name] = tuple(self.rng.sample(values, k=count))
            else:
                count = min(len(values), room, self.rng.randint(max(2, len(values) - 2), len(values)))
                start = self.rng.randint(0, len(values) - count)
                chosen[name] = values[start : start + count]
            room //= len(chosen[name])
        return {name: chosen[name] for name in offered}

    def _description(self) -> str:
        pools = [self.kind.intro, self.leaf.benefits]
        details = self.leaf.details if self.kind.details is None else self.kind.details
        if self.rng.random() < 0.75:
            pools.append(details)
        if self.rng.random() < 0.45:
            pools.append(self.department.closing)
        written = (grammar.pick_sentence(pool, self.words, self.rng) for pool in pools)
        return " ".join(sentence for sentence in written if sentence)

    def _media(self, title: str) -> tuple[MediaDraft, ...]:
        views = self.rng.choices((1, 2, 3), weights=(15, 35, 50))[0]
        return tuple(self._picture(self.looks[0], view, title + _VIEW_WORDS[view - 1]) for view in range(1, views + 1))

    def _picture(self, look: str, view: int, alt: str) -> MediaDraft:
        picture = Picture(
            department=slug_of(self.department.name),
            shape=self.kind.shape or self.leaf.shape,
            color=slug_of(look),
            brand=slug_of(self.brand),
            style=self.style,
            view=view,
        )
        return MediaDraft(
            url=picture.url, alt=alt, width=PICTURE_SIDE, height=PICTURE_SIDE, placeholder=placeholder(picture)
        )

    def _variants(self, title: str) -> tuple[VariantDraft, ...]:
        rng = self.rng
        mood = rng.choices(("normal", "low", "out"), weights=(86, 9, 5))[0]
        discounted = rng.random() < 0.2
        rivals = rng.sample(RIVALS, k=rng.choice((1, 1, 2))) if rng.random() < 0.2 else []
        exclusive = bool(rivals) and rng.random() < 0.2
        sale = rng.choice((0.10, 0.15, 0.20, 0.20, 0.25, 0.30, 0.40))
        terms = [(seller, rng.uniform(0.9, 1.09), rng.choice((0.8, 1.0))) for seller in rivals]
        made = []
        for place, values in enumerate(combinations(*self.options.values())):
            price = figures.shelf_price(self.price * self._premium(values), self.cents)
            before = figures.before_discount(price, sale) if discounted else None
            offers = [] if exclusive else [OfferDraft(price_minor=price, seller=OWN_SELLER, compare_at_minor=before)]
            offers += [
                OfferDraft(price_minor=max(round(price * share) // 10 * 10 + 9, 199), seller=seller)
                for seller, share, reach in terms
                if rng.random() < reach or exclusive
            ]
            look = next((value for name, value in zip(self.options, values, strict=True) if name == COLOR), None)
            made.append(
                VariantDraft(
                    sku=f"{self.department.code}-{self.number:06d}-{place + 1:02d}",
                    option_values=values,
                    gtin=figures.gtin13(self.number * 100 + place),
                    offers=tuple(offers),
                    stock=figures.stock(_WAREHOUSE_CODES, mood=mood, sold=self.sold, rng=rng),
                    media=(self._picture(look, 1, f"{title}, {look.lower()}"),) if look else (),
                )
            )
        return tuple(made)

    def _premium(self, values: tuple[str, ...]) -> float:
        premiums = {**self.leaf.premium, **self.kind.premium}
        factor = 1.0
        for name, value in zip(self.options, values, strict=True):
            factor *= 1 + premiums.get(name, 0.0) * self.options[name].index(value)
        return factor
