"""Plans of meetings and training: a year of them, what was planned beside what was held, and a form for each."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go, reader
from services.console.api.given import asked, typed_in
from services.console.domain.duty_sheets import PlanRows, PlanSheet, PlanToSend
from services.console.handlers.client import ApiRefused, at

SHOWN_HERE = (400, 403, 422)
FIRST, LAST = 2000, 2100


@dataclass(frozen=True, slots=True)
class PlanPages:
    """Plans."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/duties/plans", "plans", self.plans)
        pages.add_url_rule("/towns/<town>/duties/plans", "plan", self.plan, methods=["POST"])

    def plans(self, town: str) -> ResponseReturnValue:
        """Show a year's plans."""
        return self._page(town)

    def plan(self, town: str) -> ResponseReturnValue:
        """Plan an occurrence."""
        items = tuple(text.strip() for text in request.form.getlist("item"))
        body = PlanToSend(typed_in("duty"), typed_in("label"), typed_in("post"), items)
        try:
            reader().as_role.post(at("towns", town, "plans"), PlanSheet, body)
        except ApiRefused as no:
            if no.status not in SHOWN_HERE:
                raise
            return self._page(town, body, no)
        flash(self.frame.say("plans.kept"), "said")
        return go(f"/towns/{town}/duties/plans?year={typed_in('label')[:4]}")

    def _page(
        self, town: str, given: PlanToSend | None = None, refused: ApiRefused | None = None
    ) -> ResponseReturnValue:
        client = reader().as_role
        names = self.frame.names_in(client, town)
        today = self.frame.now().astimezone(ZoneInfo(names.book.zone)).date()
        year = _year(asked("year") or (given.label[:4] if given else ""), today)
        found = client.read(at("towns", town, "plans"), PlanRows, {"year": year, "unit": asked("unit")})
        shown = {
            "rows": found,
            "year": year,
            "today": today,
            "given": given,
            "problem": refused.problem if refused else None,
        }
        return self.frame.page(
            "plans.html",
            refused.status if refused else 200,
            **shown,
            names=names,
            times=self.frame.times_in(names),
        )


def _year(text: str, today: date) -> int:
    return int(text) if text.isdecimal() and FIRST <= int(text[:5]) <= LAST else today.year
