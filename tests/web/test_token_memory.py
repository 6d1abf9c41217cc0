"""Tokens are believed for a moment, and never longer."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.web.token_memory import TokenMemory

ROW = {"role": "operator", "unit": None, "person": None, "towns": ["elm"]}


class Registry:
    """A look-up that counts how often it is asked, and a clock to go with it."""

    def __init__(self) -> None:
        self.valid: set[str] = set()
        self.asked = 0
        self.now = 0.0

    def look_up(self, token_hash: str) -> Mapping[str, Any] | None:
        self.asked += 1
        return ROW if token_hash in self.valid else None


@given(
    st.lists(st.tuples(st.sampled_from(["ask", "issue", "revoke", "hear", "wait"]), st.sampled_from("ab")))
)
def test_a_token_is_never_believed_longer_than_the_moment(life: list[tuple[str, str]]) -> None:
    """Whatever happens: a valid token always opens, a revoked one at most for the moment, or until it is
    heard of."""
    registry = Registry()
    memory = TokenMemory(registry.look_up, seconds=2.0, clock=lambda: registry.now)
    revoked_at: dict[str, float] = {}
    for act, token in life:
        if act == "issue":
            registry.valid.add(token)
        elif act == "revoke":
            registry.valid.discard(token)
            revoked_at[token] = registry.now
        elif act == "hear":
            memory.forget()
            revoked_at.clear()
        elif act == "wait":
            registry.now += 0.7
        elif token in registry.valid:
            assert memory(token) == ROW
        elif memory(token) is not None:
            assert registry.now < revoked_at[token] + 2.0


def test_many_requests_ask_once() -> None:
    """Within the moment the store is asked once a token; unknown tokens are asked for each time."""
    registry = Registry()
    registry.valid = {"a"}
    memory = TokenMemory(registry.look_up, seconds=2.0, clock=lambda: registry.now)
    assert [memory("a") for _ in range(100)] == [ROW] * 100
    assert registry.asked == 1
    assert [memory("x"), memory("x")] == [None, None]
    assert registry.asked == 3


def test_the_memory_is_bounded() -> None:
    """However many tokens come by, only so many are remembered; the oldest is forgotten first."""
    registry = Registry()
    registry.valid = {str(n) for n in range(10)}
    memory = TokenMemory(registry.look_up, capacity=3, clock=lambda: registry.now)
    for n in range(10):
        memory(str(n))
    assert registry.asked == 10
    memory("9")
    memory("0")
    assert registry.asked == 11
