"""The AsyncAPI document of all messages, made from schemas and examples.

Written by `python -m shared.contracts.asyncapi > docs/asyncapi.json`; a test holds the two together.
"""

import json
import sys
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.contracts.examples import example
from shared.contracts.routes import LISTENS, PRODUCERS
from shared.contracts.schemas import SCHEMAS


def document() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document as plain values.

    Raises:
        KeyError: a message has no example.
    """
    schemas = _json_schemas()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "gridcase",
            "version": "1",
            "description": "Messages between the services: CloudEvents 1.0 JSON objects, one in a frame or, as "
            "`application/cloudevents-batch+json`, an array of several; `subject` is the stream that orders it, "
            "`sequence` counts within it without holes.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {name: _channel(name, types) for name, types in PRODUCERS.items()},
        "operations": _operations(),
        "components": {"schemas": schemas, "messages": {type_: _message(type_) for type_ in SCHEMAS}},
    }


def _json_schemas() -> dict[str, Any]:
    spec = APISpec("gridcase", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    for schema in dict.fromkeys(SCHEMAS.values()):
        if schema.__name__ not in spec.components.schemas:
            spec.components.schema(schema.__name__, schema=schema)
    found: dict[str, Any] = spec.to_dict()["components"]["schemas"]
    return found


def _channel(name: str, types: tuple[str, ...]) -> dict[str, Any]:
    return {
        "address": f"gridcase.from.{name}",
        "description": f"what the {name} service says",
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in types},
    }


def _operations() -> dict[str, Any]:
    sends = {
        f"{name}-says": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}} for name in PRODUCERS
    }
    receives = {
        f"{name}-takes-{source}": {"action": "receive", "channel": {"$ref": f"#/channels/{source}"}}
        for name, sources in LISTENS.items()
        for source in sources
    }
    return {**sends, **receives}


def _message(type_: str) -> dict[str, Any]:
    schema = SCHEMAS[type_]
    return {
        "name": type_,
        "title": type_,
        "summary": (schema.__doc__ or "").strip().splitlines()[0],
        "payload": {
            "type": "object",
            "properties": {"data": {"$ref": f"#/components/schemas/{schema.__name__}"}},
        },
        "examples": [{"payload": json.loads(example(type_).encode())}],
    }


if __name__ == "__main__":
    json.dump(document(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    sys.stdout.write("\n")
