"""The act by which a case goes from one method to another; the library itself knows it."""

from __future__ import annotations

from collections.abc import Sequence

from complaintflow.acts._act import Act, act


@act(public=["to", "renamed", "dropped", "state", "limits"])
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
    dropped: Sequence[str] = ()
    """The facts that it has no longer, and that are to be earned anew."""
    state: str | None = None
    """The state it comes to. None: the one of the same name."""
    limits: Sequence[str] = ()
    """The time limits that run on under another code, as `old=new`; `old=`: it runs no longer."""
