"""
Acts that a host might have, beside those of the library: made-up methods have them.

One of each kind that the library tells apart: a hearing, a recognition, a remedy that is given and
one that may be promised, a step of work, an attempt together, a word of the customer.
"""

from __future__ import annotations

from complaintflow._evidence import Remedy, Said, Told
from complaintflow._evidence._values import Remedies
from complaintflow._ledger import Ledger
from complaintflow.acts import Act, Kept, act


@act(hearing="all", outcomes={"all": "there is no more to say", "part": "there is more"})
class HearOut(Act):
    """Hear the customer out, in one go or in several."""

    account: Told
    """What they say."""
    is_all: bool
    """True: there is no more to say."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell by the word of the customer."""
        return "all" if self.is_all else "part"

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the account."""
        return ledger.hear(self.account)


@act(recognition=True)
class Nod(Act):
    """Show that it matters."""

    words: Said
    """What is said."""


@act(remedy=True)
class GiveVoucher(Act):
    """Give something at once; nothing stays to be promised."""

    remedies: Remedies
    """What is given."""
    words: Said | None = None
    """What is said with it. None: nothing."""


@act(remedy=True, outcomes={"done": "it is done", "promised": "it will be done"})
class PutRight(Act):
    """Put it right, or promise to."""

    remedies: Remedies
    """What is done, or will be."""
    is_done: bool = False
    """True: it is done already."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a deed from a promise."""
        return "done" if self.is_done else "promised"

    def agreed(self, ledger: Ledger) -> tuple[Remedy, ...]:
        """Return what is yet to be done."""
        return () if self.is_done else tuple(self.remedies)

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Promise it."""
        return ledger.but(promises=(*ledger.promises, *entry.promises))


@act
class LookInto(Act):
    """Look into it."""

    finding: str
    """What was found."""


@act(outcomes={"worked": "it works again", "failed": "it does not"}, awaits="customer")
class TryFix(Act):
    """Try a repair together."""

    what: str
    """What is tried."""
    works: bool | None = None
    """Whether it helped. None: that is not known, and counts as no."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell a repair from an attempt."""
        return "worked" if self.works else "failed"


@act(speaker="customer")
class SendPhoto(Act):
    """The customer sends a picture."""

    file: str
    """Where it is kept."""
