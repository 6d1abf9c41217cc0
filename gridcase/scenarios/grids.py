"""A scenario of grids and teams held against what the pack comes to; every difference is a sentence.

Decides nothing of grids: asks the room that does, with what the scenario says is known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from gridcase.scenarios.runs import Difference
from gridcase.scenarios.wording import bilingual, shown
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack, Shown, Teams
from shared.rules.scenario.grids import CardExpected, GridExpected, GridTrial, Named, SheetExpected
from shared.rules.teams.cards import card_of
from shared.rules.teams.entitled import EntitledPerson, entitled, may_make_grids, without_contacts
from shared.rules.teams.known import KnownOrganisation, KnownTeams, PostedPerson, PostHolder
from shared.rules.teams.posts import PostSeat, held_in_several, overstaffed, understaffed
from shared.rules.teams.rotas import turns_of
from shared.rules.teams.sheets import SheetPicture, SheetPlace, picture
from shared.rules.teams.sizes import sizes, uncovered

Found = Iterable[tuple[str, str]]  # what is listed: the name of what lists it, and what is listed


def play_grid_trial(pack: Pack, trial: GridTrial) -> list[Difference]:
    """Hold a scenario against a pack; return what differs."""
    return [
        Difference(trial.key, "", expected.spot.file, expected.spot.line, _day(expected.on), what)
        for expected in trial.expected
        for what in _GridRun(pack, trial, expected).differences()
    ]


def _day(on: date) -> Text:
    return Text(on.isoformat(), on.isoformat())


@dataclass(frozen=True, slots=True)
class _GridRun:
    """One expectation of a scenario, on its day."""

    pack: Pack
    trial: GridTrial
    expected: GridExpected

    def differences(self) -> Iterator[Text]:
        """Yield everything that is otherwise than expected."""
        expected = self.expected
        yield from _lists("grids-outside", expected.outside, self._outside(is_unsaid=False))
        yield from _lists("grids-unsaid", expected.unsaid, self._outside(is_unsaid=True))
        yield from _lists("grids-uncovered", expected.uncovered, self._uncovered())
        yield from _lists("grids-vacant", expected.vacant, self._few())
        yield from _lists("grids-too-many", expected.too_many, self._many())
        yield from _lists("grids-in-several", expected.in_several, self._several())
        yield from _lists("grids-entitled", expected.entitled, self._entitled())
        yield from self._contacts()
        yield from self._admission()
        for rota, turns in expected.rotas.items():
            yield from self._rota(rota, turns)
        for post, card in expected.cards.items():
            yield from self._card(post, card)
        for sheet in expected.sheets:
            yield from self._sheet(sheet)

    @property
    def known(self) -> KnownTeams:
        """What the scenario says is known on the day."""
        trial, facts = self.trial, self.expected.facts
        return KnownTeams(
            facts=trial.facts if facts is None else facts,
            holders=self.holders,
            posted={
                person: PostedPerson(said.name, said.phone, said.photo)
                for person, said in trial.posted.items()
            },
            organisations=tuple(
                KnownOrganisation(key, each.type, each.facts) for key, each in trial.organisations.items()
            ),
            assigned={person: frozenset(map(str, range(count))) for person, count in trial.assigned.items()},
        )

    @property
    def holders(self) -> tuple[PostHolder, ...]:
        """Who is in which unit on the day."""
        town = self.pack.town
        return tuple(
            PostHolder(person, f"{town}.{each.place}/{each.unit}" if each.place else f"{town}/{each.unit}")
            for each in self.trial.holders
            if each.holds(self.expected.on)
            for person in each.who
        )

    @property
    def teams(self) -> Teams:
        """What the pack says of them."""
        return self.pack.teams or Teams()

    def _outside(self, *, is_unsaid: bool) -> Found:
        found = sizes(self.pack, self.known.facts, self.expected.on)
        return ((each.check, each.place) for each in found if each.is_unsaid == is_unsaid)

    def _uncovered(self) -> Found:
        return ((each.check, each.place) for each in uncovered(self.pack, self.expected.on))

    def _few(self) -> Found:
        found = understaffed(self.pack, self.holders, self.expected.on)
        return ((each.seat.post, self._seat(each.seat)) for each in found)

    def _many(self) -> Found:
        found = overstaffed(self.pack, self.holders, self.expected.on)
        return ((each.seat.post, self._seat(each.seat)) for each in found)

    def _several(self) -> Found:
        found = held_in_several(self.pack, self.holders, self.expected.on)
        return ((each.post, each.person) for each in found)

    def _entitled(self) -> Found:
        for each in entitled(self.pack, self.known, self.expected.on):
            whom = each.person if isinstance(each, EntitledPerson) else each.organisation
            yield each.entitlement, whom

    def _seat(self, seat: PostSeat) -> str:
        """A seat as scenarios call it: its place, its unit, both, or the town."""
        return " ".join(part for part in (seat.place, seat.unit) if part) or self.pack.town

    def _contacts(self) -> Iterator[Text]:
        wanted = self.expected.without_contacts
        if wanted is not None:
            found = [each.person for each in without_contacts(self.pack, self.known, self.expected.on)]
            yield from _differ(bilingual("grids-contacts"), wanted, found)

    def _admission(self) -> Iterator[Text]:
        for unit, may in self.expected.may_make.items():
            got = may_make_grids(self.pack, f"{self.pack.town}/{unit}")
            if got != may:
                yield bilingual("grids-may-make", unit=unit, wanted=shown(may), got=shown(got))

    def _rota(self, key: str, turns: Named) -> Iterator[Text]:
        rota = self.teams.rotas.get(key)
        found = turns_of(self.pack, rota, self.holders, self.expected.on) if rota else {}
        said = {place or self.pack.town: people for place, people in found.items()}
        what = bilingual("grids-rota", rota=key)
        yield from _differ(what, sorted(turns), sorted(said))
        for seat in sorted(set(turns) & set(said)):
            yield from _differ(bilingual("grids-rota", rota=f"{key} {seat}"), turns[seat], said[seat])

    def _card(self, key: str, expected: CardExpected) -> Iterator[Text]:
        card = card_of(self.pack, self.teams.posts[key])
        for name, wanted, got in (
            ("tasks", expected.tasks, card.tasks),
            ("eligible", expected.eligible, card.eligible),
            ("guided_by", expected.guided_by, card.guided_by),
        ):
            if wanted is not None and not _are_called(wanted, got):
                yield _unlike(f"{key} {name}", wanted, [each.en or each.zh for each in got])
        led_by = (card.led_by,) if card.led_by else ()
        if expected.led_by is not None and not _are_called((expected.led_by,), led_by):
            yield _unlike(f"{key} led_by", (expected.led_by,), [each.en or each.zh for each in led_by])

    def _sheet(self, expected: SheetExpected) -> Iterator[Text]:
        sheet = self.teams.sheets[expected.sheet]
        drawn = picture(self.pack, sheet, expected.place, self.known, self.expected.on)
        what = f"{expected.sheet} {expected.place}"
        if expected.has is not None and expected.has != _on(drawn):
            yield _unlike(what, sorted(expected.has), sorted(_on(drawn)))
        people = {post.post: [person.name for person in post.people if person.name] for post in drawn.posts}
        for post, names in expected.names.items():
            yield from _differ(Text(f"{what} {post}", f"{what} {post}"), names, people.get(post, []))
        if expected.within is not None:
            yield from _differ(Text(what, what), expected.within, [each.place for each in drawn.within])
        if expected.public is not None and expected.public != sheet.public:
            yield bilingual("grids-public", what=what, wanted=shown(expected.public), got=shown(sheet.public))


def _on(drawn: SheetPicture) -> frozenset[str]:
    """What there is to be seen on a sheet."""
    places, posts = (SheetPlace(drawn.place, drawn.name, drawn.code), *drawn.within), drawn.posts
    there = {
        Shown.CODE: any(each.code is not None for each in places),
        Shown.NAME: any(each.name is not None for each in places),
        Shown.AREA: drawn.has_area,
        Shown.POSTS: any(post.name is not None for post in posts),
        Shown.WORKER_NAME: any(person.name for post in posts for person in post.people),
        Shown.WORKER_PHONE: any(person.phone for post in posts for person in post.people),
        Shown.WORKER_PHOTO: any(person.has_photo for post in posts for person in post.people),
        Shown.TASKS: any(post.tasks for post in posts),
        Shown.FACTS: bool(drawn.facts),
        Shown.QR: drawn.has_qr,
    }
    return frozenset(str(shown_) for shown_, is_there in there.items() if is_there)


def _lists(code: str, wanted: Named, found: Found) -> Iterator[Text]:
    """Yield each list that is otherwise, of those that are named."""
    got: dict[str, list[str]] = {}
    for name, listed in found:
        got.setdefault(name, []).append(listed)
    for name, expected in wanted.items():
        yield from _differ(bilingual(code, name=name), expected, got.get(name, []))


def _differ(what: Text, wanted: Iterable[str], got: Iterable[str]) -> Iterator[Text]:
    """In whatever order."""
    if sorted(wanted) != sorted(got):
        yield bilingual("differs", what=what, wanted=shown(sorted(wanted)), got=shown(sorted(got)))


def _unlike(what: str, wanted: Iterable[str], got: Iterable[str]) -> Text:
    return bilingual("differs", what=what, wanted=shown(list(wanted)), got=shown(list(got)))


def _are_called(wanted: Sequence[str], got: Sequence[Text]) -> bool:
    """Tell whether things are called so, in one of the two languages each, and in this order."""
    pairs = zip(wanted, got, strict=False)
    return len(wanted) == len(got) and all(name in (text.zh, text.en) for name, text in pairs)
