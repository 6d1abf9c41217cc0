"""Group robots of WeCom and DingTalk as receivers: a webhook that takes a text and answers 200 whatever it thinks.

Decides the form of the body and what their answers mean. Which host takes which form, the deployment says; the two
public ones are known. Must not know sockets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
import orjson
from msgspec import Struct

from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.ports.channel import ChannelMessage

LARGEST_ANSWER = 4096  # bytes that are read of what a robot says
WECOM_MOST = 2048  # bytes of a text; more is refused by it
CUT = "…"


class RobotForm(StrEnum):
    """Whose robot it is."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"


PUBLIC: Mapping[str, RobotForm] = {
    "qyapi.weixin.qq.com": RobotForm.WECOM,
    "oapi.dingtalk.com": RobotForm.DINGTALK,
}
# Of either: too many at once, or busy. Everything else that is no 0 stays so however often it is sent.
_LATER = frozenset({-1, 45009, 45033, 130101, 130102, 410100})


@dataclass(frozen=True, slots=True)
class Robots:
    """Which hosts are robots.

    Args:
        hosts: host, with its port where that is not 443 → whose.
    """

    hosts: Mapping[str, RobotForm] = field(default_factory=lambda: dict(PUBLIC))

    def form_of(self, host: str, port: int) -> RobotForm | None:
        """Return whose robot a host is; None: it is none, and takes our own form."""
        return self.hosts.get(host if port == 443 else f"{host}:{port}")


def robot_body(message: ChannelMessage, form: RobotForm) -> bytes:
    """Return the body that a robot takes: a text, in the language of whoever is told."""
    words = message.words("en" if message.language == "en" else "zh")
    content = _cut(words, WECOM_MOST) if form is RobotForm.WECOM else words
    return orjson.dumps({"msgtype": "text", "text": {"content": content}})


class _RobotSaid(Struct, frozen=True):
    errcode: int = 0


def judge_robot(body: bytes) -> Attempt:
    """Return what a robot's answer of 200 means: only `errcode` 0 says that the group was told."""
    try:
        code = msgspec.json.decode(body, type=_RobotSaid).errcode
    except (msgspec.DecodeError, msgspec.ValidationError):
        return Attempt(AttemptResult.UNCERTAIN, "no-errcode")
    if code == 0:
        return Attempt(AttemptResult.DELIVERED)
    return Attempt(AttemptResult.AGAIN if code in _LATER else AttemptResult.REFUSED, f"errcode-{code}")


def _cut(text: str, most: int) -> str:
    """A text of no more bytes than these, cut between letters."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len(CUT.encode())].decode(errors="ignore") + CUT
