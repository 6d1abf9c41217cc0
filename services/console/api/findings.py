"""What was found on a patrol or a visit, reported as a case with the words of the record: nothing is typed again.

Decides what of a record goes into the report: its open texts, the place, the photographs. Where the town's rules ask
more about such a matter, the report's own form goes on with what is there.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import flash, request

from services.console.api.frame import PageFrame
from services.console.api.uploads import IDEMPOTENCY_KEY, attach
from services.console.domain.duty_sheets import FormSheet
from services.console.domain.record_bodies import Given, first
from services.console.domain.sheets import OfferedCategory, ReceiptSheet, ReportChoices, ReportToSend
from services.console.handlers.client import ApiClient, ApiRefused, at
from services.console.handlers.name_books import TownNames

CATEGORY, PLACE, WORDS = "found", "place", "found-text"


@dataclass(frozen=True, slots=True)
class Finding:
    """Reports what a record found."""

    frame: PageFrame
    client: ApiClient
    town: str
    form: FormSheet
    names: TownNames

    def reported(self, given: Given, key: str) -> str | None:
        """Report it, once by the form's key; return where to go on. None: nothing is to be reported."""
        category = first(given, CATEGORY)
        if category is None:
            return None
        choices = self.client.read(at("towns", self.town, "catalogue"), ReportChoices)
        offered = next((each for each in choices.categories if each.key == category), None)
        if offered is None or offered.asks:
            return self._left_to_its_form(category, given, "finding.asks-more")
        body = ReportToSend(
            category, words_of(self.form, given), _channel(choices), first(given, PLACE) or ""
        )
        return self._sent(offered, body, given, key)

    def _sent(self, offered: OfferedCategory, body: ReportToSend, given: Given, key: str) -> str:
        path, headers = at("towns", self.town, "cases"), {IDEMPOTENCY_KEY: f"{key}.found"}
        try:
            receipt = self.client.post(path, ReceiptSheet, body, headers)
        except ApiRefused as no:
            flash(f"{no.problem.cause} {no.problem.remedy}", "warning")
            return self._left_to_its_form(offered.key, given, "finding.refused")
        files = request.files.getlist("photographs")
        for name, refused in attach(self.client, self.town, receipt.case, files, f"{key}.found"):
            flash(f"{name}: {refused.problem.cause} {refused.problem.remedy}", "warning")
        return f"/towns/{self.town}/reported/{receipt.case}"

    def _left_to_its_form(self, category: str, given: Given, why: str) -> str:
        flash(self.frame.say(why), "warning")
        said = {"text": words_of(self.form, given), "place": first(given, PLACE) or ""}
        return f"/towns/{self.town}/report/{category}?{urlencode(said)}"


def words_of(form: FormSheet, given: Given) -> str:
    """Return the words of a report: what was typed for it alone, else the open texts of the record."""
    own = first(given, WORDS)
    texts = (
        first(given, f"fact.{entry.key}") for entry in form.facts if entry.kind == "text" and not entry.sealed
    )
    return own or "\n".join(text for text in texts if text)


def _channel(choices: ReportChoices) -> str:
    """That of people who report by hand: the first that the town names."""
    return next((each.key for each in choices.channels if not each.machine), "")
