"""
What those who embed complaintflow test with: contracts, stories, strategies, and stand-ins.

Needs the extra `complaintflow[testing]`, which is pytest and hypothesis. Each of them is imported
when something that stands on it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from complaintflow._extras import extra

if TYPE_CHECKING:
    from complaintflow.testing._decisive import DecisiveStory, stories
    from complaintflow.testing._doors import AsyncDoors, Doors
    from complaintflow.testing._doubles import FrozenClock, RecordingNotifier
    from complaintflow.testing._faults import FaultyStore
    from complaintflow.testing._host import Difference, HostReport, check_host
    from complaintflow.testing._machines import method_machine
    from complaintflow.testing._made_up import methods
    from complaintflow.testing._notifiers import AsyncNotifierContract, NotifierContract
    from complaintflow.testing._stores import AsyncStoreContract, StoreContract
    from complaintflow.testing._strategies import acts, histories

_HOMES = {
    "AsyncDoors": "_doors",
    "AsyncNotifierContract": "_notifiers",
    "AsyncStoreContract": "_stores",
    "DecisiveStory": "_decisive",
    "Difference": "_host",
    "Doors": "_doors",
    "FaultyStore": "_faults",
    "FrozenClock": "_doubles",
    "HostReport": "_host",
    "NotifierContract": "_notifiers",
    "RecordingNotifier": "_doubles",
    "StoreContract": "_stores",
    "acts": "_strategies",
    "check_host": "_host",
    "histories": "_strategies",
    "method_machine": "_machines",
    "methods": "_made_up",
    "stories": "_decisive",
}

__all__ = [
    "AsyncDoors",
    "AsyncNotifierContract",
    "AsyncStoreContract",
    "DecisiveStory",
    "Difference",
    "Doors",
    "FaultyStore",
    "FrozenClock",
    "HostReport",
    "NotifierContract",
    "RecordingNotifier",
    "StoreContract",
    "acts",
    "check_host",
    "histories",
    "method_machine",
    "methods",
    "stories",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module '{__name__}' has no attribute '{name}'"
        raise AttributeError(message)
    with extra("testing"):
        found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
