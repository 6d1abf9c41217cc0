"""Who sees a case that is not made known yet.

Decides whom the rules name; who those people are, and what of the case they are shown, is the services'. The
operator of the town and whoever reported it from the grid always see it, and are not among the answers here.
"""

from collections.abc import Collection

from shared.rules.case.situation import Situation
from shared.rules.decide.answers import Hiding
from shared.rules.decide.parties import Recipient, resolve_parties
from shared.rules.pack.model import Pack

ROLES_ALONE = ("grid_worker", "unit_staff")  # roles that are no party: all people who hold them


def viewers(
    pack: Pack, hiding: Hiding, stands: Collection[str], situation: Situation
) -> tuple[Recipient, ...] | None:
    """Return who alone sees the case while these milestones stand; None where nothing hides it any more.

    Where several rules still hold, only those whom all of them name (P002B.12). Roles of the rule come as
    recipients without a unit, their word in `party`.

    Args:
        hiding: as `CompiledRules.hidden` answers.
        stands: milestones of the case that stand now.
    """
    open_ = [rule for rule in hiding.rules if rule.until not in stands]
    if not open_:
        return None
    first, *others = ([*_named(pack, rule.seen_by, situation)] for rule in open_)
    return tuple(
        viewer
        for viewer in first
        if all(_key(viewer) in {_key(other) for other in named} for named in others)
    )


def _named(pack: Pack, seen_by: tuple[str, ...], situation: Situation) -> tuple[Recipient, ...]:
    roles = tuple(Recipient(word) for word in seen_by if word in ROLES_ALONE)
    parties = tuple(word for word in seen_by if word not in ROLES_ALONE)
    return (*resolve_parties(pack, parties, situation), *roles)


def _key(recipient: Recipient) -> tuple[object, ...]:
    # A unit is one and the same viewer, by whatever word of a rule it was found.
    return recipient.unit, recipient.reporter, recipient.unit or recipient.party
