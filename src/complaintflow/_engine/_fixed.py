"""
The shared machine of a method stays as it was built: cases of others are decided by it.

What `transitions` would let a host add or change, also later, is refused loudly.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NoReturn

from transitions.core import Machine, State

from complaintflow.errors import UnsupportedOption


class NoCallbacks(tuple[()]):
    """The callbacks of what takes none: there are none, and none can be added."""

    __slots__ = ()

    def append(self, *callback: object) -> NoReturn:
        """Refuse a callback."""
        refuse(f"the callback {callback!r:.60}")

    extend = insert = __iadd__ = append


class Fixed:
    """Part of a shared machine: cases of others are decided by it, so it stays as it was built."""

    is_fixed = False

    def __setattr__(self, name: str, value: object) -> None:
        if self.is_fixed:
            refuse(name)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        refuse(name)

    def add_callback(self, trigger: str, func: object) -> NoReturn:
        """Refuse a callback."""
        refuse(trigger)

    def fix(self) -> None:
        """Let nothing be changed from now on, and no callback be added."""
        for name, value in vars(self).items():
            if value == []:
                setattr(self, name, NoCallbacks())
        self.is_fixed = True


class FixedState(Fixed, State):
    """A state that calls nobody when it is entered or left."""


class FixedMachine(Fixed, Machine):
    """A machine without models or callbacks, of events, transitions and states that are fixed."""

    events: OrderedDict[str, Any]
    state_cls = FixedState
    states: OrderedDict[str, FixedState]  # type: ignore[assignment]

    def fix(self) -> None:
        """Let nothing of it be changed from now on, nor of what it is made of."""
        for name in _CHANGING:
            setattr(self, name, _refusing(name))
        for event in self.events.values():
            for transitions in event.transitions.values():
                for transition in transitions:
                    transition.fix()
            event.fix()
        for state in self.states.values():
            state.fix()
        super().fix()

    def __getattr__(self, name: str) -> Any:
        """Refuse the methods that `transitions` makes up to add callbacks."""
        if name.startswith(("on_", "before_", "after_", "prepare_")):
            refuse(name)
        return super().__getattr__(name)


_CHANGING = tuple(
    name
    for name in dir(Machine)
    if name.startswith(("add_", "remove_", "set_state", "dispatch", "on_", "before_", "after_"))
    and callable(getattr(Machine, name))
)
"""What would change a machine under the cases of others, once it is built."""


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refused(*_: object, **__: object) -> NoReturn:
        refuse(name)

    return refused


def refuse(*options: str) -> NoReturn:
    """Say that a shared machine does not take some options, or is not changed in some ways."""
    message = (
        f"the shared machine of a method does not support {', '.join(options)}: it would be "
        "ignored, or change how others decide; ask machine(method, cls=...) for a stock machine "
        "of your own"
    )
    raise UnsupportedOption(message)
