"""Which passwords may be chosen.

Decides length and what is too easily guessed; no mixture of kinds of characters is asked for. Must not know how
passwords are kept.
"""

from datetime import timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise

from services.registry.domain.accounts import login_of
from services.registry.domain.refusals import PACKAGE, refusal
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

SHORTEST, LONGEST = 10, 200  # characters
FEWEST_DIFFERENT = 5
FIRST_FOR = timedelta(days=7)  # a password that was given is of no use any more after it


def check_password(password: str, login: str) -> str:
    """Return a password that may be chosen, as it was typed.

    Args:
        login: of whoever chooses it.

    Raises:
        Problem: `bad-password`.
    """
    plain = login_of(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise _bad(Text(f"应为 {SHORTEST} 至 {LONGEST} 个字符", f"it has {SHORTEST} to {LONGEST} characters"))
    if login in plain:
        raise _bad(Text("含有账号名", "it holds the login"))
    if plain in _commonest() or len(set(plain)) < FEWEST_DIFFERENT or _is_a_run(plain):
        raise _bad(Text("太常见，极易被猜到", "it is among those that are guessed first"))
    return password


@cache
def _commonest() -> frozenset[str]:
    text = files(PACKAGE).joinpath("commonest_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def _is_a_run(plain: str) -> bool:
    """Whether each character is the next one of the alphabet or the digits, up or down."""
    # Of digits 0 follows 9.
    steps = {
        (ord(later) - ord(earlier)) % 10
        if earlier.isdigit() and later.isdigit()
        else ord(later) - ord(earlier)
        for earlier, later in pairwise(plain)
    }
    return len(steps) == 1


def _bad(detail: Text) -> Problem:
    return refusal("bad-password", detail=detail)
