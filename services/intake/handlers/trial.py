"""A case as it would stand with a change: for whatever must be known of a step before it is taken."""

from dataclasses import replace

from services.intake.domain.case import Case
from services.intake.domain.change import Change
from services.intake.handlers.apply_change import AppliedChange, change_case, days_for
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.rules.pack.model import Pack


def case_with(work: Work, pack: Pack, case: Case, actor: Actor, change: Change) -> Case:
    """Return the case as it would stand with a step's change; the case itself stays as it is."""
    trial = replace(case)  # its parts are frozen: whatever is changed on the trial leaves the case alone
    change_case(pack, trial, AppliedChange("step", actor, change), work.at, days_for(work, pack))
    return trial
