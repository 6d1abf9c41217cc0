"""Which passwords may be chosen.

Decides length and what is too easily guessed; no mixture of kinds of characters is asked for. Must not know how
passwords are kept.
"""

from datetime import timedelta
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from services.registry.domain.accounts import login_of
from services.registry.domain.refusals import PACKAGE, refusal
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

SHORTEST, LONGEST = 10, 200  # characters
FEWEST_DIFFERENT = 5
# More than anybody gets from a house that makes whoever guesses wait (ASVS 5.0, 6.2.4 and 6.3.1).
FEWEST_GUESSES = 6.0  # as a power of ten
JUDGED = 72  # characters: more cost the library time and make nothing weaker
FIRST_FOR = timedelta(days=7)  # a password that was given is of no use any more after it


class _Estimate(Struct, frozen=True):
    """What of the library's answer is read."""

    guesses_log10: float


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
    if len(set(plain)) < FEWEST_DIFFERENT or _guesses(plain, login) < FEWEST_GUESSES:
        raise _bad(Text("太常见，极易被猜到", "it is among those that are guessed first"))
    return password


@cache
def _commonest() -> tuple[str, ...]:
    """Those of this country that the library, whose lists are from the other side of the world, rates too well."""
    text = files(PACKAGE).joinpath("commonest_passwords.txt").read_text(encoding="utf-8")
    return tuple(text.split())


def _guesses(plain: str, login: str) -> float:
    """Estimate by how many guesses it is found, as a power of ten.

    By words, names, keyboards, runs and dates, and thirty thousand passwords that are in use.
    """
    # Its word lists are large: read when the first password is chosen.
    from zxcvbn import zxcvbn

    said = zxcvbn(plain[:JUDGED], user_inputs=[login, *_commonest()])
    return msgspec.convert(said, _Estimate).guesses_log10


def _bad(detail: Text) -> Problem:
    return refusal("bad-password", detail=detail)
