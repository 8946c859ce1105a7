"""
Frozen values, made without paying for their freezing.

attrs sets each field of a frozen class through `object.__setattr__`, four times the price of an
assignment; on the hot path that is a third of a decision. A draft has the same fields and layout,
unfrozen, and becomes the real thing by being given its class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs


def draft_of(cls: type) -> Callable[..., Any]:
    """
    Return a maker of drafts of a frozen attrs class; every field is positional.

    The class must have slots, and no slot for weak references: only then is the layout the same.

    ::

        entry = draft(...)
        entry.__class__ = Entry
    """
    names = [a.name for a in attrs.fields(cls) if a.init]
    return attrs.make_class(
        f"{cls.__name__}Draft",
        names,
        bases=cls.__bases__,
        slots=True,
        eq=False,
        repr=False,
        weakref_slot=False,
    )
