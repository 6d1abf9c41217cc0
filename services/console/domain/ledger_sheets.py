"""What services answer about the ledger and about visits, as far as pages show it; see `sheets`."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

from services.console.domain.sheets import AskedFact, FactGiven, NamedKey, ProblemSheet


class LedgerClassSheet(Struct, frozen=True):
    """A class of the ledger: a line of work."""

    key: str
    name: str
    keeper: str | None = None


class LedgerFactSheet(Struct, frozen=True):
    """A fact that a type of entry has, and whether the reader reads it."""

    key: str
    name: str
    type: str
    values: tuple[NamedKey, ...] = ()
    sealed: bool = False
    sensitive: bool = False
    basis: str = ""
    long: bool = False
    reads: bool = True

    @property
    def asked(self) -> AskedFact:
        """The question that a form asks for it."""
        return AskedFact(self.key, self.name, self.type, self.values)

    def name_of(self, value: FactGiven) -> str:
        """Return a value as people read it; of yes and no the key of the word."""
        return next((each.name for each in self.values if each.key == value), str(value))


class LedgerTypeSheet(Struct, frozen=True, rename={"line": "class"}):
    """A type of entry, and whether the reader reads and enters it."""

    key: str
    name: str
    kind: str
    line: str | None = None
    about: str | None = None
    needs: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    reads: bool = False
    enters: bool = False
    facts: tuple[LedgerFactSheet, ...] = ()

    def fact(self, key: str) -> LedgerFactSheet:
        """Return a fact as it is declared; one that the rules know no more by its key."""
        return next((each for each in self.facts if each.key == key), LedgerFactSheet(key, key, "text"))


class LedgerChangeSheet(Struct, frozen=True):
    """A change that people know by its name; `does` what it is to an entry."""

    key: str
    name: str
    of: tuple[str, ...]
    does: str


class LedgerSheet(Struct, frozen=True):
    """What the town's ledger keeps, as far as it concerns the reader."""

    classes: tuple[LedgerClassSheet, ...] = ()
    types: tuple[LedgerTypeSheet, ...] = ()
    changes: tuple[LedgerChangeSheet, ...] = ()
    has_paper: bool = False
    paper: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    places: tuple[str, ...] | None = None

    @property
    def read(self) -> tuple[LedgerTypeSheet, ...]:
        """The types that the reader reads."""
        return tuple(each for each in self.types if each.reads)

    @property
    def entered(self) -> tuple[LedgerTypeSheet, ...]:
        """The types that the reader enters."""
        return tuple(each for each in self.types if each.enters)

    def type(self, key: str) -> LedgerTypeSheet:
        """Return a type; one that there is not has no facts."""
        return next((each for each in self.types if each.key == key), LedgerTypeSheet(key, key, ""))

    def class_name(self, key: str | None) -> str:
        """Return what a class is called."""
        return next((each.name for each in self.classes if each.key == key), key or "")

    def changes_of(self, type_: str, *, begins: bool) -> tuple[LedgerChangeSheet, ...]:
        """Return the named changes that begin entries of a type, or happen to those that are there."""
        return tuple(each for each in self.changes if type_ in each.of and (each.does == "begins") == begins)

    def change_name(self, key: str) -> str:
        """Return what a change is called."""
        return next((each.name for each in self.changes if each.key == key), key)


class WordSheet(Struct, frozen=True):
    """What one source says of a fact; None where it is sealed."""

    value: FactGiven
    since: date
    source: str = ""


class EntryFactSheet(Struct, frozen=True):
    """A fact as it was said last, with what others say beside it."""

    value: FactGiven
    since: date
    source: str = ""
    sealed: bool = False
    differs: bool = False
    others: tuple[WordSheet, ...] = ()

    @property
    def words(self) -> tuple[WordSheet, ...]:
        """What each source says, the latest first."""
        return (WordSheet(self.value, self.since, self.source), *self.others)


class LedgerEntrySheet(Struct, frozen=True, rename={"line": "class"}):
    """An entry with the facts that the reader reads."""

    id: str
    type: str
    type_name: str
    kind: str
    place: str
    place_name: str
    touched_on: date
    line: str | None = None
    about: str | None = None
    around: tuple[str, ...] = ()
    is_stale: bool = False
    differs: tuple[str, ...] = ()
    ended_on: date | None = None
    facts: Mapping[str, EntryFactSheet] = field(default_factory=dict)
    members: tuple["LedgerEntrySheet", ...] = ()

    @property
    def mark(self) -> str:
        """What tells it from others where no fact does; the end of its id."""
        return self.id[-4:]


class LedgerRows(Struct, frozen=True):
    """A page of entries."""

    entries: tuple[LedgerEntrySheet, ...] = ()
    next: str | None = None

    @property
    def items(self) -> tuple[LedgerEntrySheet, ...]:
        """Its rows."""
        return self.entries


class LedgerTakenSheet(Struct, frozen=True):
    """What became of something that was entered or stated."""

    id: str
    known: bool = False
    added: tuple[str, ...] = ()
    entry: LedgerEntrySheet | None = None


class StatementSheet(Struct, frozen=True):
    """One saying of an entry's history."""

    number: int
    event: str
    since: date
    at: datetime
    change: str | None = None
    facts: Mapping[str, FactGiven] = field(default_factory=dict)
    sealed: tuple[str, ...] = ()
    source: str = ""
    place: str | None = None
    by_role: str = ""
    by_unit: str | None = None


class StatementRows(Struct, frozen=True):
    """All that was said of an entry, oldest first."""

    statements: tuple[StatementSheet, ...] = ()


class OpenedFactSheet(Struct, frozen=True):
    """A sealed fact in clear; that it was read is on record."""

    fact: str
    words: tuple[WordSheet, ...]


class FactOpeningSheet(Struct, frozen=True):
    """Somebody has opened a sealed fact."""

    entry: str
    fact: str
    at: datetime
    by_role: str
    by_person: str
    by_unit: str | None = None
    purpose: str | None = None


class OpeningRows(Struct, frozen=True):
    """A page of openings, the newest first."""

    openings: tuple[FactOpeningSheet, ...] = ()
    next: str | None = None


class ListedLineSheet(Struct, frozen=True):
    """One of the first lines of a list, as it is read."""

    line: int
    facts: Mapping[str, FactGiven] = field(default_factory=dict)
    place: str | None = None
    about: str | None = None
    date: str | None = None
    source: str | None = None


class RefusedLineSheet(Struct, frozen=True):
    """A line that was not taken, and why."""

    line: int
    problem: ProblemSheet


class ImportSheet(Struct, frozen=True):
    """What became of a list."""

    entered: int
    changed: int
    unchanged: int
    refused: int
    kept: bool
    columns: Mapping[str, str] = field(default_factory=dict)
    first: tuple[ListedLineSheet, ...] = ()
    problems: tuple[RefusedLineSheet, ...] = ()
    read_as: str | None = None


class VisitSheet(Struct, frozen=True, rename={"begins": "from", "ends": "to"}):
    """A record about an entry, such as a visit."""

    id: str
    name: str
    day: date
    post: str = ""
    begins: str | None = None
    ends: str | None = None


class VisitRows(Struct, frozen=True):
    """Records about an entry, the newest first."""

    records: tuple[VisitSheet, ...] = ()


class ToSay(Struct, frozen=True, omit_defaults=True):
    """What is entered or stated, as the ledger takes it; what was left empty is not sent."""

    type: str = ""
    place: str = ""
    about: str = ""
    change: str = ""
    date: str = ""
    source: str = ""
    facts: Mapping[str, FactGiven] = field(default_factory=dict)
