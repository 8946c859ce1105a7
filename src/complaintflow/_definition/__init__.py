"""
The checks of a whole definition: its types, its names, its graph, and the charter.

Every problem is told at once, and none that only follows from another. So a definition is checked
as far as it can be read: see `_reading`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from complaintflow._definition._charter import charter
from complaintflow._definition._graph import graph
from complaintflow._definition._problems import MethodProblem
from complaintflow._definition._reading import read
from complaintflow._definition._sense import sense

if TYPE_CHECKING:
    from complaintflow._method import Method


def problems_of(method: Method) -> Iterator[MethodProblem]:
    """Yield every problem of a definition, each of them once."""
    definition, unread = read(method)
    yield from dict.fromkeys(
        chain(unread, sense(definition), graph(definition), charter(definition))
    )
