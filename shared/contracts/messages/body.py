"""What all messages' data have in common, and the parts that several of them carry."""

from typing import ClassVar

from msgspec import Struct

from shared.rules.logic.facts import Value

FactsSeen = dict[str, Value | None]  # facts that a rule looked at; None: not known


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The data of a message. What stands at its default is left out on the way.

    Attributes:
        MINOR: how often fields have been added to this type since its major version. A reader takes what it knows
            of a newer minor version; in one that it knows itself, a field that it does not know is an error.
    """

    MINOR: ClassVar[int] = 0


class Actor(Struct, frozen=True, forbid_unknown_fields=True):
    """Who took a step: the role and unit of the token, and a reference to the person; never a name.

    Args:
        role: as `shared.web.callers.Role` has it, or the platform's own.
        unit: 'jurisdiction/unit'; None: none.
        person: a reference; None: a machine, or the platform itself.
    """

    role: str
    unit: str | None = None
    person: str | None = None


class Reason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rule behind a result, its clauses, and the facts that it looked at.

    Args:
        rule: its id within the edition.
        because: clauses of laws and policies, as the pack names them.
    """

    rule: str
    because: tuple[str, ...]
    facts: FactsSeen = {}
