"""A short token is believed by its signature alone: what was changed, or signed by nobody here, grants nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.short_tokens import Grant, ShortTokens, is_short, mark_of_end
from shared.kernel.keyring import Keyring
from shared.web.callers import caller_granted

SECRET, OLDER = b"one of the house's secrets", b"the secret that was before"
GRANT = Grant("s-1", "operator", None, "p-1", ("t-a", "镇"), 1_800_000_000)
SIGNED = ShortTokens(SECRET).sign(GRANT)


def test_what_was_signed_is_read_as_it_was() -> None:
    """By every service that has the secret, and by nobody else."""
    assert is_short(SIGNED)
    assert ShortTokens(SECRET).read(SIGNED) == GRANT
    assert ShortTokens(OLDER).read(SIGNED) is None


def test_a_renewed_secret_still_knows_what_the_one_before_signed() -> None:
    """Tokens go on while secrets change; what the new one signs, the old one does not know."""
    both = ShortTokens(Keyring((SECRET, OLDER)))
    assert both.read(ShortTokens(OLDER).sign(GRANT)) == GRANT
    assert both.read(SIGNED) == GRANT
    assert ShortTokens(OLDER).read(both.sign(GRANT)) is None


@given(st.integers(0, len(SIGNED) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_mark_of_a_token_can_be_changed(at: int, mark: str) -> None:
    """Wherever one is put in the place of another, the token is nobody's."""
    changed = SIGNED[:at] + mark + SIGNED[at + 1 :]
    assert (ShortTokens(SECRET).read(changed) == GRANT) == (changed == SIGNED)


@given(st.text(max_size=200) | st.builds("gs1.{}".format, st.text(max_size=200)))
def test_whatever_is_shown_is_read_without_a_fault(shown: str) -> None:
    """Made-up tokens of every form grant nothing and break nothing."""
    assert ShortTokens(SECRET).read(shown) is None


@pytest.mark.parametrize("role", ["session", "mayor", ""])
def test_a_role_that_is_not_known_here_allows_nothing(role: str) -> None:
    """During an upgrade the registry may be newer."""
    grant = Grant("s-1", role, None, "p-1", ("*",), 1_800_000_000)
    assert caller_granted(grant, "192.0.2.7") is None


def test_the_end_of_a_session_is_known_by_a_mark_of_its_own() -> None:
    """As long as a token's hash is, and another for each session."""
    assert len(mark_of_end("s-1")) == 64
    assert mark_of_end("s-1") != mark_of_end("s-2")
