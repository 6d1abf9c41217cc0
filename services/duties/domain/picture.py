"""A picture of a record: handed in before the record that names it, shown to whom the record is shown.

Decides what a record may name: pictures that its maker handed in for it, and those of the record that it corrects.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from services.duties.domain.people import ActingPerson
from services.duties.domain.refusals import refusal
from shared.files.pictures import STRIPPED
from shared.kernel.instants import Instant
from shared.rules.pack.model import Form

KINDS = tuple(STRIPPED)
MOST = 9  # of one record


class RecordPicture(Struct, frozen=True, kw_only=True):
    """One picture, without its content.

    Args:
        unit, person: who handed it in.
        sha256: of the content as it is kept.
        record: the first that names it; None: none does yet.
        erased_at: when its content went; None: it is here.
    """

    id: str
    town: str
    unit: str | None
    person: str | None
    name: str
    type: str
    size: int
    sha256: str
    added_at: Instant
    record: str | None = None
    erased_at: Instant | None = None

    def is_of(self, who: ActingPerson) -> bool:
        """Tell whether somebody handed it in."""
        return (self.unit, self.person) == (who.unit, who.person)


def check_named(
    form: Form,
    named: Sequence[str],
    known: Mapping[str, RecordPicture],
    who: ActingPerson,
    before: Collection[str],
) -> None:
    """Refuse a record that names pictures which are not its maker's to name.

    Args:
        known: id → picture, of those named that there are.
        before: pictures of the record that it corrects.

    Raises:
        Problem: `no-pictures`, `too-many-pictures`, `unknown-picture`.
    """
    if named and not form.pictures:
        raise refusal("no-pictures", {"field": "pictures"}, form=form.name)
    if len(named) > MOST:
        raise refusal("too-many-pictures", {"field": "pictures"}, most=MOST)
    for id_ in named:
        picture = known.get(id_)
        is_new = picture is not None and picture.record is None and picture.is_of(who)
        if id_ not in before and not is_new:
            raise refusal("unknown-picture", {"picture": id_}, given=id_)
