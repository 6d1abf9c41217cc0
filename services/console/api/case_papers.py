"""What goes on paper of a case: the slip for whoever is sent out, and the dossier that is laid on file.

Decides what stands in each. Both are made of what the services answer this very reader, and of nothing else: whatever
somebody may not see of a case is in no paper of theirs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.console.api.case import CLOCK_READERS
from services.console.api.dates import TimeWords
from services.console.api.following import outside
from services.console.api.frame import PageFrame, reader
from services.console.api.papers import PaperAsked, PaperDesk, joined, pairs_of, table_of
from services.console.api.residents import asking
from services.console.api.story import story_of
from services.console.domain.paper_sheets import ChainSheet
from services.console.domain.sheets import CaseSheet, ClockStories, ClockStory, FactGiven, FileSheet, WhySheet
from services.console.handlers.client import ApiClient, ApiRefused, at
from services.console.handlers.name_books import TownNames
from shared.papers.pictures import picture_of
from shared.rules.papers.filling import PaperFacts
from shared.rules.papers.model import Block, Blocks, Code, Heading, Items, Picture

AnswerT = TypeVar("AnswerT")
MOST_PICTURES = 24
NOT_THERE = (403, 404)


@dataclass(frozen=True, slots=True)
class CasePaperPages:
    """Slip and dossier."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        case = "/towns/<town>/cases/<case>"
        pages.add_url_rule(f"{case}/slip", "slip", self.slip)
        pages.add_url_rule(f"{case}/dossier", "dossier", self.dossier)

    def slip(self, town: str, case: str) -> ResponseReturnValue:
        """Show the case as a slip of paper that goes along with whoever is sent out."""
        client = reader().as_role
        writer = self._writer(client, town, client.read(at("towns", town, "cases", case), CaseSheet))
        return writer.answer(PaperDesk(self.frame), "slip", lambda _: writer.slip())

    def dossier(self, town: str, case: str) -> ResponseReturnValue:
        """Show all that this reader may see of the case, as it is laid on file."""
        client = asking(self.frame, town)
        writer = self._writer(client, town, client.read(at("towns", town, "cases", case), CaseSheet))
        return writer.answer(PaperDesk(self.frame), "dossier", lambda whole: writer.dossier(whole=whole))

    def _writer(self, client: ApiClient, town: str, found: CaseSheet) -> "CaseWriter":
        names = self.frame.names_in(client, town, found.edition.hash)
        return CaseWriter(self.frame, client, town, found, names, self.frame.times_in(names).on_paper)


@dataclass(frozen=True, slots=True)
class CaseWriter:
    """Says what papers of one case say."""

    frame: PageFrame
    client: ApiClient
    town: str
    case: CaseSheet
    names: TownNames
    times: TimeWords

    def answer(self, desk: PaperDesk, kind: str, facts: Callable[[bool], PaperFacts]) -> ResponseReturnValue:
        """Return one of them."""
        path = f"/towns/{self.town}/cases/{self.case.case}"
        filed = f"{self.case.number}-{self._say(f'papers.{kind}')}"
        # A case's papers keep the template of the rules that it is bound to.
        asked = PaperAsked(kind, path, filed, edition=self.case.edition.hash)
        return desk.answer(self.client, self.town, asked, facts)

    def slip(self) -> PaperFacts:
        """Return what the slip says."""
        return PaperFacts(self._texts(), {"code": self._code(), "facts": self._facts()}, self._keyed())

    def dossier(self, *, whole: bool) -> PaperFacts:
        """Return what the dossier says; `whole`: with the photographs themselves."""
        chain = self._chain()
        texts = {
            **self._texts(),
            "edition": self.case.edition.hash[:12],
            "entries": str(chain.entries) if chain else "",
            "head": chain.head if chain else "",
        }
        clocks = self._clocks()
        blocks: dict[str, Blocks] = {
            "code": self._code(),
            "facts": self._facts(),
            "decisions": self._decisions(),
            "orders": self._orders(),
            "limits": self._limits(clocks),
            "certificates": tuple(_certificates(clocks)),
            "told": self._told(),
            "satisfaction": self._satisfaction(),
            "history": self._history(),
            "files": self._files(),
            "pictures": tuple(self._pictures(whole=whole)),
        }
        return PaperFacts(texts, blocks, self._keyed())

    def _texts(self) -> dict[str, str]:
        case, names, held = self.case, self.names, self.case.assignment
        place = case.report.place
        return {
            "town": names.book.name,
            "number": case.number,
            "title": case.report.title or names.category(case.report.category),
            "category": "、".join(map(names.category, (case.report.category, *case.report.also))),
            "place": names.place(place.key) or self._say("case.no-place"),
            "point": f"({place.lat:.5f}, {place.lon:.5f})"
            if place.lat is not None and place.lon is not None
            else "",
            "reported": self.times.at(case.report.reported_at),
            "channel": names.channel(case.report.channel),
            "lead": names.unit(held.lead) if held and held.lead else self._say("case.nobody"),
            "assisting": "、".join(map(names.unit, held.assisting)) if held else "",
            "due": self.times.due(case.due_at) or self._say("time.none"),
            "state": self._word("states", case.state),
            "text": case.report.text or "",
            "printed": self.times.at(self.times.now),
        }

    def _code(self) -> Blocks:
        address = outside(f"/towns/{self.town}/cases/{self.case.case}")
        return (Code(address, self._say("papers.scan-case")),)

    def _facts(self) -> Blocks:
        return pairs_of(
            [(self.names.fact(key), self._value(key, value)) for key, value in self.case.facts.items()]
        )

    def _keyed(self) -> dict[str, dict[str, str | Blocks]]:
        return {"fact": {key: self._value(key, value) for key, value in self.case.facts.items()}}

    def _value(self, fact: str, value: FactGiven | list[str]) -> str:
        if isinstance(value, bool):
            return self._say("case.yes" if value else "case.no")
        return self.names.value(fact, value)

    def _decisions(self) -> Blocks:
        gone = self._say("papers.replaced")
        rows = [
            (
                self.times.at(each.decided_at),
                self._why(each.reason) or each.cause or "",
                "" if each.in_effect else gone,
            )
            for each in self.case.decisions
        ]
        return table_of(self._heads("when", "why", "standing"), rows)

    def _why(self, why: WhySheet | None) -> str:
        if why is None:
            return ""
        facts = (f"{self.names.fact(key)}: {self._value(key, value)}" for key, value in why.facts.items())
        clauses = "、".join(why.because)
        return "\n".join([f"{self.names.rule(why.rule)} {f'[{clauses}]' if clauses else ''}".strip(), *facts])

    def _orders(self) -> Blocks:
        rows = [
            (
                self.names.unit(order.unit),
                self._word("held", order.part),
                self._word("held", order.state),
                self.times.at(order.issued_at),
                self.times.amount(order.held_for_seconds),
            )
            for order in self.case.work_orders
        ]
        return table_of(self._heads("unit", "part", "state", "since", "held"), rows)

    def _limits(self, clocks: Sequence[ClockStory]) -> Blocks:
        rows = [
            (each.stage_name, each.state_name, each.verdict_name or "", self.times.at(each.started_at),
             self.times.due(each.due_at), "、".join(each.because))
            for each in clocks
        ] or [
            (self._word("stages", copy.stage), self._word("clock-states", copy.state), "", "",
             self.times.due(copy.due_at), "、".join(copy.reason.because) if copy.reason else "")
            for copy in self.case.deadlines
        ]  # fmt: skip
        return table_of(self._heads("stage", "state", "verdict", "from", "due", "clauses"), rows)

    def _told(self) -> Blocks:
        rows = [
            (
                self.times.at(each.told_at),
                self.names.unit(each.unit) if each.unit else self._word("roles", each.party),
                self._occasion(each.on),
            )
            for each in self.case.notifications
        ]
        return table_of(self._heads("when", "who", "of"), rows)

    def _occasion(self, on: str) -> str:
        """What they were told of: a step or milestone of the town's, or one that every town has."""
        named = self.names.step(on)
        return named if named != on else self._word("states", on)

    def _satisfaction(self) -> Blocks:
        rows = [
            (self.times.at(each.at), self._satisfied(is_satisfied=each.satisfied), each.note or "")
            for each in self.case.satisfaction
        ]
        return table_of(self._heads("when", "satisfied", "note"), rows)

    def _satisfied(self, *, is_satisfied: bool | None) -> str:
        return "" if is_satisfied is None else self._say("case.yes" if is_satisfied else "case.no")

    def _history(self) -> Blocks:
        told = story_of(self.case, self.names, self.frame.words, self.times.language)
        rows = [
            (
                self.times.at(entry.at),
                entry.what,
                entry.by or "、".join(entry.more),
                "\n".join(f"{name}: {text}" for name, text in entry.texts),
            )
            for entry in reversed(told)
        ]
        return table_of(self._heads("when", "what", "who", "words"), rows)

    def _files(self) -> Blocks:
        rows = [
            (each.name, self.times.at(each.attached_at), self._say("case.erased") if each.erased_at else "")
            for each in self.case.attachments
        ]
        return table_of(self._heads("file", "when", "note"), rows)

    def _pictures(self, *, whole: bool) -> Iterator[Picture]:
        shown = [each for each in self.case.attachments if each.is_picture][:MOST_PICTURES]
        for each in shown:
            link = f"/towns/{self.town}/cases/{self.case.case}/files/{each.id}"
            made = self._picture(each, link) if whole else Picture(b"", each.name, link)
            if made is not None:
                yield made

    def _picture(self, file: FileSheet, link: str) -> Picture | None:
        path = at("towns", self.town, "cases", self.case.case, "attachments", file.id)
        return picture_of(self.client.send("GET", path).body, file.name, link)

    def _clocks(self) -> tuple[ClockStory, ...]:
        """The clocks with their certificates; none for whoever reads a case without them."""
        if not reader().may(*CLOCK_READERS):
            return ()
        found = self._if_there("clocks", ClockStories)
        return found.clocks if found else ()

    def _chain(self) -> ChainSheet | None:
        return self._if_there("history/verify", ChainSheet) if reader().may(*CLOCK_READERS) else None

    def _if_there(self, what: str, kind: type[AnswerT]) -> AnswerT | None:
        try:
            return self.client.read(f"{at('towns', self.town, 'cases', self.case.case)}/{what}", kind)
        except ApiRefused as no:
            if no.status in NOT_THERE:
                return None
            raise

    def _heads(self, *keys: str) -> list[str]:
        return [self._say(f"papers-heads.{key}") for key in keys]

    def _say(self, key: str) -> str:
        return self.frame.say(key)

    def _word(self, prefix: str, key: str) -> str:
        whole = f"{prefix}.{key}"
        return self._say(whole) if self.frame.words.knows(whole) else key


def _certificates(clocks: Sequence[ClockStory]) -> Iterator[Block]:
    """Each deadline that stands, as its certificate says it."""
    for clock in clocks:
        described = next((form.described for form in reversed(clock.versions) if form.described), ())
        if described:
            yield from joined((Heading(3, clock.stage_name),), (Items(described),))
