"""
Cases that were read or made a moment ago, by their texts, so that none is read twice.

A text says everything about a case, and a case never changes; so whoever has the text may be given
the case that it was made of. The store is asked all the same: what it answers is what counts.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from complaintflow import _codec
from complaintflow._case import Case
from complaintflow._evidence._annotations import holds_moments
from complaintflow.acts import Act
from complaintflow.ports import Snapshot

MOST = 256
"""How many cases are remembered."""


class Memory:
    """The last few cases of a desk."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[str, Case]] = OrderedDict()

    def case(self, found: Snapshot) -> Case:
        """
        Return the case of a snapshot.

        Raises:
            StoreError: its text is none of a case, or one of its times is none.
        """
        _codec.check_times(found)
        text, case = self._known.get(found.case_id, ("", None))
        if case is None or text != found.text:
            case = _codec.case_from_text(found.text, found.case_id)
            self._keep(found, case)
        return case

    def after(self, kept: Snapshot, case: Case, act: Act) -> None:
        """Remember what an act has made of a case."""
        # A time of another zone is the same moment, but is read in UTC: it is to be seen so always.
        if not holds_moments(type(act)):  # type: ignore[arg-type]  # a class has a hash
            self._keep(kept, case)

    def _keep(self, found: Snapshot, case: Case) -> None:
        with self._lock:
            self._known[found.case_id] = (found.text, case)
            self._known.move_to_end(found.case_id)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
