"""Webhooks: a signed POST to an address that was judged before, and nowhere else.

Decides how a notification becomes a request, that the connection goes to the judged address, that no redirect is
followed and no answer awaited for long. Must not know stores.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Timer

from services.notify.adapters.name_lookup import Resolve, bounded, resolve
from services.notify.adapters.robots import LARGEST_ANSWER, Robots, judge_robot, robot_body
from services.notify.adapters.webhook_body import body_of
from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.domain.network import NotAllowed, Target, judge_address, judge_url
from services.notify.domain.signing import signature, signing_keys, standard_signature
from services.notify.ports.channel import ChannelMessage
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.keyring import Secret

LARGEST_BODY = 1_048_576  # a thousand notices that are told together, each with its case
_LATER = frozenset({408, 425, 429})
_DOWN = frozenset({"unreachable", "timeout", "slow"})  # causes for which a host is left alone in this batch


@dataclass(frozen=True, slots=True)
class WebhookLimits:
    """What a receiver may take.

    Args:
        step_seconds: for connecting and for each piece of the answer.
        whole_seconds: for everything, however slowly the answer drips.
        loopback_hosts: host:port pairs on loopback that are allowed without TLS; for tests.
        look_up_seconds: for asking the name server, which the library itself does not bound.
        robots: hosts that are group robots, which take a form of their own.
    """

    step_seconds: float = 5.0
    whole_seconds: float = 10.0
    loopback_hosts: frozenset[str] = frozenset()
    look_up_seconds: float = 3.0
    robots: Robots = field(default_factory=Robots)


class WebhookChannel:
    """Posts messages to the webhooks that a pack's owner allowed.

    Args:
        secret: the deployment's; each town's signing key is derived from it.
    """

    def __init__(
        self,
        secret: Secret,
        limits: WebhookLimits | None = None,
        *,
        clock: TimeSource | None = None,
        look_up: Resolve = resolve,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._secret = secret
        self._limits = limits or WebhookLimits()
        self._clock = clock or SystemClock()
        self._look_up = bounded(look_up, self._limits.look_up_seconds)
        self._tls = tls

    def group_of(self, message: ChannelMessage) -> str:
        """Messages to one host share its fate."""
        try:
            target = judge_url(message.address, message.hosts, self._limits.loopback_hosts)
        except NotAllowed:
            return ""
        return f"{target.host}:{target.port}"

    def deliver(self, messages: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        """Post the messages; once the host is unreachable or too slow, the rest waits for another attempt."""
        attempts: list[Attempt] = []
        down = ""
        for message in messages:
            if self._clock.now() >= until:
                attempts.append(Attempt(AttemptResult.POSTPONED))
            elif down:
                attempts.append(Attempt(AttemptResult.AGAIN, down))
            else:
                attempts.append(self._post(message))
                down = attempts[-1].cause if attempts[-1].cause in _DOWN else ""
        return attempts

    def _post(self, message: ChannelMessage) -> Attempt:
        try:
            target = judge_url(message.address, message.hosts, self._limits.loopback_hosts)
            address = self._judged_address(target)
        except NotAllowed as refusal:
            return Attempt(AttemptResult.REFUSED, refusal.cause)
        except TimeoutError:
            return Attempt(AttemptResult.AGAIN, "timeout")
        except (OSError, UnicodeError):
            return Attempt(AttemptResult.AGAIN, "unreachable")
        robot = self._limits.robots.form_of(target.host, target.port)
        body = robot_body(message, robot) if robot else body_of(message)
        if len(body) > LARGEST_BODY:
            return Attempt(AttemptResult.REFUSED, "too-large")
        return self._talk(
            _Connection(target, address, self._limits.step_seconds, self._tls), target, message, body
        )

    def _judged_address(self, target: Target) -> str:
        """The first address of the host; one forbidden address among them condemns the host."""
        addresses = self._look_up(target.host, target.port)
        for address in addresses:
            judge_address(address, loopback=target.loopback)
        if not addresses:
            raise OSError("no address")
        return addresses[0]

    def _talk(
        self, connection: "_Connection", target: Target, message: ChannelMessage, body: bytes
    ) -> Attempt:
        # The socket's own timeout begins anew with every byte: a receiver that drips is cut by another thread.
        end = Timer(self._limits.whole_seconds, connection.cut)
        end.daemon = True
        end.start()
        try:
            connection.connect()
            return self._ask(connection, target, message, body)
        except OSError as failure:
            # Of connecting alone, for `_ask` keeps its own failures: nothing was sent that could arrive twice.
            return Attempt(AttemptResult.AGAIN, "tls" if isinstance(failure, ssl.SSLError) else "unreachable")
        except ValueError:
            return Attempt(AttemptResult.REFUSED, "bad-url")
        finally:
            end.cancel()
            connection.close()

    def _ask(
        self, connection: "_Connection", target: Target, message: ChannelMessage, body: bytes
    ) -> Attempt:
        """From here on something may have arrived. Beyond a status, little is read, and of a robot alone."""
        try:
            connection.request("POST", target.path, body, self._headers(target, message, body))
            answer = connection.getresponse()
            attempt = judge_status(answer.status)
            if attempt.result is AttemptResult.DELIVERED and self._is_robot(target):
                attempt = judge_robot(answer.read(LARGEST_ANSWER))
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as failure:
            timed_out = connection.was_cut or isinstance(failure, TimeoutError)
            return Attempt(AttemptResult.UNCERTAIN, "timeout" if timed_out else "connection-lost")
        return Attempt(attempt.result, "slow") if connection.was_cut else attempt

    def _is_robot(self, target: Target) -> bool:
        return self._limits.robots.form_of(target.host, target.port) is not None

    def _headers(self, target: Target, message: ChannelMessage, body: bytes) -> dict[str, str]:
        stamp = int(self._clock.now().timestamp())
        usual = 443 if target.encrypted else 80
        host = target.host if target.port == usual else f"{target.host}:{target.port}"
        if self._is_robot(target):
            # Neither key nor signature: whose robot it is has no use for what says so much of the house.
            return {"Host": host, "Content-Type": "application/json; charset=utf-8", "Connection": "close"}
        keys = signing_keys(self._secret, message.town)
        return {
            "Host": host,
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "gridcase",
            "Idempotency-Key": message.key,
            "Gridcase-Signature": signature(keys, stamp, body),
            "Webhook-Id": message.key,
            "Webhook-Timestamp": str(stamp),
            "Webhook-Signature": standard_signature(keys, message.key, stamp, body),
            "Connection": "close",
        }


class _Connection(http.client.HTTPConnection):
    """A connection to the judged address that speaks in the host's name, and that another thread may cut."""

    def __init__(
        self, target: Target, address: str, seconds: float, tls: Callable[[], ssl.SSLContext]
    ) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target = target
        self._address = address
        self._tls = tls
        # Kept for `cut`: the parent forgets its own socket before the answer is complete.
        self._line: socket.socket | None = None
        self.was_cut = False

    def connect(self) -> None:
        """Connect without asking the name server again."""
        self._line = self.sock = socket.create_connection((self._address, self._target.port), self.timeout)
        if self._target.encrypted:
            secure = self._tls().wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            # Before the handshake, which the receiver may let drip as well: `cut` must find this line then.
            self._line = self.sock = secure
            secure.do_handshake()

    def cut(self) -> None:
        """End the conversation from outside."""
        self.was_cut = True
        if self._line is not None:
            try:
                # Not closed: that does not wake the thread that reads, and its number could be given to another.
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def judge_status(status: int) -> Attempt:
    """Return what an HTTP status means for the delivery; redirects are not followed."""
    if 200 <= status < 300:
        return Attempt(AttemptResult.DELIVERED)
    if 300 <= status < 400:
        return Attempt(AttemptResult.REFUSED, "redirected")
    kind = AttemptResult.AGAIN if status >= 500 or status in _LATER else AttemptResult.REFUSED
    return Attempt(kind, f"http-{status}")
