"""Entering into the ledger and changing it: forms that are made of the pack's types, each sent once by its key.

Decides that a form states only what somebody filled in, and where it leads. What may be said by whom, and that a second
one who enters the same is shown the first, the ledger decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, go
from services.console.api.given import asked, typed_in
from services.console.api.ledger import LedgerDesk, desk_in, entry_page, own_place, places_of
from services.console.api.uploads import IDEMPOTENCY_KEY
from services.console.domain.ledger_sheets import (
    LedgerEntrySheet,
    LedgerFactSheet,
    LedgerTakenSheet,
    ToSay,
)
from services.console.domain.sheets import FactGiven, ProblemSheet
from services.console.domain.typed_answers import NotTyped, typed_all
from services.console.handlers.client import ApiRefused, at
from shared.kernel.ids import new_id

ACTS = ("statements", "confirmations", "changes", "move", "end")
CORRECTED = (400, 403, 409, 422)
FACT = "fact."
HOLDS = "holds."  # which of several words holds, as 'fact:number of the word'


@dataclass(frozen=True, slots=True)
class LedgerFormPages:
    """Entering and changing."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        base = "/towns/<town>/ledger"
        pages.add_url_rule(f"{base}/new", "ledger-new", self.choose)
        pages.add_url_rule(f"{base}/new/<type>", "ledger-form", self.form)
        pages.add_url_rule(f"{base}/new/<type>", "ledger-enter", self.enter, methods=["POST"])
        pages.add_url_rule(f"{base}/entries/<entry>/<act>", "ledger-say", self.say, methods=["POST"])

    def choose(self, town: str) -> ResponseReturnValue:
        """Ask what is to be entered."""
        desk = desk_in(self.frame, town)
        if len(desk.ledger.entered) == 1:
            return go(f"/towns/{town}/ledger/new/{desk.ledger.entered[0].key}")
        return self.frame.page("ledger_choose.html", 200, **desk._asdict())

    def form(self, town: str, type: str) -> ResponseReturnValue:  # noqa: A002 – as the address names it
        """Ask for an entry's facts."""
        given = {name: asked(name) for name in ("place", "about")}
        return self._form(desk_in(self.frame, town), town, type, given)

    def enter(self, town: str, type: str) -> ResponseReturnValue:  # noqa: A002
        """Enter it; what is there already is shown, with what was added to it."""
        desk = desk_in(self.frame, town)
        try:
            body = _said(desk.ledger.type(type).facts, desk, ToSay(type=type, about=typed_in("about")))
            path = at("towns", town, "ledger", "entries")
            taken = desk.client.post(path, LedgerTakenSheet, body, _key())
        except NotTyped as wrong:
            return self._form(desk, town, type, request.form, fault=wrong.asked.fact)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return self._form(desk, town, type, request.form, refused=no)
        return self._after(desk, town, taken)

    def say(self, town: str, entry: str, act: str) -> ResponseReturnValue:
        """State, confirm, settle, move or end; a refusal stands beside the form, which keeps what was typed."""
        if act not in ACTS:
            abort(404)
        desk = desk_in(self.frame, town)
        path = at("towns", town, "ledger", "entries", entry)
        found = desk.client.read(path, LedgerEntrySheet)
        try:
            body = _said(desk.ledger.type(found.type).facts, desk, ToSay(), holds=_settled(found))
            desk.client.post(f"{path}/{act}", LedgerTakenSheet, body, _key())
        except NotTyped as wrong:
            no = ApiRefused(422, _not_typed(self.frame, wrong))
            return entry_page(self.frame, desk, town, entry, refused=no, act=act)
        except ApiRefused as no:
            if no.status not in CORRECTED:
                raise
            return entry_page(self.frame, desk, town, entry, refused=no, act=act)
        flash(self.frame.say(f"ledger-done.{act}"), "said")
        return go(f"/towns/{town}/ledger/entries/{entry}")

    def _form(
        self,
        desk: LedgerDesk,
        town: str,
        type_: str,
        given: Mapping[str, str],
        *,
        fault: str | None = None,
        refused: ApiRefused | None = None,
    ) -> ResponseReturnValue:
        shown = {
            "type": desk.ledger.type(type_),
            "areas": places_of(desk),
            "around": _outer(desk, town, typed_in("about") or asked("about")),
            "given": {"place": own_place(), **{name: text for name, text in given.items() if text}},
            "fault": fault,
            "problem": refused.problem if refused else None,
            "key": typed_in("key") or new_id(),
            "today": self.frame.times_in(desk.names).today,
        }
        status = refused.status if refused else 422 if fault else 200
        return self.frame.page("ledger_form.html", status, **shown, **desk._asdict())

    def _after(self, desk: LedgerDesk, town: str, taken: LedgerTakenSheet) -> ResponseReturnValue:
        type_ = desk.ledger.type(taken.entry.type if taken.entry else "")
        added = "、".join(type_.fact(key).name for key in taken.added)
        said = "entered" if not taken.known else "known-added" if taken.added else "known-nothing"
        flash(self.frame.say(f"ledger.{said}", facts=added), "said")
        if taken.entry is None:
            return go(f"/towns/{town}/ledger")
        return go(f"/towns/{town}/ledger/entries/{taken.id}")


def _said(
    facts: Iterable[LedgerFactSheet],
    desk: LedgerDesk,
    about: ToSay,
    holds: Mapping[str, FactGiven] | None = None,
) -> ToSay:
    """What a form states: of the facts those that were filled in.

    Raises:
        NotTyped: a text is not what its fact asks for.
    """
    texts = {name.removeprefix(FACT): text for name, text in request.form.items() if name.startswith(FACT)}
    typed = typed_all((fact.asked for fact in facts), texts, desk.names.book.zone)
    return ToSay(
        type=about.type,
        about=about.about,
        place=typed_in("place"),
        change=typed_in("change"),
        date=typed_in("date"),
        source=typed_in("source").strip(),
        facts={**(holds or {}), **typed},
    )


def _settled(entry: LedgerEntrySheet) -> dict[str, FactGiven]:
    """The words that were said to hold, of the facts on which sources differ."""
    found: dict[str, FactGiven] = {}
    for fact, held in entry.facts.items():
        number = typed_in(f"{HOLDS}{fact}")
        if number.isdigit() and int(number) < len(held.words) and not held.sealed:
            found[fact] = held.words[int(number)].value
    return found


def _outer(desk: LedgerDesk, town: str, key: str) -> LedgerEntrySheet | None:
    return desk.client.read(at("towns", town, "ledger", "entries", key), LedgerEntrySheet) if key else None


def _not_typed(frame: PageFrame, wrong: NotTyped) -> ProblemSheet:
    return ProblemSheet(cause=f"{wrong.asked.ask}: {frame.say('report.not-typed')}")


def _key() -> dict[str, str]:
    key = typed_in("key")
    return {IDEMPOTENCY_KEY: key} if key else {}
