"""Acts of owning the complaint."""

from __future__ import annotations

from complaintflow._evidence import Said
from complaintflow._ledger import Ledger
from complaintflow.acts._act import Act, Kept, act


@act
class TakeOwnership(Act):
    """Take responsibility, personally, and tell the customer."""

    words: Said
    """What is said to the customer."""
    commitment: str | None = None
    """How the agent works with the customer until they are satisfied (002-33). None: not said."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Make whoever records it the owner."""
        return ledger.but(owner=entry.by.id, taken=True)


@act(public=["to"])
class HandOver(Act):
    """Give the case to another owner, with a reason, and tell the customer."""

    to: str
    """The new owner."""
    reason: str
    """Why it changes hands."""
    words: Said
    """What is said to the customer about it."""
    statement: Said | None = None
    """The new owner's own words to the customer (002-34). None: none yet."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Change the owner."""
        return ledger.but(owner=self.to, taken=True)


@act(public=["team"])
class Coordinate(Act):
    """Ask another team for help; the owner stays."""

    team: str
    """Who is asked."""
    about: str
    """What they are asked for."""


@act
class Assure(Act):
    """Promise to work on it: a promise of process, which names no remedy (003-23)."""

    words: Said
    """What is said to the customer."""


@act
class Mitigate(Act):
    """Relieve urgent harm. It counts as no remedy and no offer (001-05)."""

    harm: str
    """What would do damage if it waited."""
    words: Said
    """What is said to the customer."""


@act
class SuspendContact(Act):
    """Stop contact with a customer for a while, with a reason, on the record (001-23)."""

    reason: str
    """Why. The case stays where it is."""
