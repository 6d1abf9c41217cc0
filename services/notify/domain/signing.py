"""How a webhook proves where it comes from: HMAC-SHA256 over the instant and the body (RFC 2104).

Decides the signed text and the header's form. Each town has a key of its own, derived from the deployment's
secret: a receiver that knows one town's key learns nothing of another's. After a rotation every request bears the
signature of each secret, the newest first: a receiver changes its key when it likes. One that reads the header as
`name → value`, as receivers of version 0.1 do, finds the last one, by the key that it was given first.

Beside it stands the same in the form of Standard Webhooks, which libraries of many languages verify: over id, instant
and body, in base64, by the same key.
"""

import hmac
from base64 import b64encode

from shared.kernel.keyring import Secret, keyring_of


def signing_key(secret: Secret, town: str) -> str:
    """Return the key that a town's receivers verify with: 64 hexadecimal digits, of the newest secret."""
    return signing_keys(secret, town)[0]


def signing_keys(secret: Secret, town: str) -> list[str]:
    """Return a town's keys, the newest first. Derived as ever: receivers hold them."""
    # The secrets have other uses: by a prefix of its own no key of a receiver is good for any of them.
    return [
        hmac.digest(each, b"webhook\n" + town.encode(), "sha256").hex() for each in keyring_of(secret).secrets
    ]


def signature(keys: str | list[str], timestamp: int, body: bytes) -> str:
    """Return the header's value 't=…,v1=…': seconds since 1970 and the HMAC of '<t>.<body>' by each key."""
    text = str(timestamp).encode() + b"." + body
    macs = [_mac(key, text) for key in ([keys] if isinstance(keys, str) else keys)]
    return ",".join([f"t={timestamp}", *(f"v1={mac}" for mac in macs)])


def standard_secret(key: str) -> str:
    """Return a town's key as a library for Standard Webhooks takes it."""
    return f"whsec_{b64encode(key.encode()).decode()}"


def standard_signature(keys: list[str], id_: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`: 'v1,…' by each key, with a blank between them.

    Args:
        id_: of the message, the same at every attempt.
    """
    text = f"{id_}.{timestamp}.".encode() + body
    macs = (hmac.digest(key.encode(), text, "sha256") for key in keys)
    return " ".join(f"v1,{b64encode(mac).decode()}" for mac in macs)


def is_signed(key: str, header: str, body: bytes) -> bool:
    """Tell whether one of a header's signatures is this key's of the body; the receiver judges the age of `t`."""
    parts = [part.partition("=") for part in header.split(",")]
    timestamp = next((value for name, _, value in parts if name == "t"), "")
    if not timestamp.isascii() or not timestamp.isdigit():
        return False
    wanted = _mac(key, timestamp.encode() + b"." + body).encode()
    return any(hmac.compare_digest(wanted, mac.encode()) for name, _, mac in parts if name == "v1")


def _mac(key: str, text: bytes) -> str:
    return hmac.digest(key.encode(), text, "sha256").hex()
