"""Keyed hashes: names of conversations and customers that nobody without the key can find again."""

import hmac


def keyed_digest(key: bytes, kind: str, *parts: str | bytes) -> str:
    """Return 32 hex digits of HMAC-SHA-256 over `kind` and `parts`, which cannot run together.

    A plain hash of a phone number, or of a line that holds little else, is broken in seconds.
    """
    mac = hmac.new(key, kind.encode(), "sha256")
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        mac.update(len(data).to_bytes(8, "big") + data)
    return mac.hexdigest()[:32]


def conversation_digest(key: bytes, name: str) -> str:
    """Return the hash that stands for a conversation, under whatever name its source goes."""
    return keyed_digest(key, "conversation", name)


def customer_digest(key: bytes, name: str) -> str:
    """Return the hash that stands for a customer in all sources; empty for nobody."""
    return keyed_digest(key, "customer", name) if name else ""
