"""The envelope of every message: CloudEvents 1.0, structured JSON.

Decides what every message carries, whatever it says. Must not know brokers or stores.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Raw, Struct

from shared.kernel.instants import format_instant, parse_instant
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

TYPE_PREFIX = "cn.gridcase."
SOURCE_PREFIX = "/gridcase/"
Data = dict[str, Any] | Struct | Raw  # plain values once they have travelled


class _CloudEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The form on the way; attributes that are not ours are passed over."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str = ""
    sequence: int
    town: str
    data: Any
    edition: str | None = None
    traceparent: str | None = None
    dataschema: str | None = None


# Data of any type may be written; what is read must be an object, or the frame is unreadable.
class _Received(_CloudEvent, frozen=True, kw_only=True):
    data: dict[str, Any]


_DECODER = msgspec.json.Decoder(_Received)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message.

    Args:
        id: unique with its source; a repetition carries the same id.
        source: producing service, such as 'intake'.
        type: name without prefix and version, such as 'case.admitted'.
        version: major version of the data's schema; minor: how often fields have been added to it since.
        stream: what the message is about and ordered by: a case id, or e.g. 'town/t-vtc'.
        sequence: 1, 2, 3 … within source and stream, without holes.
        town: jurisdiction whose data it is.
        edition: content hash of the edition that the stream is bound to, if any.
        at: instant at which it became true (commit of the producer's transaction).
        data: the statement itself: plain values once it has travelled, before that the type that says it.
        trace: W3C traceparent of the request that began it.
    """

    id: str
    source: str
    type: str
    stream: str
    sequence: int
    town: str
    at: datetime
    data: Data = field(default_factory=dict)
    edition: str | None = None
    trace: str | None = None
    version: int = 1
    minor: int = 0

    @property
    def plain(self) -> dict[str, Any]:
        """The data as plain values of the wire: what `encode` writes and `decode` gives."""
        if isinstance(self.data, dict):
            return self.data
        found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self.data))
        return found

    def encode(self) -> bytes:
        """Return the message as CloudEvents JSON, in UTF-8.

        What stands at its default is left out: minor version 0, no edition, no trace.
        """
        event = _CloudEvent(
            specversion="1.0",
            datacontenttype="application/json",
            id=self.id,
            source=f"{SOURCE_PREFIX}{self.source}",
            type=f"{TYPE_PREFIX}{self.type}.v{self.version}",
            subject=self.stream,
            time=format_instant(self.at),
            sequence=self.sequence,
            town=self.town,
            data=self.data,
            edition=self.edition,
            traceparent=self.trace,
            # Minor version 0 is not named: readers from before there were any know no other.
            dataschema=f"{SOURCE_PREFIX}{self.type}/{self.version}.{self.minor}" if self.minor else None,
        )
        return msgspec.json.encode(event)


def decode(frame: bytes) -> Envelope:
    """Return the message in `frame`; its data is not yet validated, since types without a handler need not be.

    Args:
        frame: one message's JSON; a bundle is taken apart before (`bus.rabbit.bundles`).

    Raises:
        Problem: `unreadable-frame` – no JSON, no CloudEvent of this project, or a field is missing.
    """
    try:
        event = _DECODER.decode(frame)
        # From the right: a name may hold '.v' itself, as 'case.verified' does.
        name, _, version = event.type.removeprefix(TYPE_PREFIX).rpartition(".v")
        return Envelope(
            id=event.id,
            source=event.source.removeprefix(SOURCE_PREFIX),
            type=name,
            version=int(version),
            minor=_minor(event.dataschema),
            stream=event.subject,
            sequence=event.sequence,
            town=event.town,
            at=parse_instant(event.time),
            data=event.data,
            edition=event.edition,
            trace=event.traceparent,
        )
    except (ValueError, msgspec.MsgspecError) as wrong:
        raise Problem(
            "unreadable-frame",
            Text("消息无法解读", f"the frame is no message of this project: {wrong!r}"),
            Text("交由工程人员查看停放区", "look at it with 'gridcase dead-letters show'"),
        ) from wrong


def _minor(schema: str | None) -> int:
    """Senders before 0.2 name no schema: minor version 0."""
    return int(schema.rpartition(".")[2]) if schema else 0
