"""Alarms that this service raises itself: typed here, and on the way what they always were."""

import pytest

from services.notify.domain.alarms import (
    DeliveryFailed,
    NoticeDisagreement,
    NoticeError,
    NotificationBound,
    OwnAlarm,
    VacantUnit,
    raised,
)
from services.notify.domain.notification import Channel
from services.notify.handlers.wording import Wording
from tests.notify.samples import NOON

ALARMS = [
    (VacantUnit("t/a", None), "vacant-unit", {"unit": "t/a", "stands_in": None}),
    (NotificationBound(500), "notification-bound", {"most": 500}),
    (
        DeliveryFailed(Channel.MAIL, "smtp-550", "t/a"),
        "delivery-failed",
        {"channel": "mail", "cause": "smtp-550", "unit": "t/a"},
    ),
    (NoticeError("no such fact"), "notice-error", {"error": "no such fact"}),
    (NoticeDisagreement(), "notice-disagreement", {}),
]


@pytest.mark.parametrize(("alarm", "code", "detail"), ALARMS, ids=[code for _, code, _ in ALARMS])
def test_an_alarm_says_its_code_and_its_terms(alarm: OwnAlarm, code: str, detail: dict[str, object]) -> None:
    """Code and terms are those that operators' tools know; terms are plain values."""
    message = raised(alarm, "c-1", NOON)
    assert (message.code, message.case, message.at) == (code, "c-1", NOON)
    assert message.detail == detail
    assert all(type(value) in (str, int, type(None)) for value in message.detail.values())


def test_every_alarm_has_words_of_its_own() -> None:
    """None of them is told in the general sentence."""
    wording = Wording()
    assert {alarm.CODE for alarm, _, _ in ALARMS} == {kind.CODE for kind in OwnAlarm.__subclasses__()}
    assert all(wording.name("alarm", alarm.CODE) for alarm, _, _ in ALARMS)
