"""Webhooks against a real receiver on loopback: signed, judged, bounded in time, never redirected."""

import hmac
import json
import ssl
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from standardwebhooks import Webhook

from services.notify.adapters.name_lookup import bounded
from services.notify.adapters.webhook import WebhookChannel, WebhookLimits, judge_status
from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.domain.signing import (
    is_signed,
    signature,
    signing_key,
    standard_secret,
    standard_signature,
)
from services.notify.ports.channel import ChannelMessage
from shared.kernel.clock import SetClock
from shared.kernel.texts import Text
from tests.notify.certificates import certificate
from tests.notify.hooks import Receiver, receiver
from tests.notify.samples import FAR, NOON, SECRET, channel_message


def at_loopback(_host: str, _port: int) -> Sequence[str]:
    """The receiver's name means this machine."""
    return ["127.0.0.1"]


def channel(ours: Receiver, *, declared: bool = True, whole_seconds: float = 0.6) -> WebhookChannel:
    """A channel that may reach the receiver on loopback, if that is declared."""
    hosts = frozenset({ours.host}) if declared else frozenset()
    return WebhookChannel(
        SECRET, WebhookLimits(0.3, whole_seconds, hosts), clock=SetClock(NOON), look_up=at_loopback
    )


def to(ours: Receiver, **changes: object) -> ChannelMessage:
    """A letter to the receiver, whose host the pack allows."""
    usual: dict[str, Any] = {"address": ours.url, "hosts": frozenset({ours.host})}
    return channel_message(**{**usual, **changes})


def test_a_letter_arrives_signed_with_its_key() -> None:
    """The receiver finds the stable key, the town's signature over time and body, and the text in both
    languages.
    """
    with receiver() as ours:
        assert channel(ours).deliver([to(ours)], FAR) == [Attempt(AttemptResult.DELIVERED)]
    path, headers, body = ours.requests[0]
    assert path == "/told"
    assert headers["Host"] == ours.host
    assert headers["Idempotency-Key"] == "ab" * 32
    stamp = int(NOON.timestamp())
    key = hmac.new(SECRET, b"webhook\nt", sha256).hexdigest()  # as the receiver's own code computes it
    expected = hmac.new(key.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    assert headers["Gridcase-Signature"] == f"t={stamp},v1={expected}"
    said = json.loads(body)
    assert said["data"] == {
        "on": "accepted",
        "case": "c-1",
        "occurrence": None,
        "number": "2026-1",
        "unit": "t/station",
        "text": {"zh": "请办结。", "en": "Settle it."},
        "matter": None,
    }


def test_a_library_for_standard_webhooks_verifies_it() -> None:
    """Id, instant and body by the town's key, as its secret says it in base64, and by each after a renewal."""
    with receiver() as ours:
        channel(ours).deliver([to(ours)], FAR)
    _, headers, body = ours.requests[0]
    secret = standard_secret(signing_key(SECRET, "t"))
    key = b64decode(secret.removeprefix("whsec_"))
    text = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    assert headers["Webhook-Signature"] == f"v1,{b64encode(hmac.new(key, text, sha256).digest()).decode()}"
    published = Webhook(secret).sign(headers["Webhook-Id"], NOON, body.decode())
    assert headers["Webhook-Signature"] == published
    assert headers["Webhook-Id"] == headers["Idempotency-Key"], "the same at every attempt"
    renewed = standard_signature(["new", "old"], "m", 1, b"{}")
    assert [each[:3] for each in renewed.split(" ")] == ["v1,", "v1,"]


def test_a_signature_is_of_one_key_one_time_and_one_body() -> None:
    """Another town's key, another body or a changed time does not verify."""
    key, body = signing_key(SECRET, "t"), b'{"a": 1}'
    header = signature(key, 1000, body)
    assert is_signed(key, header, body)
    assert not is_signed(signing_key(SECRET, "u"), header, body)
    assert not is_signed(key, header, b'{"a": 2}')
    assert not is_signed(key, header.replace("t=1000", "t=1001"), body)
    assert not any(
        is_signed(key, broken, body) for broken in ("", "t=,v1=", "v1=aa", "t=x,v1=y", "t=１,v1=y")
    )


def test_loopback_is_not_reached_unless_declared() -> None:
    """A name that resolves to this machine is refused before any connection, even if the pack allows the
    host.
    """
    with receiver() as ours:
        undeclared = WebhookChannel(SECRET, WebhookLimits(), look_up=at_loopback)
        target = to(ours, address=f"https://hooks.example.org:{ours.port}/")
        assert undeclared.deliver([target], FAR) == [Attempt(AttemptResult.REFUSED, "private-address")]
    assert not ours.requests


def test_one_forbidden_address_condemns_a_host() -> None:
    """A name with a public and a private address is refused: the second answer of the name server must not
    matter.
    """
    both = WebhookChannel(SECRET, look_up=lambda _host, _port: ["1.1.1.1", "10.0.0.1"])
    target = channel_message("https://hooks.example.cn/", hosts=frozenset({"hooks.example.cn"}))
    assert both.deliver([target], FAR) == [Attempt(AttemptResult.REFUSED, "private-address")]


def test_the_judged_address_is_the_one_connected_to() -> None:
    """The name is looked up once: a name server that changes its mind afterwards is not asked."""
    asked: list[str] = []

    def changing(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with receiver() as ours:
        limits = WebhookLimits(0.3, 0.6, frozenset({ours.host}))
        once = WebhookChannel(SECRET, limits, look_up=changing)
        assert once.deliver([to(ours)], FAR) == [Attempt(AttemptResult.DELIVERED)]
    assert asked == ["hooks.example.org"]


def test_a_host_that_the_pack_does_not_allow_is_not_reached() -> None:
    """The pack's list decides, whatever address a member gave."""
    with receiver() as ours:
        assert channel(ours).deliver([to(ours, hosts=frozenset())], FAR) == [
            Attempt(AttemptResult.REFUSED, "host-not-allowed")
        ]
    assert not ours.requests


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """A receiver that points elsewhere is told nothing more, and the delivery is given up."""
    with receiver() as elsewhere, receiver(statuses=[status], location=elsewhere.url) as ours:
        assert channel(ours).deliver([to(ours)], FAR) == [Attempt(AttemptResult.REFUSED, "redirected")]
    assert not elsewhere.requests


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (200, AttemptResult.DELIVERED),
        (204, AttemptResult.DELIVERED),
        (400, AttemptResult.REFUSED),
        (404, AttemptResult.REFUSED),
        (410, AttemptResult.REFUSED),
        (408, AttemptResult.AGAIN),
        (429, AttemptResult.AGAIN),
        (500, AttemptResult.AGAIN),
        (503, AttemptResult.AGAIN),
    ],
)
def test_statuses_mean_what_they_mean(status: int, result: AttemptResult) -> None:
    """Success is delivery, the receiver's trouble is worth another attempt, a refusal is final."""
    assert judge_status(status).result is result


def test_a_receiver_that_does_not_answer_leaves_it_uncertain() -> None:
    """Silence is cut off in bounded time; the letter may have arrived, the next one is not tried there."""
    with receiver(mode="hang") as ours:
        attempts = channel(ours).deliver([to(ours), to(ours, key="cd" * 32)], FAR)
    assert attempts == [Attempt(AttemptResult.UNCERTAIN, "timeout"), Attempt(AttemptResult.AGAIN, "timeout")]
    assert len(ours.requests) == 1


def test_headers_that_drip_without_end_are_cut_off() -> None:
    """The status has come, so the letter is delivered; the host is left alone for the rest of the batch."""
    with receiver(mode="drip") as ours:
        attempts = channel(ours).deliver([to(ours), to(ours, key="cd" * 32)], FAR)
    assert attempts == [Attempt(AttemptResult.DELIVERED, "slow"), Attempt(AttemptResult.AGAIN, "slow")]
    assert len(ours.requests) == 1


def test_a_receiver_that_hangs_up_leaves_it_uncertain() -> None:
    """Nobody knows whether a receiver that cut the line took the letter first."""
    with receiver(mode="cut") as ours:
        assert channel(ours).deliver([to(ours)], FAR) == [Attempt(AttemptResult.UNCERTAIN, "connection-lost")]


def test_an_endless_answer_is_not_read() -> None:
    """The status is enough: a flood of words costs neither time nor memory."""
    with receiver(mode="flood") as ours:
        assert channel(ours).deliver([to(ours)], FAR) == [Attempt(AttemptResult.DELIVERED)]


def test_an_unreachable_host_is_tried_again_later() -> None:
    """Nothing was sent where nobody listens; the rest of the batch does not wait for it."""
    with receiver() as ours:
        pass
    attempts = channel(ours).deliver([to(ours)] * 3, FAR)
    assert attempts == [Attempt(AttemptResult.AGAIN, "unreachable")] * 3


def test_a_name_without_address_is_tried_again_later() -> None:
    """A name server in trouble is no verdict on the host."""

    def nothing(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    limits = WebhookLimits(0.3, 0.6)
    target = channel_message("https://hooks.example.cn/", hosts=frozenset({"hooks.example.cn"}))
    assert WebhookChannel(SECRET, limits, look_up=nothing).deliver([target], FAR) == [
        Attempt(AttemptResult.AGAIN, "unreachable")
    ]


def test_a_host_without_a_proper_certificate_is_told_nothing() -> None:
    """Where TLS fails nothing is sent: here the host does not speak it at all."""
    with receiver() as ours:
        target = to(ours, address=f"https://hooks.example.org:{ours.port}/")
        (attempt,) = channel(ours).deliver([target], FAR)
    assert attempt.result is AttemptResult.AGAIN
    assert not ours.requests
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


def test_a_letter_travels_encrypted_to_the_host_that_was_meant(tmp_path: Path) -> None:
    """Connected by address, the host must still prove its name: the right certificate passes, another's does not."""
    for name, result in (("hooks.example.org", AttemptResult.DELIVERED), ("other.test", AttemptResult.AGAIN)):
        server, client = certificate(tmp_path, name)
        with receiver(tls=server) as ours:
            limits = WebhookLimits(2, 5, frozenset({ours.host}))
            sending = WebhookChannel(SECRET, limits, look_up=at_loopback, tls=lambda context=client: context)
            (attempt,) = sending.deliver([to(ours)], FAR)
        assert attempt.result is result
        assert len(ours.requests) == (result is AttemptResult.DELIVERED)


def test_a_name_server_that_does_not_answer_holds_nobody_up() -> None:
    """A look-up is bounded in time: the letter is tried again later, and those behind it are not tried in vain."""
    answer = Event()

    def hanging(_host: str, _port: int) -> Sequence[str]:
        answer.wait()
        return ["127.0.0.1"]

    with receiver() as ours:
        hosts = frozenset({ours.host})
        slow = WebhookChannel(
            SECRET, WebhookLimits(0.3, 0.6, hosts, 0.05), clock=SetClock(NOON), look_up=hanging
        )
        again = Attempt(AttemptResult.AGAIN, "timeout")
        assert slow.deliver([to(ours), to(ours)], FAR) == [again, again]
        answer.set()
        assert slow.deliver([to(ours)], FAR) == [Attempt(AttemptResult.DELIVERED)]


def test_look_ups_that_hang_are_bounded_in_number() -> None:
    """While as many hang as may, no further thread is begun; once they have answered it goes on."""
    answer, begun = Event(), []

    def hanging(host: str, _port: int) -> Sequence[str]:
        begun.append(host)
        answer.wait()
        return [host]

    look_up = bounded(hanging, 0.05, most=2)
    for host in "abcd":
        with pytest.raises(TimeoutError):
            look_up(host, 443)
    assert begun == ["a", "b"]
    answer.set()
    assert bounded(hanging, 5, most=2)("e", 443) == ["e"]


def test_letters_whose_turn_does_not_come_are_postponed() -> None:
    """When the batch's time is over the rest is put back, not counted as tried."""
    with receiver() as ours:
        assert channel(ours).deliver([to(ours)] * 2, NOON) == [Attempt(AttemptResult.POSTPONED)] * 2
    assert not ours.requests


def test_a_text_beyond_measure_is_not_sent() -> None:
    """The body is bounded."""
    with receiver() as ours:
        assert channel(ours).deliver([to(ours, text=Text("长" * 400_000, "x"))], FAR) == [
            Attempt(AttemptResult.REFUSED, "too-large")
        ]
    assert not ours.requests
