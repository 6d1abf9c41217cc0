"""Found and settled in one step: what somebody reports and has put right already.

Decides which step is taken with the report, and what is said where none can be: the report stands in any case, and what
is left to do is on the case's page.
"""

import time
from dataclasses import dataclass

from flask import flash, request

from services.console.api.frame import PageFrame
from services.console.api.given import typed_in
from services.console.api.uploads import IDEMPOTENCY_KEY, attach
from services.console.domain.sheets import CaseSheet, StepOffer, StepToSend, TakenSheet
from services.console.handlers.client import ApiClient, ApiRefused, at

# Who answers for it is known a moment after the report, and may take the step from then on.
WAITS_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8)
SETTLED, TEXT = "settled", "text"


@dataclass(frozen=True, slots=True)
class OnTheSpot:
    """Takes the step of a report that came with its result."""

    frame: PageFrame
    client: ApiClient
    town: str
    case: str

    def settle(self, key: str) -> str:
        """Settle the case with what the form says; return the path of the page that says what came of it.

        Args:
            key: of the form: sent again, it attaches nothing and takes no step a second time.
        """
        path, page = at("towns", self.town, "cases", self.case), f"/towns/{self.town}/cases/{self.case}"
        after = request.files.getlist("after")
        for name, no in attach(self.client, self.town, self.case, after, f"{key}.after"):
            flash(f"{name}: {no.problem.cause} {no.problem.remedy}", "warning")
        found, step = self._settling(path)
        if SETTLED in found.milestones:  # by this very form, when it came the first time
            return page
        if step is None:
            return self._left(page, "spot.not-yours")
        result = typed_in("result").strip()
        if not result or any(asked.type != TEXT for asked in step.needs):
            return self._left(f"{page}?step={step.step}", "spot.needs-more", result)
        facts = {asked.fact: result for asked in step.needs} or _optional(step, result)
        try:
            body, headers = StepToSend(step.step, facts=facts), {IDEMPOTENCY_KEY: f"{key}.settle"}
            self.client.post(f"{path}/steps", TakenSheet, body, headers)
        except ApiRefused as no:
            flash(f"{no.problem.cause} {no.problem.remedy}", "warning")
            return self._left(f"{page}?step={step.step}", "spot.refused", result)
        flash(step.name, "done")
        return page

    def _settling(self, path: str) -> tuple[CaseSheet, StepOffer | None]:
        """The case, and the step that settles it as soon as the reader may take one."""
        for wait in (0.0, *WAITS_SECONDS):
            time.sleep(wait)
            found = self.client.read(path, CaseSheet)
            step = next((each for each in found.steps if each.allowed and each.settles), None)
            if step is not None or SETTLED in found.milestones:
                break
        return found, step

    def _left(self, page: str, why: str, result: str = "") -> str:
        """Say that the case was reported and is not settled, with what was typed, and lead to what can be done."""
        flash(self.frame.say(why), "warning")
        if result:
            flash(self.frame.say("spot.typed", text=result), "said")
        return page


def _optional(step: StepOffer, result: str) -> dict[str, str]:
    """The result, where the step takes a text without asking for one."""
    return {asked.fact: result for asked in step.may_have[:1] if asked.type == TEXT}
