"""How much may be asked for: what is measured, how much of it is allowed, and how that is written in settings.

Decides the arithmetic of a bucket that fills again evenly. Must not know who asks nor where buckets are kept.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.kernel.problems import Problem
from shared.kernel.texts import Text


class Measure(StrEnum):
    """What is measured; each has buckets of its own, one for each token, town or address."""

    REQUESTS = "requests"  # of one token, whatever is asked
    CITIZEN_REQUESTS = "citizen-requests"  # the same of a citizen's token
    CITIZEN = "citizen"  # reports of one citizen's token
    OFFICE = "office"  # reports of any other token: a unit's, a hotline's, a machine's
    TOWN = "town"  # reports in one town, whoever reports
    IMPORT = "import"  # lines and back-dated reports brought in with one token
    ADDRESS = "address"  # requests without a valid token from one address
    SIGN_INS = "sign-ins"  # failed sign-ins to one account, and codes for one case, whether there is such a one or not
    SIGN_INS_ADDRESS = "sign-ins-address"  # sign-ins and codes from one address, passwords tried in a session
    GUESTS = "guests"  # tokens for residents without an account, from one address


@dataclass(frozen=True, slots=True)
class Allowance:
    """A bucket: how many it holds, and in how many seconds it fills from empty to full."""

    most: int
    seconds: int

    @property
    def each_seconds(self) -> float:
        """Seconds in which one comes back."""
        return self.seconds / self.most

    def room_seconds(self, units: int) -> float:
        """Seconds of filling that a bucket may lack and still give so many.

        More than it holds are given by a full one, which then fills up from below nothing: so no number is impossible
        for ever, and none comes cheaper by being asked for at once.
        """
        return (self.most - min(units, self.most)) * self.each_seconds

    def held(self, lacking_seconds: float, least: int, most: int) -> int:
        """Return how many a bucket holds that lacks so many seconds of filling, within two bounds."""
        # A hair less, so that rounding never promises one that is not quite there.
        whole = int((self.seconds - lacking_seconds) / self.each_seconds - 1e-6)
        return max(least, min(most, whole))


Quotas = Mapping[Measure, Allowance]  # a measure that is not there has no bound

# Several times what a day of work needs; each bounds one who alone could keep everybody waiting.
DEFAULT_QUOTAS: Quotas = {
    Measure.REQUESTS: Allowance(60_000, 60),
    Measure.CITIZEN_REQUESTS: Allowance(600, 60),
    Measure.CITIZEN: Allowance(120, 3600),
    Measure.OFFICE: Allowance(30_000, 60),
    Measure.TOWN: Allowance(6_000, 60),
    Measure.IMPORT: Allowance(600_000, 60),
    Measure.ADDRESS: Allowance(600, 60),
    Measure.SIGN_INS: Allowance(20, 3600),
    Measure.SIGN_INS_ADDRESS: Allowance(300, 3600),
    Measure.GUESTS: Allowance(120, 3600),
}
# Of an address, not of anybody who is known: whoever has not said who he is makes no store write.
OF_ADDRESSES = frozenset({Measure.ADDRESS, Measure.SIGN_INS_ADDRESS, Measure.GUESTS})
UNBOUNDED: Quotas = {}
_SETTINGS = {
    Measure.REQUESTS: "GRIDCASE_QUOTA_REQUESTS",
    Measure.CITIZEN_REQUESTS: "GRIDCASE_QUOTA_CITIZEN_REQUESTS",
    Measure.CITIZEN: "GRIDCASE_QUOTA_CITIZEN",
    Measure.OFFICE: "GRIDCASE_QUOTA_OFFICE",
    Measure.TOWN: "GRIDCASE_QUOTA_TOWN",
    Measure.IMPORT: "GRIDCASE_QUOTA_IMPORT",
    Measure.ADDRESS: "GRIDCASE_QUOTA_ADDRESS",
    Measure.SIGN_INS: "GRIDCASE_QUOTA_SIGN_INS",
    Measure.SIGN_INS_ADDRESS: "GRIDCASE_QUOTA_SIGN_INS_ADDRESS",
    Measure.GUESTS: "GRIDCASE_QUOTA_GUESTS",
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_FORM = re.compile(r"([1-9][0-9]{0,8}) per (second|minute|hour|day)")
_NONE = "none"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """What a deployment says of its door.

    Args:
        quotas: how much may be asked for.
        proxies: networks of the proxies that are believed when they say for whom they ask.
    """

    quotas: Quotas = field(default_factory=lambda: DEFAULT_QUOTAS)
    proxies: tuple[Network, ...] = ()


def read_door(env: Mapping[str, str]) -> DoorSettings:
    """Read `GRIDCASE_QUOTA_…`, such as '60 per hour' or 'none', and `GRIDCASE_TRUSTED_PROXIES`, networks with commas.

    Raises:
        Problem: `bad-setting` naming the variable.
    """
    quotas = {measure: _allowance(env, measure) for measure in Measure}
    bounded = {measure: allowance for measure, allowance in quotas.items() if allowance}
    return DoorSettings(bounded, _networks(env, "GRIDCASE_TRUSTED_PROXIES"))


def _allowance(env: Mapping[str, str], measure: Measure) -> Allowance | None:
    name = _SETTINGS[measure]
    given = env.get(name, "").strip()
    if not given:
        return DEFAULT_QUOTAS[measure]
    found = _FORM.fullmatch(given)
    if found is None and given != _NONE:
        raise _bad(name, given, "60 per hour / none")
    return Allowance(int(found[1]), _SECONDS[found[2]]) if found else None


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    given = env.get(name, "")
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in given.split(",") if part.strip())
    except ValueError as wrong:
        raise _bad(name, given, "172.16.0.0/12, 10.1.2.3") from wrong


def _bad(name: str, given: str, example: str) -> Problem:
    return Problem(
        "bad-setting",
        Text(
            f"环境变量 {name} 无法理解：{given}",
            f"the environment variable {name} can't be understood: {given}",
        ),
        Text(f"写法如：{example}", f"write it like: {example}"),
        {"setting": name},
    )
