"""The word lists that a new store starts with, read from the files beside this module."""

import tomllib
from pathlib import Path

from services.search.lexicon import BoostFields, Lexicon, SynonymTerms, make_lexicon

_DATA = Path(__file__).parent / "data"


def default_synonyms() -> list[SynonymTerms]:
    """The sets of data/synonyms.tsv: a sign for the direction, then terms, separated by tabs."""
    found = []
    for line in (_DATA / "synonyms.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sign, *terms = line.split("\t")
            found.append(SynonymTerms(tuple(terms), one_way=sign == ">"))
    return found


def default_boosts() -> list[BoostFields]:
    """The rules of data/boosts.toml."""
    rules = tomllib.loads((_DATA / "boosts.toml").read_text(encoding="utf-8"))["boost"]
    return [
        BoostFields(
            name=rule["name"],
            query_words=tuple(rule["query_words"]),
            title_words=tuple(rule["title_words"]),
            category_id=None,
            brand_id=None,
            product_id=None,
            factor=rule["factor"],
        )
        for rule in rules
    ]


def default_lexicon() -> Lexicon:
    """The default lists, analysed."""
    return make_lexicon(default_synonyms(), default_boosts())
