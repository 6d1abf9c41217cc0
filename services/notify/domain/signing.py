"""How a webhook proves where it comes from: HMAC-SHA256 over the instant and the body (RFC 2104).

Decides the signed text and the header's form. Each town has a key of its own, derived from the deployment's
secret: a receiver that knows one town's key learns nothing of another's.
"""

import hmac


def signing_key(secret: bytes, town: str) -> str:
    """Return the key that a town's receivers verify with: 64 hexadecimal digits."""
    # The secret has other uses: by a prefix of its own no key of a receiver is good for any of them.
    return hmac.digest(secret, b"webhook\n" + town.encode(), "sha256").hex()


def signature(key: str, timestamp: int, body: bytes) -> str:
    """Return the header's value 't=…,v1=…': seconds since 1970 and the HMAC of '<t>.<body>'."""
    mac = hmac.digest(key.encode(), str(timestamp).encode() + b"." + body, "sha256").hex()
    return f"t={timestamp},v1={mac}"


def is_signed(key: str, header: str, body: bytes) -> bool:
    """Tell whether a header is this key's signature of the body; the receiver judges the age of `t`."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    if not parts.get("t", "").isascii() or not parts.get("t", "").isdigit():
        return False
    return hmac.compare_digest(signature(key, int(parts["t"]), body).encode(), header.encode())
