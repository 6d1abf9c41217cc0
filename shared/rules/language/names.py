"""The names that a pack declares, and the question whether a name that is used is one of them.

Decides what counts as declared: the pack's own keys, the platform's words, the slots of templates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.kernel.texts import Text
from shared.rules.language.errors import Complaints, Where, nearest, shown
from shared.rules.language.vocabulary import Words

KIND_NAMES: Mapping[str, Text] = {
    "level": Text("层级", "a level"),
    "unit": Text("单位", "a unit"),
    "place": Text("地点", "a place"),
    "jurisdiction": Text("辖区", "a jurisdiction"),
}


@dataclass(slots=True)
class Names:
    """Declared names by kind: unit, level, place, fact, category, channel, step, mark, clock and the like."""

    complaints: Complaints
    known: dict[str, dict[str, Where]] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)  # slot without '$' → its kind
    bindings: dict[str, str] = field(default_factory=dict)  # slot without '$' → the town's noun
    labels: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # by kind: what a thing is called → its key

    def declare(self, kind: str, names: Mapping[str, Where], *reserved: Words) -> None:
        """Declare names of a kind; the platform's own words may not be taken."""
        for name, where in names.items():
            if any(name in words or name in words.english for words in reserved):
                self.complaints.add("reserved-name", where, name=name)
        self.known.setdefault(kind, {}).update(names)

    def has(self, kind: str, name: str) -> bool:
        """Tell whether a name of the kind is declared."""
        return name in self.known.get(kind, {})

    def all(self, kind: str) -> Iterable[str]:
        """Return every name of the kind."""
        return self.known.get(kind, {})

    def refer(
        self, kind: str, name: str, where: Where, rule: str | None = None, also: Iterable[str] = ()
    ) -> bool:
        """Tell whether a name that is used is declared; complain if not.

        A slot (`$name`) must be a parameter of a template in use and of the same kind. What could stand there
        as well (`also`) is thought of when a near name is suggested.
        """
        if name.startswith("$"):
            return self._refer_to_slot(kind, name[1:], where, rule)
        if self.has(kind, name):
            return True
        advice = self._key_of(kind, name) or nearest(name, [*self.all(kind), *also])
        self.complaints.add(f"unknown-{kind}", where, rule, name=name, advice=advice)
        return False

    def _key_of(self, kind: str, name: str) -> Text | None:
        """Return advice for one who wrote what a thing is called in place of its key."""
        key = self.labels.get(kind, {}).get(name)
        if not key:
            return None
        said = shown(key)
        return Text(
            f"这是“{said}”的名称，这里写它的键：{said}",
            f"this is what '{said}' is called: write its key, {said}",
        )

    def _refer_to_slot(self, kind: str, slot: str, where: Where, rule: str | None) -> bool:
        if slot not in self.slots:
            self.complaints.add("unknown-parameter", where, rule, name=slot, advice=nearest(slot, self.slots))
            return False
        if self.slots[slot] != kind:
            self.complaints.add(
                "slot-of-other-kind",
                where,
                rule,
                name=slot,
                found=KIND_NAMES[self.slots[slot]],
                wanted=KIND_NAMES.get(kind, kind),
            )
            return False
        return True

    def slots_of(self, kind: str, noun: str) -> tuple[str, ...]:
        """Return the slots of the kind that mean this noun, with their '$'."""
        return tuple(
            f"${slot}"
            for slot, bound in self.bindings.items()
            if bound == noun and self.slots.get(slot) == kind
        )

    def level(self, name: str) -> str:
        """Return the slot of a level that a slot stands for, so that towns on one template stay equal."""
        return name if name.startswith("$") else (*self.slots_of("level", name), name)[0]

    def noun(self, name: str) -> str:
        """Return what a slot means in this town; anything else means itself."""
        return self.bindings.get(name[1:], name) if name.startswith("$") else name
