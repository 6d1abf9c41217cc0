"""Bodies are JSON without benefit of doubt."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.problems import Problem
from shared.web.catalogue import Catalogue
from shared.web.strict_json import StrictJson

READER = StrictJson(Catalogue.of("shared.web"))
REFUSED = [
    (b"", "bad-json"),
    (b"{", "bad-json"),
    (b'{"a": NaN}', "bad-json"),
    (b"[Infinity]", "bad-json"),
    (b"[1e999]", "bad-json"),
    (b"[-1e999]", "bad-json"),
    (b"[" + b"9" * 5000 + b"]", "bad-json"),
    (b'"\\ud800"', "bad-json"),
    (b'{"a": 1} trailing', "bad-json"),
    (b"{'a': 1}", "bad-json"),
    (b"[1,]", "bad-json"),
    (b"\xef\xbb\xbf{}", "bad-json"),
    ("\u6c9f\u6e20".encode("gbk"), "bad-encoding"),
    (b'{"a": "\xff"}', "bad-encoding"),
    ('{"a": 1}'.encode("utf-16"), "bad-encoding"),
    (b'"\xed\xa0\x80"', "bad-encoding"),
    (b'{"a": 1, "a": 2}', "duplicate-key"),
    (b'{"b": [{"a": 1, "\\u0061": 1}]}', "duplicate-key"),
    (b'{"a": "x\\u0000y"}', "bad-text"),
    (b'{"x\\u0000y": 1}', "bad-text"),
    (b'[[{"deep": ["\\u0000"]}]]', "bad-text"),
    (b"[" * 21 + b"]" * 21, "too-deep-json"),
    (b'{"a":' * 21 + b"1" + b"}" * 21, "too-deep-json"),
    (b"[" * 900 + b"]" * 900, "too-deep-json"),
    (b"[" * 100_000 + b"]" * 100_000, "too-deep-json"),
]


@pytest.mark.parametrize(("body", "code"), REFUSED, ids=[f"{code}-{body[:20]!r}" for body, code in REFUSED])
def test_doubtful_bodies_are_refused(body: bytes, code: str) -> None:
    """What is no JSON, not UTF-8, ambiguous, endless or deeper than 20 levels is refused with its own
    code."""
    with pytest.raises(Problem) as refused:
        READER.read(body)
    assert refused.value.code == code


def test_twenty_levels_and_an_escaped_backslash_are_accepted() -> None:
    """Twenty levels are the limit, not beyond it; a text that only speaks of \\u0000 holds no NUL."""
    assert READER.read(b"[" * 20 + b"]" * 20)
    assert READER.read(b'"\\\\u0000"') == "\\u0000"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab\u6c9f", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_plain_values_are_read_as_they_were_written(value: Any) -> None:
    """Whatever is standard JSON and not too deep comes out as it went in, like the standard library reads
    it."""
    body = json.dumps(value).encode()
    assert READER.read(body) == json.loads(body)


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_body_leads_to_anything_but_a_value_or_a_problem(body: bytes) -> None:
    """However broken a body is, reading it ends in a value or in a problem with a code."""
    try:
        READER.read(body)
    except Problem as refused:
        code = refused.code
    else:
        code = None
    assert code in {None, "bad-json", "bad-encoding", "duplicate-key", "bad-text", "too-deep-json"}
