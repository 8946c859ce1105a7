"""The chain of a case: each entry carries a digest of itself and of the digest before it."""

from __future__ import annotations

from hashlib import sha256

START = ""
"""What stands before the first link."""


def link(before: str, text: str) -> str:
    """Return the link of an entry: SHA-256, in hex, of the link before it and its public text."""
    return sha256(f"{before}\n{text}".encode()).hexdigest()
