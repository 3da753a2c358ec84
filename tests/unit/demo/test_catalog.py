"""The demo's catalog as an importer sees it: complete, consistent, the same on every run."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

import pytest

from core.media import MEDIA_PREFIX
from demo import catalog, products
from demo.assortment.figures import REFERENCE_DAY
from demo.palette import slug_of
from demo.pictures import find
from services.catalog.drafts import AttributeType, CatalogDraft, ProductDraft

_TYPES: dict[AttributeType, type | tuple[type, ...]] = {
    AttributeType.TEXT: str,
    AttributeType.NUMBER: (int, float),
    AttributeType.FLAG: bool,
}
_DIGEST = (
    "import hashlib; from demo import catalog, products; "
    "print(hashlib.sha256(repr((catalog(), list(products()))).encode()).hexdigest())"
)


@pytest.fixture(scope="module")
def shop() -> CatalogDraft:
    return catalog()


@pytest.fixture(scope="module")
def everything() -> Sequence[ProductDraft]:
    return list(products())


def test_has_the_size_of_a_shop(shop: CatalogDraft, everything: Sequence[ProductDraft]) -> None:
    leaves = {product.category_path for product in everything}
    brands = {product.brand for product in everything}

    depths = {len(category.path) for category in shop.categories}

    assert len(everything) >= 2400
    assert len(shop.categories) >= 60
    assert len(leaves) >= 60
    assert depths == {1, 2, 3}
    assert len(brands) >= 60
    assert len(shop.warehouses) == 6


def test_is_the_same_under_another_hash_seed(shop: CatalogDraft, everything: Sequence[ProductDraft]) -> None:
    here = hashlib.sha256(repr((shop, list(everything))).encode()).hexdigest()

    other = subprocess.run(
        [sys.executable, "-c", _DIGEST],
        env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert other.stdout.strip() == here


def test_keys_are_unique(everything: Sequence[ProductDraft]) -> None:
    variants = [variant for product in everything for variant in product.variants]

    keys: dict[str, list[str | None]] = {
        "external_id": [product.external_id for product in everything],
        "slug": [slug_of(product.title) for product in everything],
        "sku": [variant.sku for variant in variants],
        "gtin": [variant.gtin for variant in variants],
    }

    for name, values in keys.items():
        assert len(values) == len(set(values)), name


def test_article_numbers_have_their_check_digit(everything: Sequence[ProductDraft]) -> None:
    numbers = [variant.gtin or "" for product in everything for variant in product.variants]

    wrong = [text for text in numbers if len(text) != 13 or _weighed(text) % 10 != 0]

    assert wrong == []


def _weighed(gtin: str) -> int:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(gtin))


def test_products_refer_to_what_the_catalog_declares(shop: CatalogDraft, everything: Sequence[ProductDraft]) -> None:
    categories = {category.path: category for category in shop.categories}
    types = {attribute.code: attribute.type for attribute in shop.attributes}
    sellers = {seller.slug for seller in shop.sellers}
    warehouses = {warehouse.code for warehouse in shop.warehouses}

    for product in everything:
        path = product.category_path
        allowed = {code for depth in range(1, 4) for code in categories[path[:depth]].attributes}
        assert set(product.attributes) <= allowed, product.title
        for code, value in product.attributes.items():
            assert isinstance(value, _TYPES[types[code]]), (product.title, code)
            assert isinstance(value, bool) == (types[code] is AttributeType.FLAG), (product.title, code)
        for variant in product.variants:
            assert {offer.seller for offer in variant.offers} <= sellers
            assert set(variant.stock) == warehouses
            assert all(units >= 0 for units in variant.stock.values())


def test_every_leaf_has_some_attributes_and_all_declared_ones_are_used(
    shop: CatalogDraft, everything: Sequence[ProductDraft]
) -> None:
    leaves = [category for category in shop.categories if len(category.path) == 3]
    common = {category.path[0]: len(category.attributes) for category in shop.categories if len(category.path) == 1}

    used = {code for product in everything for code in product.attributes}

    assert used == {attribute.code for attribute in shop.attributes}
    for leaf in leaves:
        own = len(set(leaf.attributes) - set(shop.categories[0].attributes)) + common[leaf.path[0]]
        assert 4 <= own <= 14, leaf.path


def test_variants_fit_their_options(everything: Sequence[ProductDraft]) -> None:
    for product in everything:
        values = [variant.option_values for variant in product.variants]
        assert 1 <= len(values) <= 12, product.title
        assert len(values) == len(set(values)), product.title
        assert all(len(value) == len(product.option_names) for value in values), product.title


def test_prices_are_plausible(everything: Sequence[ProductDraft]) -> None:
    offers = [(variant, offer) for product in everything for variant in product.variants for offer in variant.offers]

    discounted = [offer for _, offer in offers if offer.compare_at_minor is not None]
    own_endings = {offer.price_minor % 100 for _, offer in offers if offer.seller == "emporium"}

    assert all(offer.price_minor > 0 for _, offer in offers)
    assert all(offer.price_minor < (offer.compare_at_minor or 0) for offer in discounted)
    assert own_endings == {0, 95, 99}
    assert all(variant.offers for product in everything for variant in product.variants)
    marked_down = sum(any(o.compare_at_minor for v in p.variants for o in v.offers) for p in everything)
    assert 0.14 <= marked_down / len(everything) <= 0.26


def test_texts_are_finished_sentences(everything: Sequence[ProductDraft]) -> None:
    for product in everything:
        sentences = re.split(r"(?<=[.!?]) ", product.description)
        assert 1 < len(sentences) <= 9, product.title
        assert not re.search(r"[{}\[\]]|  ", product.description + product.title), product.description
        assert all(sentence[0].isupper() or sentence[0].isdigit() for sentence in sentences), product.description
        assert product.description.endswith((".", "!", "?")), product.description


def test_popularity_has_a_long_tail_and_ratings_are_j_shaped(everything: Sequence[ProductDraft]) -> None:
    sold = sorted((product.units_sold for product in everything), reverse=True)
    totals = [sum(product.ratings[star] for product in everything) for star in range(5)]

    top_tenth = sum(sold[: len(sold) // 10]) / sum(sold)

    assert top_tenth > 0.4
    assert totals[4] > totals[3] > totals[2] > totals[1] < totals[0]
    assert all(sum(product.ratings) <= product.units_sold for product in everything)


def test_dates_lie_in_the_five_years_before_the_reference_day(everything: Sequence[ProductDraft]) -> None:
    ages = [(REFERENCE_DAY - product.released_at).days for product in everything if product.released_at]

    assert len(ages) == len(everything)
    assert min(ages) >= 0
    assert max(ages) <= 5 * 365


def test_pictures_exist_and_have_placeholders(everything: Sequence[ProductDraft]) -> None:
    shown = [media for product in everything for media in product.media]
    shown += [media for product in everything for variant in product.variants for media in variant.media]

    unknown = [media.url for media in shown if find(media.url.removeprefix(MEDIA_PREFIX)) is None]

    assert unknown == []
    assert all(1 <= len(product.media) <= 3 for product in everything)
    assert Counter(len(media.placeholder or "") for media in shown).keys() == {6 + 2 * (4 * 3 - 1)}
