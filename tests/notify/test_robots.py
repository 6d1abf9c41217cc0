"""Group robots on loopback, as WeCom and DingTalk document theirs: their body, and what their answers mean."""

import json

import pytest

from services.notify.adapters.robots import PUBLIC, WECOM_MOST, RobotForm, Robots, judge_robot, robot_body
from services.notify.adapters.webhook import WebhookChannel, WebhookLimits
from services.notify.domain.attempts import Attempt, AttemptResult
from shared.kernel.clock import SetClock
from shared.kernel.texts import Text
from tests.notify.hooks import Receiver, receiver
from tests.notify.samples import FAR, NOON, SECRET, channel_message
from tests.notify.test_webhook import at_loopback, to

DONE = b'{"errcode": 0, "errmsg": "ok"}'


def channel(ours: Receiver, form: RobotForm) -> WebhookChannel:
    """A channel that knows the receiver on loopback for a robot."""
    limits = WebhookLimits(0.3, 0.6, frozenset({ours.host}), robots=Robots({ours.host: form}))
    return WebhookChannel(SECRET, limits, clock=SetClock(NOON), look_up=at_loopback)


@pytest.mark.parametrize("form", list(RobotForm))
def test_a_robot_is_told_a_text_in_its_own_form(form: RobotForm) -> None:
    """The address keeps its key; the words are of the language of whoever is told; nothing else goes along."""
    with receiver() as ours:
        ours.statuses, ours.says = [200], DONE
        message = to(ours, address=f"{ours.url}?key=the-groups-own", language="zh")
        assert channel(ours, form).deliver([message], FAR) == [Attempt(AttemptResult.DELIVERED)]
    path, headers, body = ours.requests[0]
    assert path == "/told?key=the-groups-own"
    assert json.loads(body) == {"msgtype": "text", "text": {"content": "请办结。"}}
    assert headers["Content-Type"].startswith("application/json")
    assert not {"Idempotency-Key", "Gridcase-Signature"} & headers.keys()


@pytest.mark.parametrize(
    ("says", "result"),
    [
        (DONE, AttemptResult.DELIVERED),
        (b'{"errcode": 45009, "errmsg": "api freq out of limit"}', AttemptResult.AGAIN),
        (b'{"errcode": 130101, "errmsg": "send too fast"}', AttemptResult.AGAIN),
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', AttemptResult.REFUSED),
        (b'{"errcode": 310000, "errmsg": "keywords not in content"}', AttemptResult.REFUSED),
        (b"<html>a page of somebody between</html>", AttemptResult.UNCERTAIN),
    ],
)
def test_a_robot_that_answers_200_may_still_have_refused(says: bytes, result: AttemptResult) -> None:
    """What it says in `errcode` counts: too fast is tried again, a wrong address or word is not."""
    with receiver() as ours:
        ours.statuses, ours.says = [200], says
        (attempt,) = channel(ours, RobotForm.WECOM).deliver([to(ours)], FAR)
    assert attempt.result is result
    assert attempt == judge_robot(says)


def test_a_text_is_cut_between_letters_where_a_robot_takes_no_more() -> None:
    """WeCom refuses a longer text whole; half a letter would be none."""
    body = robot_body(channel_message(text=Text("办" * 3000, "x"), language="zh"), RobotForm.WECOM)
    content = json.loads(body)["text"]["content"]
    assert WECOM_MOST - 3 <= len(content.encode()) <= WECOM_MOST
    assert set(content[:-1]) == {"办"}


def test_the_public_robots_are_known_and_nobody_else_is() -> None:
    """By their host and the port of TLS; any other host is told in our own form."""
    robots = Robots()
    assert {robots.form_of(host, 443) for host in PUBLIC} == set(RobotForm)
    assert robots.form_of("qyapi.weixin.qq.com", 8443) is None
    assert robots.form_of("hooks.example.org", 443) is None
