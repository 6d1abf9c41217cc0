"""A step with many cases at once: chosen from a list, looked at beforehand, then taken one by one, each exactly once.

Decides that cases go one after another, and that the page says of each what became of it as soon as it is known: it may
be left, and sent again. A case is not done twice by that, since each has a key of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request, stream_template
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, reader
from services.console.api.given import asked, typed_in
from services.console.domain.bulk_steps import MOST, BulkOutcome, choices_of, lines_of
from services.console.domain.sheets import CaseSheet, ProblemSheet, StepOffer, StepToSend, TakenSheet
from services.console.domain.step_bodies import step_body
from services.console.domain.typed_answers import NotTyped
from services.console.handlers.client import ApiClient, ApiRefused, at
from services.console.ports.calls import ApiUnreachable
from shared.kernel.ids import new_id

CASE, STEP, KEY, NUMBER = "case", "step", "key", "number."
BUSY = (429, 503)


@dataclass(frozen=True, slots=True)
class BulkPages:
    """Many cases, one step."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/towns/<town>/bulk", "bulk", self.ask)
        pages.add_url_rule("/towns/<town>/bulk", "bulk-now", self.take, methods=["POST"])

    def ask(self, town: str) -> ResponseReturnValue:
        """Show which steps may be taken with the chosen cases, or what one of them would do with each."""
        client = reader().as_role
        return self._preview(client, town, request.args.getlist(CASE), asked(STEP), {})

    def take(self, town: str) -> ResponseReturnValue:
        """Take the step with each case, and say of each what became of it."""
        client, given = reader().as_role, request.form
        step, keys = typed_in(STEP), list(dict.fromkeys(given.getlist(CASE)))[:MOST]
        names = self.frame.names_in(client, town)
        offer = next(filter(None, (_offer(client, town, key, step) for key in keys)), None)
        if offer is None:
            return self._preview(client, town, keys, step, given)
        try:
            body = step_body(offer, given, names.book.zone)
        except NotTyped as wrong:
            return self._preview(client, town, keys, step, given, wrong.asked.fact)
        outcomes = _outcomes(client, town, keys, body, typed_in(KEY) or new_id(), given)
        shown = {"outcomes": outcomes, "step": offer, "names": names, "given": given, "number": len(keys)}
        return Response(stream_template("bulk_done.html", **shown), mimetype="text/html")

    def _preview(
        self,
        client: ApiClient,
        town: str,
        keys: list[str],
        step: str,
        given: Mapping[str, str],
        fault: str = "",
    ) -> ResponseReturnValue:
        names = self.frame.names_in(client, town)
        chosen = list(dict.fromkeys(keys))
        cases = [case for key in chosen[:MOST] if (case := _case(client, town, key)) is not None]
        lines = lines_of(cases, step) if step else []
        offer = next((line.offer for line in lines if line.allowed), None)
        shown = {
            "cases": cases,
            "choices": choices_of(cases),
            "lines": lines,
            "offer": offer,
            "step": step,
            "key": given.get(KEY) or new_id(),
            "left_out": max(0, len(chosen) - MOST),
            "names": names,
            "times": self.frame.times_in(names),
        }
        return self.frame.page("bulk.html", 422 if fault else 200, **shown, given=given, fault=fault)


def _case(client: ApiClient, town: str, key: str) -> CaseSheet | None:
    """The case; None where there is none that the reader may see."""
    try:
        return client.read(at("towns", town, "cases", key), CaseSheet)
    except ApiRefused as no:
        if no.status != 404:
            raise
        return None


def _offer(client: ApiClient, town: str, key: str, step: str) -> StepOffer | None:
    found = _case(client, town, key)
    return next((each for each in found.steps if each.step == step), None) if found else None


def _outcomes(
    client: ApiClient, town: str, keys: list[str], body: StepToSend, key: str, given: Mapping[str, str]
) -> Iterator[BulkOutcome]:
    for case in keys:
        number = given.get(f"{NUMBER}{case}", case)
        path = at("towns", town, "cases", case, "steps")
        try:
            taken = client.post(path, TakenSheet, body, {"Idempotency-Key": f"{key}.{case}"[:200]})
        except ApiRefused as no:
            yield BulkOutcome(case, number, no.problem, no.status in BUSY)
        except ApiUnreachable:
            yield BulkOutcome(case, number, ProblemSheet(), is_open=True)
        else:
            yield BulkOutcome(case, taken.number, not_done=tuple(each.cause for each in taken.not_done))
