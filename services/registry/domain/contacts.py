"""Members of teams who keep in touch with residents (P001-12.31): an entry of the ledger by its id, and no name.

Decides who may be assigned, and by whom. How many there are to be says the pack, where it says anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.registry.domain.refusals import refusal
from shared.kernel.roles import Role
from shared.rules.case.addresses import key_of
from shared.rules.pack.model import Contacts, Pack
from shared.web.callers import Caller


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody keeps in touch with whom an entry is about, or does so no longer."""

    entry: str
    person: str
    held: bool = True


def contacts_in(pack: Pack) -> Contacts:
    """Return what the pack says of contacts.

    Raises:
        Problem: `no-contacts`.
    """
    found = pack.teams.contacts if pack.teams else None
    if found is None:
        raise refusal("no-contacts")
    return found


def check_contact(pack: Pack, contact: Contact, units: Iterable[str], by: Caller) -> None:
    """Accept a contact that may be entered or ended; whoever keeps in touch may say so.

    Args:
        units: addresses that the person holds.

    Raises:
        Problem: `no-contacts`, `contact-not-yours` or `contact-elsewhere`.
    """
    wanted = contacts_in(pack)
    if by.role not in (Role.SUPERVISOR, Role.OPERATOR) and by.person != contact.person:
        raise refusal("contact-not-yours")
    if contact.held and not keeps_in_touch(pack, wanted, units):
        raise refusal("contact-elsewhere", posts=", ".join(_posts(pack, wanted)))


def keeps_in_touch(pack: Pack, wanted: Contacts, units: Iterable[str]) -> bool:
    """Tell whether somebody who holds these units is one of those who are assigned."""
    posts = pack.teams.posts if pack.teams else {}
    keys = {pack.noun(unit) for post in wanted.posts if post in posts for unit in posts[post].units}
    return any(key_of(unit) in keys for unit in units)


def _posts(pack: Pack, wanted: Contacts) -> list[str]:
    posts = pack.teams.posts if pack.teams else {}
    return [str(posts[post].name) if post in posts else post for post in wanted.posts]
