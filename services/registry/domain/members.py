"""Who holds a place in a unit, and the addresses at which they are told.

Decides which roles and addresses are sound. A person is a reference; name and addresses are sealed by whoever
stores them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from services.registry.domain.refusals import refusal
from shared.web.callers import Role

ROLES = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
LONGEST_ADDRESS = 254
LONGEST_URL = 2000
_NOT_IN_MAIL = frozenset(' "(),:;<>[\\]')


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's place in a unit, held or no longer.

    Args:
        person: a reference; '' for somebody new, who is given one.
        unit: 'jurisdiction/unit'.
    """

    person: str
    unit: str
    role: str
    held: bool = True


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A membership as a list shows it.

    Args:
        since: instant at which it was last entered.
    """

    unit: str
    person: str
    role: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a person is: shown to few, and every showing is recorded; '' and nothing for one who is unknown or erased.

    Args:
        addresses: channel → address.
    """

    name: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)


def check_role(role: str) -> str:
    """Return a role that can be held in a unit.

    Raises:
        Problem: `bad-role`.
    """
    if role not in ROLES:
        raise refusal("bad-role", role=role, roles=", ".join(ROLES))
    return role


def check_addresses(addresses: Mapping[str, str]) -> dict[str, str]:
    """Return addresses by channel.

    Raises:
        Problem: `bad-address` – names the channel, never the address.
    """
    for channel, address in addresses.items():
        check = {"mail": _is_mail, "webhook": _is_webhook}.get(channel)
        if check is None or not address.isascii() or not address.isprintable() or not check(address):
            raise refusal("bad-address", channel=channel)
    return dict(addresses)


def _is_mail(address: str) -> bool:
    name, _, domain = address.partition("@")
    return (
        bool(name and domain)
        and "@" not in domain
        and len(address) <= LONGEST_ADDRESS
        and not (_NOT_IN_MAIL & set(address))
    )


def _is_webhook(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    has_name = parts.username is not None or parts.password is not None
    return (
        bool(host)
        and parts.scheme == "https"
        and not has_name
        and len(address) <= LONGEST_URL
        and (" " not in address)
    )
