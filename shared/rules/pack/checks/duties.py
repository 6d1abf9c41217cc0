"""Checks what duties do to one another, and that somebody may make each record that is owed."""

from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import Duty, Pack


def check_duties(pack: Pack, draft: Draft) -> None:
    """Complain of duties that take each other's place, and of records that nobody who owes them may make."""
    for duty in pack.duties.values():
        draft.rule = duty.key
        _check_replacing(pack, duty, draft)
        _check_makers(pack, duty, draft)
    draft.rule = None


def _check_replacing(pack: Pack, duty: Duty, draft: Draft) -> None:
    for other in duty.instead_of:
        if other != duty.key and duty.key in pack.duties[other].instead_of:
            where = draft.entries["rule", duty.key].where("instead_of")
            draft.complain("instead-of-each-other", where, name=other)


def _check_makers(pack: Pack, duty: Duty, draft: Draft) -> None:
    """A role may be anybody's: of a form that one may make nothing can be said."""
    if duty.owes is None:
        return
    form = pack.records[duty.owes.record]
    makers = {pack.noun(maker) for maker in form.by}
    if not makers or not makers.isdisjoint(ROLES.chinese):
        return
    for unit in duty.owes.by or duty.who:
        if pack.noun(unit) not in makers:
            where = draft.entries["rule", duty.key].where("owes")
            draft.complain("record-not-theirs", where, record=form.key, unit=pack.noun(unit))
