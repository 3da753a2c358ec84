"""Documents that ask for more than they may are refused before they are validated, whatever they hide it in."""

import pytest
from graphql import get_introspection_query, parse

from core.limit_settings import LimitSettings
from web.console import examples
from web.limits.checking import parse_bounded
from web.limits.refusing import Excessive
from web.limits.shape import check_shape

LIMITS = LimitSettings(
    document_characters=2_000,
    tokens=400,
    depth=4,
    selections=40,
    aliases=5,
    root_fields=6,
    mutations=2,
    directives=8,
    directives_per_place=3,
    repeats=4,
)


def _refusal(document: str) -> Excessive:
    with pytest.raises(Excessive) as refusal:
        parse_bounded(document, LIMITS)
    return refusal.value


def _bomb(count: int, *, content: str) -> str:
    """Fragments of which each spreads the next twice."""
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(count))
    return f"{{ ...F0 }} {chain} fragment F{count} on Query {{ {content} }}"


@pytest.mark.parametrize(
    ("document", "code", "limit", "asked"),
    [
        ("{ a } #" + "x" * 2_000, "DOCUMENT_TOO_LONG", 2_000, 2_007),
        ('{ a(b: "' + "x" * 2_000 + '") }', "DOCUMENT_TOO_LONG", 2_000, 2_012),
        ("{ " + "a " * 400 + "}", "TOO_MANY_TOKENS", 400, None),
        ("{ a }" + "#\n" * 400, "TOO_MANY_TOKENS", 400, None),
        ("{ a { b { c { d { e } } } } }", "TOO_DEEP", 4, 5),
        ("{ a { ...F } } fragment F on T { b { c { ... { d { e } } } } }", "TOO_DEEP", 4, 5),
        ("query A { a } query B { a { b { c { d { e } } } } }", "TOO_DEEP", 4, 5),
        ("{ a } fragment F on T { a { b { c { d { e } } } } }", "TOO_DEEP", 4, 5),
        ("{ x { " + " ".join(f"a{n}: a" for n in range(6)) + " } }", "TOO_MANY_ALIASES", 5, 6),
        ("{ x { ...F } y { ...F } } fragment F on T { a: z b: z c: z }", "TOO_MANY_ALIASES", 5, 6),
        ("{ a b c d e f g }", "TOO_MANY_ROOT_FIELDS", 6, 7),
        ("{ a b c ...F ...F } fragment F on T { d e ... { f g } }", "TOO_MANY_ROOT_FIELDS", 6, 7),
        ("mutation { a b c }", "TOO_MANY_ROOT_FIELDS", 2, 3),
        ("{ a " + "@b " * 4 + "}", "TOO_MANY_DIRECTIVES", 3, 4),
        ("query " + "@b " * 4 + "{ a }", "TOO_MANY_DIRECTIVES", 3, 4),
        ("{ a @x @y @z b @x @y @z c @x @y @z }", "TOO_MANY_DIRECTIVES", 8, 9),
        ("{ x { " + "a " * 5 + "} }", "FIELD_REPEATED", 4, 5),
        ("{ x { a a ... { a ... { a } } ... { a } } }", "FIELD_REPEATED", 4, 5),
        ("{ x { " + "...F " * 5 + "} } fragment F on T { a }", "FIELD_REPEATED", 4, 5),
        (_bomb(5, content="a"), "TOO_MANY_SELECTIONS", 40, 95),
    ],
)
def test_is_refused_with_the_limit_and_what_was_asked(document: str, code: str, limit: int, asked: int | None) -> None:
    refusal = _refusal(document)

    assert (refusal.code, refusal.limit, refusal.asked) == (code, limit, asked)


@pytest.mark.parametrize(
    "document",
    [
        "{ ...F } fragment F on T { a ...F }",
        "{ ...F } fragment F on T { ...G } fragment G on T { ...F }",
        "{ ...None }",
    ],
)
def test_what_validation_refuses_by_itself_is_left_to_it(document: str) -> None:
    parsed = parse_bounded(document, LIMITS)

    assert parsed.definitions


def test_fragments_that_double_each_other_are_measured_once_each() -> None:
    refusal = _refusal(_bomb(20, content="a"))

    assert refusal.code == "TOO_MANY_SELECTIONS"


def test_a_chain_of_fragments_that_has_no_end_in_sight_is_refused() -> None:
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} }}" for n in range(300))

    with pytest.raises(Excessive) as refusal:
        check_shape(parse(f"{{ ...F0 }} {chain}"), LimitSettings())

    assert refusal.value.code == "TOO_DEEP"


def test_tools_can_read_the_schema() -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )

    parsed = parse_bounded(query, LimitSettings())

    assert parsed.definitions


@pytest.mark.parametrize("number", range(len(examples())))
def test_pages_of_the_shop_take_half_of_what_is_allowed(number: int) -> None:
    full = LimitSettings()
    half = full.model_copy(
        update={
            "depth": 10,
            "document_characters": full.document_characters // 2,
            "tokens": full.tokens // 2,
            "selections": full.selections // 2,
            "aliases": full.aliases // 2,
            "root_fields": full.root_fields // 2,
            "repeats": full.repeats // 2,
        }
    )

    parsed = parse_bounded(examples()[number]["query"], half)

    assert parsed.definitions
