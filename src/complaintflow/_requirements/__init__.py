"""
Requirements: named pure questions, asked before a step is taken.

The vocabulary is closed: a method picks from the makers and gives them its own code, sentence and
sources. What a requirement reads is declared, so that it is known where its answer can change.

What makes requirements is imported when it is asked for: to handle a case takes none of it.
"""

from typing import TYPE_CHECKING

from complaintflow._requirements._base import (
    Advised,
    Fact,
    Made,
    Met,
    Question,
    Reads,
    Requirement,
    holds,
)

if TYPE_CHECKING:
    from complaintflow._requirements._all import *  # noqa: F403


def __getattr__(name: str) -> object:
    if not name.startswith("__"):
        from importlib import import_module

        makers = import_module("complaintflow._requirements._all")
        if name in makers.__all__:
            return getattr(makers, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


__all__ = ["Advised", "Fact", "Made", "Met", "Question", "Reads", "Requirement", "holds"]
