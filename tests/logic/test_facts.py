"""The gate for facts: one form for equal values, a clear refusal for everything else."""

import copy
import math
import pickle
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.texts import Text
from shared.rules.logic.facts import LARGEST, FactError, Facts, FactType, Kind, check_facts, ensured

DECLARED = {
    fact.name: fact
    for fact in (
        FactType("类别", Kind.CHOICE, ("垃圾", "caf\u00e9")),
        FactType("open air.at-night 🌙", Kind.BOOL),
        FactType("人数", Kind.INT, low=0, high=10),
        FactType("count", Kind.INT),
        FactType("loss", Kind.DECIMAL),
        FactType("share", Kind.DECIMAL, low=0, high=1),
        FactType("备注", Kind.TEXT),
    )
}


def refusal(given_facts: dict[object, object]) -> FactError:
    """The refusal that these facts meet."""
    with pytest.raises(FactError) as caught:
        check_facts(DECLARED, given_facts)  # type: ignore[arg-type]
    assert isinstance(caught.value, ValueError)
    assert all((caught.value.cause.zh, caught.value.cause.en, caught.value.remedy.zh, caught.value.remedy.en))
    return caught.value


def test_names_may_be_anything_visible() -> None:
    """Names may be Chinese, with dots, hyphens, spaces and emoji."""
    assert check_facts(DECLARED, {"类别": "垃圾", "open air.at-night 🌙": True}) == {
        "类别": "垃圾",
        "open air.at-night 🌙": True,
    }


def test_none_means_that_nothing_is_known() -> None:
    """A fact given as None is absent."""
    assert check_facts(DECLARED, {"count": None, "loss": None}) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", True),
        ("count", "5"),
        ("count", 5.0),
        ("loss", "5"),
        ("loss", False),
        ("open air.at-night 🌙", 1),
        ("open air.at-night 🌙", "true"),
        ("备注", 5),
        ("备注", ["a"]),
        ("备注", b"a"),
        ("类别", 0),
        ("类别", True),
        ("count", [1]),
        ("count", {"$gt": 1}),
    ],
)
def test_types_are_exact(name: str, value: object) -> None:
    """No yes for a number, no digits in quotes, no list: a value of another type is refused by name."""
    problem = refusal({name: value})
    assert (problem.code, problem.fact) == ("wrong-type", name)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("loss", math.nan, "not-finite"),
        ("loss", math.inf, "not-finite"),
        ("loss", -math.inf, "not-finite"),
        ("loss", 1e16, "too-large"),
        ("loss", 2**70, "too-large"),
        ("count", 2**53 + 1, "too-large"),
        ("count", -(2**70), "too-large"),
        pytest.param("count", 10**5000, "too-large", id="five thousand digits"),
        ("人数", 11, "out-of-bounds"),
        ("人数", -1, "out-of-bounds"),
        ("share", 1.0001, "out-of-bounds"),
        ("备注", "x" * 201, "text-too-long"),
        pytest.param("备注", "x" * 10_000_000, "text-too-long", id="ten megabytes"),
        pytest.param("备注", "a\0b", "bad-text", id="NUL"),
        pytest.param("备注", "a\ud800b", "bad-text", id="lone surrogate"),
        ("类别", "垃", "unknown-value"),
        pytest.param("类别", "x" * 10_000_000, "unknown-value", id="ten megabytes of choice"),
    ],
)
def test_values_outside_the_type_are_refused(name: str, value: object, code: str) -> None:
    """Values that no case can have are refused with a code of their own."""
    assert refusal({name: value}).code == code


def test_an_undeclared_fact_is_refused_with_the_nearest_name() -> None:
    """A fact that nobody declared is refused, and the nearest declared name is suggested."""
    problem = refusal({"cuont": 1})
    assert (problem.code, problem.fact) == ("unknown-fact", "cuont")
    assert "count" in problem.remedy.en
    assert refusal({5: 1}).code == "bad-name"
    assert refusal({10**5000: 1}).code == "bad-name"


def test_texts_are_normalised_once() -> None:
    """NFD and NFC of one text are one text, in names, choices and texts."""
    assert check_facts(DECLARED, {"类别": "cafe\u0301", "备注": "e\u0301"}) == {
        "类别": "caf\u00e9",
        "备注": "\u00e9",
    }
    declared = {"caf\u00e9": FactType("cafe\u0301", Kind.INT)}
    assert check_facts(declared, {"cafe\u0301": 1}) == {"caf\u00e9": 1}
    with pytest.raises(FactError) as caught:
        check_facts(declared, {"cafe\u0301": 1, "caf\u00e9": 2})
    assert caught.value.code == "given-twice"


def test_length_is_counted_after_normalisation() -> None:
    """A text of 200 characters passes in either form."""
    assert check_facts(DECLARED, {"备注": "e\u0301" * 200}) == {"备注": "\u00e9" * 200}


@given(st.floats(min_value=-(2.0**53), max_value=2.0**53) | st.integers(-LARGEST, LARGEST))
def test_decimals_have_four_places(value: float) -> None:
    """A decimal becomes a float with four places; a second passage changes nothing."""
    once = check_facts(DECLARED, {"loss": value})["loss"]
    assert type(once) is float
    assert abs(once - value) <= 0.00005 + abs(value) * 2**-52
    assert check_facts(DECLARED, {"loss": once})["loss"] == once
    assert math.copysign(1, once) == 1 or once != 0


def test_checked_facts_do_not_change() -> None:
    """Facts that passed the gate cannot be changed; a copy is a plain dictionary."""
    facts = check_facts(DECLARED, {"count": 1})
    for attempt in (
        lambda: facts.__setitem__("count", 2),
        lambda: facts.update(count="2"),  # type: ignore[arg-type]
        lambda: facts.pop("count"),
        lambda: facts.setdefault("loss", 1.0),
        facts.clear,
        facts.popitem,
    ):
        with pytest.raises(TypeError):
            attempt()  # type: ignore[no-untyped-call]
    for copied in (dict(facts), copy.deepcopy(facts), pickle.loads(pickle.dumps(facts)), facts | {}):
        assert type(copied) is dict
        assert copied == {"count": 1}


def test_only_unchecked_facts_are_checked_again() -> None:
    """Checked facts pass as they are; plain ones, and those checked against other facts, pass the gate."""
    facts = check_facts(DECLARED, {"count": 1})
    assert ensured(DECLARED, facts) is facts
    assert type(ensured(DECLARED, {"count": 1})) is Facts
    assert ensured(dict(DECLARED), facts) == facts
    with pytest.raises(FactError):
        ensured({"loss": DECLARED["loss"]}, facts)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("bad-name", ("", Kind.INT)),
        ("bad-name", ("  ", Kind.INT)),
        ("bad-name", ("a\nb", Kind.INT)),
        ("bad-name", ("x" * 101, Kind.INT)),
        pytest.param("bad-name", ("a\ud800", Kind.INT), id="lone surrogate"),
        ("bad-choices", ("a", Kind.CHOICE)),
        ("bad-choices", ("a", Kind.CHOICE, ("x", "x"))),
        ("bad-choices", ("a", Kind.CHOICE, ("\u00e9", "e\u0301"))),
        ("bad-choices", ("a", Kind.CHOICE, ("",))),
        ("bad-choices", ("a", Kind.CHOICE, tuple(map(str, range(2001))))),
        ("bad-choices", ("a", Kind.TEXT, ("x",))),
        ("bad-bounds", ("a", Kind.TEXT, (), 1)),
        ("bad-bounds", ("a", Kind.INT, (), 2, 1)),
        ("bad-bounds", ("a", Kind.INT, (), 0, 2**54)),
        ("bad-bounds", ("a", Kind.INT, (), True, 5)),
    ],
)
def test_a_declaration_holds_together(code: str, arguments: tuple[object, ...]) -> None:
    """A fact's name, values and bounds are checked where it is declared."""
    with pytest.raises(FactError) as caught:
        FactType(*arguments)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_refusal_never_repeats_a_text_of_the_reporter() -> None:
    """What a person wrote stays out of the message; a wrong choice is shown short and printable."""
    secret = "13800138000 " * 40
    assert "138" not in str(refusal({"备注": secret})) + refusal({"备注": secret}).cause.zh
    shown = refusal({"类别": "\r\n\x1b[31m\u202e" + "y" * 500}).cause.en
    assert len(shown) < 120
    assert shown.isprintable()


def test_refusing_the_worst_is_quick() -> None:
    """Ten megabytes in a name or a value are refused without being worked through."""
    start = perf_counter()
    for worst in ({"x" * 10_000_000: 1}, {"类别": "é" * 10_000_000}, {"备注": "é" * 10_000_000}):
        refusal(worst)  # type: ignore[arg-type]
    assert perf_counter() - start < 60  # generous: hours, were it worked through


def test_a_wrong_type_is_named_as_people_name_it() -> None:
    """No name of the program's own types is shown: a number in quotes is a text."""
    declared = {"households": FactType("households", Kind.INT)}
    for value, zh, en in (("100", "文字", "a text"), (True, "是或否", "yes or no"), ([1], "列表", "a list")):
        with pytest.raises(FactError) as caught:
            check_facts(declared, {"households": value})
        assert caught.value.cause == Text(
            f"“households”应为整数，给的是{zh}", f"'households' takes an integer, not {en}"
        )
