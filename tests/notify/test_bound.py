"""The bound on messages that one case can cause."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.notify.domain.notified_case import NotifiedCase


@given(st.lists(st.integers(0, 40)), st.integers(0, 100))
def test_a_case_never_causes_more_than_its_bound(batches: list[int], most: int) -> None:
    """However the wanted notifications come, at most the bound is made, and what is left out is noticed."""
    case = NotifiedCase(case="c", town="t")
    for wanted in batches:
        granted = case.may_cause(wanted, most)
        assert (granted < wanted) == (case.made + wanted > most)
        case = replace(case, made=case.made + granted)
    assert case.made == min(sum(batches), most)
