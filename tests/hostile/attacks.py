"""Requests that no shop sends, made from a seed: each says what a server that bears it answers."""

import random
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import orjson

_MEGABYTE = 1_000_000
LONG_DOCUMENT = 60_000


class Attack(NamedTuple):
    """One request. `codes` are those of its first error that are right; "" stands for an answer without errors."""

    kind: str
    body: bytes
    codes: frozenset[str]
    headers: Mapping[str, str] = {"content-type": "application/json"}
    leaves: bool = False


def attacks(seed: int, count: int) -> list[Attack]:
    """So many, of all kinds in turn; the same for the same seed."""
    return [one(random.Random(f"{seed}:{number}")) for number, one in zip(range(count), _in_turn(), strict=False)]


def ordinary(seed: int, count: int) -> list[Attack]:
    """So many requests of shops, that nobody has made before: what is no attack, to compare with."""
    return [_browsing(random.Random(f"ordinary:{seed}:{number}")) for number in range(count)]


def _browsing(chance: random.Random) -> Attack:
    word = "".join(chance.choices("abcdefgh", k=6))
    card = "title slug brand { name } category { name } priceRange { min { amountMinor currency } }"
    return _asked(
        "ordinary", f'{{ search(query: "{word}", first: 24) {{ totalCount edges {{ node {{ {card} }} }} }} }}', ""
    )


def _in_turn() -> Iterator[Callable[[random.Random], Attack]]:
    while True:
        yield from MAKERS


def _asked(kind: str, document: str, *codes: str, variables: object = None, leaves: bool = False) -> Attack:
    body = orjson.dumps({"query": document, "variables": variables}, option=orjson.OPT_NON_STR_KEYS)
    return Attack(kind, body, frozenset(codes), leaves=leaves)


def _deep(chance: random.Random) -> Attack:
    depth = chance.randint(16, 150)
    return _asked("deep", '{ category(slug: "a") ' + "{ parent " * depth + "{ id }" + " }" * (depth + 1),
                  "TOO_DEEP", "TOO_MANY_TOKENS")  # fmt: skip


def _deepest(chance: random.Random) -> Attack:
    depth = chance.randint(2_000, 20_000)
    return _asked("deepest", "{ a " * depth, "TOO_MANY_TOKENS", "GRAPHQL_PARSE_FAILED", "DOCUMENT_TOO_LONG")


def _wide(chance: random.Random) -> Attack:
    fields = " ".join(f"a{n}: products(first: 100) {{ edges {{ cursor }} }}" for n in range(chance.randint(31, 300)))
    return _asked("wide", f"{{ {fields} }}", "TOO_MANY_ROOT_FIELDS", "TOO_MANY_TOKENS", "DOCUMENT_TOO_LONG")


def _aliased(chance: random.Random) -> Attack:
    fields = " ".join(f"a{n}: id" for n in range(chance.randint(101, 900)))
    return _asked("aliased", f'{{ product(slug: "a") {{ {fields} }} }}', "TOO_MANY_ALIASES", "TOO_MANY_TOKENS",
                  "TOO_MANY_SELECTIONS")  # fmt: skip


def _repeated(chance: random.Random) -> Attack:
    times = chance.choice([21, 500, 2_000, _MEGABYTE // 12 - 100])
    document = "{ " + "__typename " * times + "}"
    return _asked(
        "repeated", document, "FIELD_REPEATED", "TOO_MANY_TOKENS", "TOO_MANY_ROOT_FIELDS", "DOCUMENT_TOO_LONG"
    )


def _overlapping(chance: random.Random) -> Attack:
    def tree(depth: int) -> str:
        return "id" if depth == 0 else f"parent {{ {tree(depth - 1)} }} parent {{ {tree(depth - 1)} }}"

    return _asked("overlapping", f'{{ category(slug: "a") {{ {tree(chance.randint(6, 8))} }} }}',
                  "TOO_COMPLEX", "TOO_MANY_SELECTIONS", "TOO_MANY_TOKENS", "DOCUMENT_TOO_LONG", "")  # fmt: skip


def _bomb(chance: random.Random) -> Attack:
    count = chance.randint(12, 60)
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(count))
    leaf = f"fragment F{count} on Query {{ products(first: 1) {{ edges {{ cursor }} }} }}"
    return _asked("bomb", f"{{ ...F0 }} {chain} {leaf}", "TOO_MANY_SELECTIONS", "TOO_MANY_TOKENS")


def _circle(chance: random.Random) -> Attack:
    count = chance.randint(1, 60)
    chain = " ".join(f"fragment F{n} on Query {{ ...F{(n + 1) % count} }}" for n in range(count))
    return _asked("circle", f"{{ ...F0 }} {chain}", "GRAPHQL_VALIDATION_FAILED", "TOO_DEEP")


def _chain(chance: random.Random) -> Attack:
    count = chance.randint(150, 400)
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(count))
    return _asked("chain", f"{{ ...F0 }} {chain} fragment F{count} on Query {{ __typename }}", "TOO_DEEP",
                  "TOO_MANY_TOKENS", "DOCUMENT_TOO_LONG")  # fmt: skip


def _directives(chance: random.Random) -> Attack:
    directives = "@include(if: true) " * chance.randint(6, 300)
    return _asked("directives", f"{{ __typename {directives} }}", "TOO_MANY_DIRECTIVES", "TOO_MANY_TOKENS")


def _comment(chance: random.Random) -> Attack:
    sign = chance.choice(["x", "é", "#", '"'])
    return _asked("comment", "{ __typename } #" + sign * chance.randint(LONG_DOCUMENT, 400_000), "DOCUMENT_TOO_LONG")


def _literal(chance: random.Random) -> Attack:
    text = chance.choice(["x", "\\n", "\\u0041"]) * chance.randint(LONG_DOCUMENT, 100_000)
    return _asked("literal", f'{{ product(slug: "{text}") {{ id }} }}', "DOCUMENT_TOO_LONG")


def _number(chance: random.Random) -> Attack:
    return _asked("number", f"{{ products(first: {'9' * chance.randint(20, 40_000)}) {{ totalCount }} }}",
                  "GRAPHQL_VALIDATION_FAILED", "DOCUMENT_TOO_LONG")  # fmt: skip


def _nested_value(chance: random.Random) -> Attack:
    depth = chance.randint(50, 1_400)
    return _asked("nested value", f"{{ products(filter: {'[' * depth}{']' * depth}) {{ totalCount }} }}",
                  "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "TOO_MANY_TOKENS")  # fmt: skip


def _nested_variable(chance: random.Random) -> Attack:
    depth = chance.randint(50, 5_000)
    query = orjson.dumps("query($f: ProductFilter) { products(filter: $f) { totalCount } }").decode()
    body = f'{{"query": {query}, "variables": {{"f": {"[" * depth}{"]" * depth}}}}}'
    return Attack("nested variable", body.encode(), frozenset({"BAD_JSON", "VARIABLES_TOO_DEEP", "BAD_REQUEST"}))


def _costly(chance: random.Random) -> Attack:
    inner = "id"
    for _ in range(chance.randint(1, 2)):
        inner = f"category {{ products(first: 100) {{ edges {{ node {{ {inner} }} }} }} }}"
    document = f"query($n: Int) {{ products(first: $n) {{ edges {{ node {{ {inner} }} }} }} }}"
    return _asked("costly", document, "TOO_COSTLY", variables={"n": chance.choice([100, 1_000, 2**31 - 1])})


def _unknown(chance: random.Random) -> Attack:
    fields = " ".join(f"field{n}" for n in range(chance.randint(1, 1_500)))
    return _asked("unknown", f'{{ product(slug: "a") {{ {fields} }} }}', "GRAPHQL_VALIDATION_FAILED",
                  "TOO_MANY_SELECTIONS", "TOO_MANY_TOKENS", "DOCUMENT_TOO_LONG")  # fmt: skip


def _batch(chance: random.Random) -> Attack:
    body = orjson.dumps([{"query": "{ __typename }"}] * chance.randint(50, 10_000))
    return Attack("batch", body, frozenset({"BAD_REQUEST", "BATCH_TOO_LARGE"}))


def _bad_utf8(chance: random.Random) -> Attack:
    noise = chance.randbytes(200).replace(b'"', b"")
    return Attack("bad UTF-8", b'{"query": "{ __typename #' + noise + b'\xff\xfe }"}', frozenset({"BAD_JSON"}))


def _noise(chance: random.Random) -> Attack:
    return Attack("noise", chance.randbytes(chance.randint(0, 5_000)), frozenset({"BAD_JSON"}))


def _large_body(chance: random.Random) -> Attack:
    return Attack("large body", b" " * chance.randint(_MEGABYTE + 1, 2 * _MEGABYTE), frozenset({"BODY_TOO_LARGE"}))


def _wrong_type(chance: random.Random) -> Attack:
    kind = chance.choice(["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "x" * 2_000])
    return Attack("wrong type", b"{}", frozenset({"UNSUPPORTED_MEDIA_TYPE"}), {"content-type": kind})


def _token(chance: random.Random) -> Attack:
    token = chance.choice(["x" * 9_000, "a.b.c", "Ü", "eyJhbGciOiJub25lIn0.e30."])
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    return Attack("token", b'{"query": "{ __typename }"}', frozenset({"UNAUTHENTICATED"}), headers)


def _surrogates(chance: random.Random) -> Attack:
    sign = chance.choice(["\\ud800", "\\u0000", "\\u202e"])
    return Attack("surrogates", f'{{"query": "{{ product(slug: \\"{sign}\\") {{ id }} }}"}}'.encode(),
                  frozenset({"", "BAD_JSON", "GRAPHQL_PARSE_FAILED", "BAD_SLUG"}))  # fmt: skip


def _leaving(chance: random.Random) -> Attack:
    word = "".join(chance.choices("abcdefgh", k=6))
    return _asked("leaving", f'{{ search(query: "{word}", first: 50) {{ totalCount }} }}', "", leaves=True)


MAKERS: list[Callable[[random.Random], Attack]] = [
    _deep, _deepest, _wide, _aliased, _repeated, _overlapping, _bomb, _circle, _chain, _directives, _comment, _literal,
    _number, _nested_value, _nested_variable, _costly, _unknown, _batch, _bad_utf8, _noise, _large_body, _wrong_type,
    _token, _surrogates, _leaving,
]  # fmt: skip
