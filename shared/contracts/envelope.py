"""The envelope of every message: CloudEvents 1.0, structured JSON.

Decides what every message carries, whatever it says. Must not know brokers or stores.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from shared.kernel.instants import format_instant, parse_instant
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

TYPE_PREFIX = "cn.gridcase."


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message.

    Args:
        id: unique with its source; a repetition carries the same id.
        source: producing service, such as 'intake'.
        type: name without prefix and version, such as 'case.admitted'.
        version: major version of the data's schema.
        stream: what the message is about and ordered by: a case id, or e.g. 'town/t-vtc'.
        sequence: 1, 2, 3 … within source and stream, without holes.
        town: jurisdiction whose data it is.
        edition: content hash of the edition that the stream is bound to, if any.
        at: instant at which it became true (commit of the producer's transaction).
        data: the statement itself, as `contracts.schemas` describes it.
        trace: W3C traceparent of the request that began it.
    """

    id: str
    source: str
    type: str
    stream: str
    sequence: int
    town: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    edition: str | None = None
    trace: str | None = None
    version: int = 1

    def encode(self) -> bytes:
        """Return the message as CloudEvents JSON."""
        body: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/gridcase/{self.source}",
            "type": f"{TYPE_PREFIX}{self.type}.v{self.version}",
            "subject": self.stream,
            "time": format_instant(self.at),
            "datacontenttype": "application/json",
            "sequence": self.sequence,
            "town": self.town,
            "data": self.data,
        }
        if self.edition:
            body["edition"] = self.edition
        if self.trace:
            body["traceparent"] = self.trace
        return orjson.dumps(body)


def decode(frame: bytes) -> Envelope:
    """Return the message in `frame`; its data is not yet validated.

    Raises:
        Problem: `unreadable-frame` – no JSON, no CloudEvent of this project, or a field is missing.
    """
    try:
        body = orjson.loads(frame)
        name, _, version = body["type"].removeprefix(TYPE_PREFIX).rpartition(".v")
        return Envelope(
            id=str(body["id"]),
            source=body["source"].removeprefix("/gridcase/"),
            type=name,
            version=int(version),
            stream=str(body["subject"]),
            sequence=int(body["sequence"]),
            town=str(body["town"]),
            at=parse_instant(body["time"]),
            data=dict(body["data"]),
            edition=body.get("edition"),
            trace=body.get("traceparent"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Problem(
            "unreadable-frame",
            Text("消息无法解读", f"the frame is no message of this project: {wrong!r}"),
            Text("交由工程人员查看停放区", "look at it with 'gridcase dead-letters show'"),
        ) from wrong
