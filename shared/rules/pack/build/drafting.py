"""What every builder needs at hand: the assembled files, the declared names, the list of complaints.

Decides how a place in a file, a reason and a rule's dates are read; the sections are built elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.kernel.texts import Language
from shared.rules.language.entries import Entry, Item, entry_of
from shared.rules.language.errors import Complaints, Where, nearest
from shared.rules.language.names import Names
from shared.rules.language.nodes import Mapping as MapNode
from shared.rules.language.nodes import Node, Scalar
from shared.rules.language.readings import READINGS
from shared.rules.language.readwords import word
from shared.rules.language.scalars import Wrong
from shared.rules.language.vocabulary import (
    ACTORS,
    CLOCK_EVENTS,
    CLOCKS,
    EFFECTS,
    MILESTONES,
    PLATFORM_FACTS,
    STEP_INPUTS,
    Words,
    chosen,
    joined,
)
from shared.rules.pack.build.assemble import Assembly, Sourced
from shared.rules.pack.model import Fact, Origin, Spot

# Words of the format that stand in complaints; names of the pack's own are never among them.
_FORMAT_WORDS: Mapping[str, Words] = {
    "clock": CLOCKS,
    "effect": EFFECTS,
    "event": MILESTONES,
    "fact": joined(PLATFORM_FACTS, chosen(STEP_INPUTS, ["place", "due_at"])),
    "name": joined(MILESTONES, ACTORS, STEP_INPUTS),
    "who": ACTORS,
}


@dataclass(slots=True)
class Draft:
    """A pack in the making; `entries` keeps what was written for each thing, for later complaints."""

    assembly: Assembly
    complaints: Complaints
    names: Names
    facts: dict[str, Fact] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    rule: str | None = None  # the rule or entry that is being built, for complaints
    areas: dict[str, Where] = field(default_factory=dict)  # where the area of each place is drawn

    @property
    def format(self) -> int:
        """The number of the format by which the town's files are understood."""
        return self.assembly.root.whole("format") or 1

    def only_from(self, number: int, where: Where) -> None:
        """Complain of what is understood from a later number of the format on only."""
        if self.format < number:
            self.complain("only-from-format", where, number=number)

    def complain(self, code: str, where: Where, /, **terms: object) -> None:
        """Note a fault of what is being built, with the format's words as the file writes them."""
        said = {term: self._as_written(term, value, where.file) for term, value in terms.items()}
        self.complaints.add(code, where, self.rule, **said)

    def _as_written(self, term: str, value: object, file: str) -> object:
        words = _FORMAT_WORDS.get(term)
        if words is None or not isinstance(value, str):
            return value
        language = self._language(file)
        clock, is_event, event = value.rpartition(" ")
        if is_event and event in CLOCK_EVENTS:
            return f"{CLOCKS.written(clock, language)} {CLOCK_EVENTS.written(event, language)}"
        return words.written(value, language)

    def refer(self, kind: str, item: Item | None, also: Words | None = None) -> bool:
        """Tell whether the name that an item holds is declared; complain if not."""
        name = item.as_(str) if item else None
        if item is None or name is None:
            return False
        return self.names.refer(kind, name, item.where, self.rule, self._words(also, item.where.file))

    def refer_all(self, kind: str, items: Iterable[Item]) -> tuple[str, ...]:
        """Return those names of a list that are declared; complain of the others and of repetitions."""
        return tuple(item.value for item in self.distinct(items) if self.refer(kind, item))  # type: ignore[misc]

    def distinct(self, items: Iterable[Item]) -> list[Item]:
        """Return the parts of a list; complain of one that stands twice."""
        seen: dict[object, Item] = {}
        for item in items:
            if item.value in seen:
                self.complain("listed-twice", item.where, name=item.value)
            seen.setdefault(item.value, item)
        return list(seen.values())

    def complain_unknown(self, kind: str, name: str, where: Where, kinds: tuple[str, ...]) -> None:
        """Note a name that is none of several kinds."""
        there = [known for one in kinds for known in self.names.all(one)]
        there += self._words(MILESTONES, where.file)
        if kind == "occasion":
            there += self._clock_events(where.file)
        self.complain(f"unknown-{kind}", where, name=name, advice=nearest(name, there))

    def _words(self, words: Words | None, file: str) -> list[str]:
        return words.all(self._language(file)) if words else []

    def _clock_events(self, file: str) -> list[str]:
        """The clocks that some limit sets, each with what can happen to it, as the file writes them."""
        language = self._language(file)
        clocks = [CLOCKS.written(clock, language) for clock in self.names.all("clock")]
        return [f"{clock} {event}" for event in CLOCK_EVENTS.all(language) for clock in clocks]

    def _language(self, file: str) -> Language:
        return "zh" if self.assembly.languages.get(file) == "zh" else "en"

    def sourced(self, section: str) -> dict[str, Sourced]:
        """Return the entries of a section."""
        return self.assembly.tables[section]

    def because(self, entry: Entry, template: str | None) -> tuple[str, ...]:
        """Return the reasons that an entry rests on and that this town declares."""
        kept = [
            str(item.value) for item in self.distinct(entry.items("because")) if self._holds(item, template)
        ]
        if template and not kept and entry.items("because"):
            self.complain("because-undeclared", entry.where("because"), template=template)
        return tuple(kept)

    def holds(self, item: Item) -> bool:
        """Tell whether a reason in a template rests on something that this town declares."""
        return self._holds(item, "template")

    def _holds(self, item: Item, template: str | None) -> bool:
        reason = str(item.value)
        if reason.startswith("RC-"):
            return self._reading_exists(reason, item.where)
        if reason.startswith("A-") and reason[2:].isdigit():
            return True
        policies = self.sourced("policies")
        if reason in policies or reason.rpartition(".")[0] in policies:
            return True
        # A template gives the reasons of all towns on it: those of policies that this one lacks are left out.
        if template is None:
            advice = nearest(reason.rpartition(".")[0] or reason, policies)
            self.complain("unknown-policy", item.where, name=reason, advice=advice)
        return False

    def _reading_exists(self, name: str, where: Where) -> bool:
        if name not in READINGS:
            self.complain("unknown-reading", where, name=name)
        return name in READINGS

    def readings(self, table: Mapping[str, Item], language: str) -> dict[str, str]:
        """Return the readings that a table sets, each checked against its allowed values."""
        chosen: dict[str, str] = {}
        for name, item in table.items():
            if self._reading_exists(name, item.head) and (value := self._reading(name, item, language)):
                chosen[name] = value
        return chosen

    def quiet_reading(self, name: str, item: Item) -> str | None:
        """Return a reading's value without complaining; it is complained about elsewhere."""
        text = item.value.text if isinstance(item.value, Scalar) else ""
        return READINGS[name].english.get(text, text)

    def _reading(self, name: str, item: Item, language: str) -> str | None:
        if not isinstance(item.value, Scalar):
            self.complain(
                "unknown-reading-value", item.where, name=name, value="…", allowed=_allowed(name, language)
            )
            return None
        value = word("zh" if language == "zh" else "en", READINGS[name], item.value.text)
        if not isinstance(value, Wrong):
            return value
        if value.code == "unknown-word":
            self.complain(
                "unknown-reading-value",
                item.where,
                name=name,
                value=item.value.text,
                allowed=_allowed(name, language),
            )
        else:
            self.complain(value.code, item.where, **value.terms)
        return None

    def valid(self, entry: Entry) -> tuple[date | None, date | None]:
        """Return the first and the last day on which an entry is in force; None: without end."""
        valid = entry.entry("valid")
        first, last = (valid.day("from"), valid.day("until")) if valid else (None, None)
        if valid and first and last and first > last:
            self.complain("valid-reversed", valid.where("from"), first=first, last=last)
        return first, last

    def origin(self, sourced: Sourced) -> Origin:
        """Return id, reasons and dates of a rule."""
        entry = entry_of(sourced.item)
        first, last = self.valid(entry)
        because = self.because(entry, sourced.template)
        return Origin(self.rule or "", entry.text("title"), because, first, last, spot(entry.where("rule")))


def _allowed(name: str, language: str) -> str:
    return " | ".join(READINGS[name].all("zh" if language == "zh" else "en"))


def spot(where: Where) -> Spot:
    """Return a place of the files as the model keeps it."""
    return Spot(where.file, where.line)


def mapping_of(item: Item | None) -> MapNode | None:
    """Return the mapping of a thing that is read later, if it is one."""
    return item.value if item and isinstance(item.value, MapNode) else None


def node_of(item: Item | None) -> Node | None:
    """Return the node of a thing that is read later."""
    value = item.value if item else None
    return value if isinstance(value, Node) else None
