"""The bound on messages that one case can cause."""

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.bound import allow


@given(st.lists(st.integers(0, 40)), st.integers(0, 100))
def test_a_case_never_causes_more_than_its_bound(batches: list[int], most: int) -> None:
    """However the wanted notifications come, at most the bound is made, and what is left out is noticed."""
    made = 0
    for wanted in batches:
        allowance = allow(wanted, made, most)
        assert allowance.is_overrun == (made + wanted > most)
        made += allowance.granted
    assert made == min(sum(batches), most)
