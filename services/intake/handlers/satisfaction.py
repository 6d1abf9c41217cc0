"""Taking a reporter's word on the result, by itself or with a step; the case shows it by reference only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.domain.actors import REPORTER, Actor
from services.intake.domain.case import Case
from services.intake.domain.satisfaction import note, refuse_satisfaction
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Notes what reporters say within a transaction."""

    files: CaseFile

    def take(
        self,
        work: Work,
        case: Case,
        actor: Actor,
        reporter: str | None,
        is_satisfied: bool,
        words: str | None,
    ) -> Mapping[str, Any]:
        """Note a reporter's word; members of the public speak for themselves, staff say for whom.

        Raises:
            Refusal: nobody who reported this case, it is not settled yet, or it was merged.
        """
        ref = actor.person if actor.role == REPORTER else reporter
        if no := refuse_satisfaction(case, ref):
            raise no
        said = note(case, str(ref), is_satisfied, work.at)
        texts = {"words": words} if words else {}
        self.files.record(work, case, "satisfaction", actor, {"reporter": ref, **said}, texts)
        self.files.keep(work, case)
        return said
