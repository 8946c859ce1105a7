"""The act by which a case goes from one method to another; the library itself knows it."""

from __future__ import annotations

from collections.abc import Sequence

from complaintflow.acts._act import Act, act


@act(public=["to", "renamed"])
class ChangeMethod(Act):
    """
    Move a case to another version of its method, or to another method.

    No method has a rule for it: a desk does it with a `Migration`, which says what becomes of
    states, facts and time limits. It establishes nothing that was not established before.
    """

    reason: str
    """Why."""
    to: str
    """What the case is bound to from here, as name/version/digest."""
    renamed: Sequence[str] = ()
    """The facts that have another name from here, as `old=new`."""
