"""The code by which a case is followed without an account: whoever has it and the number is the case's reporter.

Decides what a code looks like and which one belongs to a case. A code is kept nowhere: it is made of the case's id and
a key of the deployment's, so whoever has read the store, or a copy of it, can't work any out.
"""

import hmac
from dataclasses import dataclass
from functools import cached_property

from shared.kernel.keyring import Key, Secret, keyring_of

PURPOSE = "intake/follow-codes"
# Crockford's digits: none is taken for another when it is read aloud or copied by hand.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10  # fifty bits; how many are tried is bounded at the door
HALF = LENGTH // 2
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True)
class FollowCodes:
    """The codes of a deployment's cases.

    Args:
        secret: the deployment's. Codes of every secret that it has are good; the newest makes them.
    """

    secret: Secret

    def of(self, case: str) -> str:
        """Return a case's code as people read it, such as '7K3MD-9QX2T'."""
        code = _code(self._keys[0], case)
        return f"{code[:HALF]}-{code[HALF:]}"

    def fits(self, case: str, typed: str) -> bool:
        """Tell whether what somebody typed is a case's code.

        Args:
            typed: in any case, with or without its hyphen; letters that look like digits are these.
        """
        wanted = typed.upper().translate(_ALIKE).encode()
        # Each in constant time: how far a guess is right must not be told by how long it takes.
        return any(hmac.compare_digest(wanted, _code(key, case).encode()) for key in self._keys)

    @cached_property
    def _keys(self) -> tuple[Key, ...]:
        return keyring_of(self.secret).keys(PURPOSE)


def _code(key: Key, case: str) -> str:
    number = int.from_bytes(hmac.digest(key.value, case.encode(), "sha256"))
    return "".join(DIGITS[number >> 5 * place & 31] for place in range(LENGTH))
