"""Reads scenarios about duties, with every name that they use checked against the pack.

Decides what of such a scenario cannot be meant. Does not play them.
"""

from collections.abc import Iterable
from datetime import date

from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import nearest
from shared.rules.language.scalars import LocalInstant
from shared.rules.language.vocabulary import ROLES
from shared.rules.pack.build.drafting import Draft, spot
from shared.rules.pack.build.duties import meeting_of
from shared.rules.pack.build.form_kinds import holders
from shared.rules.pack.build.ordering import ordering_in
from shared.rules.scenario.cases import label
from shared.rules.scenario.events import amendment
from shared.rules.scenario.trial import (
    Days,
    DutyTrial,
    ExpectedDuties,
    ExpectedStanding,
    HeardMissing,
    Labels,
    Nouns,
    OtherTrial,
    ShownMeeting,
    ShownOrdering,
    TrialOrder,
    TrialRecord,
)

STATES = ("met", "late", "missing", "listed")
_OF_CASES = ("life", "expect", "check", "cases", "earlier")


class TrialReader:
    """Reads scenarios about duties of one town."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def trial(self, entry: Entry, because: tuple[str, ...]) -> DutyTrial:
        """Return one scenario.

        Args:
            because: what it rests on, read already.
        """
        self._check_kind(entry)
        days = self._days(entry.item("time"))
        calendar, expected = entry.entry("calendar"), entry.entry("duties")
        recorded = tuple(self._kept(kept) for kept in entry.entries("recorded"))
        self._check_corrections(recorded, entry)
        return DutyTrial(
            key=entry.name("scenario") or "",
            title=entry.text("title"),
            because=because,
            first=days[0],
            last=days[-1],
            recorded=recorded,
            expected=self._expected(expected) if expected else ExpectedDuties(spot(entry.node.where)),
            others=tuple(self._other(other) for other in entry.entries("otherwise")),
            spot=spot(entry.where("scenario")),
            ordered=tuple(self._ordered(order) for order in entry.entries("ordered")),
            seen_at=label(entry, "seen_at"),
            calendar=amendment(self._draft, calendar) if calendar else None,
            ledger={key: str(item.value) for key, item in entry.table("ledger").items()}
            if "ledger" in entry
            else None,
        )

    def _check_kind(self, entry: Entry) -> None:
        for field in _OF_CASES:
            if field in entry:
                key = entry.fields[field].key
                self._draft.complain(
                    "trial-with-case", entry.fields[field].head, key=key.text if key else field
                )
        if "duties" not in entry and not entry.entries("otherwise") and not entry.entries("recorded"):
            self._draft.complain("scenario-expects-nothing", entry.where("scenario"))

    def _days(self, item: Item | None) -> tuple[date, ...]:
        return item.as_(tuple) or (date.min,) if item else (date.min,)

    def _kept(self, entry: Entry) -> TrialRecord:
        draft = self._draft
        form, by = entry.item("record"), entry.item("by")
        draft.refer("form", form)
        if "place" in entry:
            draft.refer("place", entry.item("place"))
        if by is not None and by.value not in ROLES:
            draft.refer("unit", by, ROLES)
        self._check_entries(entry)
        between = entry.item("between")
        return TrialRecord(
            at=label(entry, "at") or "",
            form=entry.name("record") or "",
            spot=spot(entry.node.where),
            by=entry.name("by"),
            place=entry.name("place"),
            day=entry.day("day"),
            between=between.as_(tuple) if between else None,
            about=entry.name("about"),
            facts={key: str(item.value) for key, item in entry.table("facts").items()},
            is_opened=entry.flag("opened"),
            called=entry.name("name"),
            corrects=entry.name("corrects"),
            is_refused=entry.flag("refused"),
            is_late=entry.flag("late") if "late" in entry else None,
        )

    def _ordered(self, entry: Entry) -> TrialOrder:
        self._draft.refer("duty", entry.item("duty"))
        return TrialOrder(label(entry, "at") or "", entry.name("duty") or "", entry.day("until"))

    def _check_entries(self, entry: Entry) -> None:
        sourced = self._draft.sourced("records").get(entry.name("record") or "")
        known = entry_of(sourced.item).table("facts") if sourced else {}
        for name, item in entry.table("facts").items() if sourced else ():
            if name not in known:
                self._draft.complain("unknown-entry", item.head, name=name, advice=nearest(name, known))

    def _check_corrections(self, recorded: Iterable[TrialRecord], entry: Entry) -> None:
        named: list[str] = []
        for record, written in zip(recorded, entry.entries("recorded"), strict=True):
            if record.corrects and record.corrects not in named:
                terms = {"name": record.corrects, "advice": nearest(record.corrects, named)}
                self._draft.complain("corrects-nothing", written.where("corrects"), **terms)
            named += [record.called] if record.called else []

    def _other(self, entry: Entry) -> OtherTrial:
        readings = self._draft.readings(entry.table("readings"), entry.language)
        expected = entry.entry("duties")
        if not readings:
            self._draft.complain("other-changes-nothing", entry.node.where)
        if expected is None:
            self._draft.complain("scenario-expects-nothing", entry.node.where)
        read = self._expected(expected) if expected else ExpectedDuties(spot(entry.node.where))
        return OtherTrial(readings, read, spot(entry.node.where))

    def _expected(self, entry: Entry) -> ExpectedDuties:
        expected = ExpectedDuties(
            spot=spot(entry.node.where),
            held_on=self._by_day(entry, "held_on"),
            falls_on={duty: _pairs(item) for duty, item in self._of_duties(entry, "falls_on")},
            owed_on=self._by_day(entry, "owed_on"),
            not_owed=self._by_day(entry, "not_owed"),
            no_day=self._draft.refer_all("duty", entry.items("no_day")),
            due=self._by_label(entry, "due"),
            warned=self._by_label(entry, "warned"),
            held_at={duty: int(str(item.value)) for duty, item in self._of_duties(entry, "held_at")},
            owed_by=self._nouns(entry, "owed_by", "duty"),
            standings=tuple(
                self._standing(state, written) for state in STATES for written in entry.entries(state)
            ),
            heard=tuple(self._heard(heard) for heard in entry.entries("heard")),
            shows={duty: self._shown(entry_of(item)) for duty, item in self._of_duties(entry, "shows")},
            orders={
                duty: ShownOrdering(ordering_in(self._draft, written), frozenset(written))
                for duty, item in self._of_duties(entry, "orders")
                for written in (entry_of(item),)
            },
            sent_to=self._nouns(entry, "sent_to", "duty"),
            made_by=self._nouns(entry, "made_by", "duty"),
            may_make=self._nouns(entry, "may_make", "form"),
            readers=self._nouns(entry, "readers", "form"),
        )
        if not list(entry):
            self._draft.complain("scenario-expects-nothing", entry.node.where)
        return expected

    def _of_duties(self, entry: Entry, field: str, kind: str = "duty") -> list[tuple[str, Item]]:
        table, names = entry.table(field), self._draft.names
        return [
            (name, item)
            for name, item in table.items()
            if names.refer(kind, name, item.head, self._draft.rule)
        ]

    def _by_day(self, entry: Entry, field: str) -> Days:
        return {
            duty: tuple(day for part in item.items() for day in (part.as_(tuple) or ()))
            for duty, item in self._of_duties(entry, field)
        }

    def _by_label(self, entry: Entry, field: str) -> Labels:
        return {
            duty: tuple(moment.label() for part in item.items() if (moment := part.as_(LocalInstant)))
            for duty, item in self._of_duties(entry, field)
        }

    def _nouns(self, entry: Entry, field: str, kind: str) -> Nouns:
        return {
            name: holders(self._draft, item.items()) for name, item in self._of_duties(entry, field, kind)
        }

    def _shown(self, entry: Entry) -> ShownMeeting:
        said = frozenset({"plan_needs" if field == "plan" else field for field in entry})
        return ShownMeeting(meeting_of(self._draft, entry), said)

    def _standing(self, state: str, entry: Entry) -> ExpectedStanding:
        self._draft.refer("duty", entry.item("duty"))
        if "place" in entry:
            self._draft.refer("place", entry.item("place"))
        return ExpectedStanding(
            state=state,
            duty=entry.name("duty") or "",
            spot=spot(entry.node.where),
            on=entry.day("on"),
            place=entry.name("place"),
            given=entry.whole("given"),
            lacks=entry.whole("lacks"),
            minutes=entry.whole("minutes"),
            between=tuple(pair for item in entry.items("between") if (pair := item.as_(tuple))),
            subjects=tuple(str(item.value) for item in entry.items("subjects")),
        )

    def _heard(self, entry: Entry) -> HeardMissing:
        self._draft.refer("duty", entry.item("duty"))
        who = entry.item("who")
        if who is not None and who.value not in ROLES:
            self._draft.refer("unit", who, ROLES)
        return HeardMissing(
            entry.name("duty") or "",
            entry.name("who") or "",
            label(entry, "at") or "",
            spot(entry.node.where),
        )


def _pairs(item: Item) -> dict[date, date]:
    pairs = item.value if isinstance(item.value, dict) else {}
    return {label: day.value for label, day in pairs.items() if isinstance(day.value, date)}
