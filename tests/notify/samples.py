"""Values that many tests of notifications need."""

from datetime import UTC, datetime, timedelta

from services.notify.domain.notification import Happening, Reason
from services.notify.ports.channel import Letter
from shared.kernel.texts import Text

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
FAR = datetime(9000, 1, 1, tzinfo=UTC)
SECRET = b"a secret of sixteen bytes or more"


def letter(address: str = "a@example.org", **changes: object) -> Letter:
    """Return a letter, with some of it as the test wants."""
    usual: dict[str, object] = {
        "key": "ab" * 32,
        "address": address,
        "town": "t",
        "subject": "〔镇〕2026-1",
        "language": "zh",
        "on": "accepted",
        "text": Text("请办结。", "Settle it."),
        "case": "c-1",
        "number": "2026-1",
        "unit": "t/station",
        "made_at": NOON,
        "hosts": frozenset(),
    }
    return Letter(**{**usual, **changes})  # type: ignore[arg-type]


def happening(on: str = "accepted", sequence: int = 1, round_: int = 1, case: str = "c-1") -> Happening:
    """Return an event of a case."""
    return Happening(case, "intake", case, sequence, round_, on)


REASON = Reason("some-rule", ("P001-05.4",))


def after(hours: float) -> datetime:
    """Return an instant some hours after noon."""
    return NOON + timedelta(hours=hours)
