"""What has happened to a case since somebody looked: a step that was decided on an older view is not taken unseen.

Decides what counts: whatever a person or a decision did with the case. That somebody was told of it, that a clock ran
or a file was added changes nothing that a step was decided on.
"""

from collections.abc import Sequence

from msgspec import Struct

from services.intake.domain.chain import HistoryEntry
from services.intake.domain.refusal import Refusal, refusal
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack

STEP = "step"
_SAID = {
    "decided": Text("重新派单", "assigned anew"),
    "redecision": Text("按新版规则重新判定", "decided again by another edition"),
    "rehomed": Text("随网格撤并转移", "moved with its grid"),
    "merged": Text("并入另一案件", "merged into another case"),
    "took-in": Text("并入了另一案件", "another case was merged into it"),
    "confirmed": Text("确认立案", "confirmed as a case"),
    "dismissed": Text("不予立案", "dismissed"),
    "work-order": Text("派单有变化", "a unit moved its work order"),
    "satisfaction": Text("反映人作了评价", "its reporter said a word on the result"),
}
COUNTING = (STEP, *_SAID)


def refuse_unseen(pack: Pack, entries: Sequence[HistoryEntry], seen: int, *, named: bool) -> Refusal | None:
    """Return why a step is not taken that was decided on an older view of its case, or None.

    Args:
        entries: what happened since, of the kinds in `COUNTING`, in its order.
        seen: the version that was looked at.
        named: whether the taker may know what it was.
    """
    if not entries:
        return None
    latest = _said(pack, entries[-1]) if named else Text("案件有进展", "the case moved")
    return refusal(
        "changed-meanwhile", {"seen": seen, "now": entries[-1].n}, number=len(entries), latest=latest
    )


def _said(pack: Pack, entry: HistoryEntry) -> Text:
    if entry.what != STEP:
        return _SAID[entry.what]
    key = entry.read(_Taken).step
    return pack.steps[key].name if key in pack.steps else Text(key, key)


class _Taken(Struct, frozen=True):
    """Which step an entry says was taken."""

    step: str = ""
