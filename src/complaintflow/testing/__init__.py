"""
What those who embed complaintflow test with: contracts, strategies, and stand-ins.

Needs the extra `complaintflow[testing]`, which is pytest and hypothesis.
"""

from complaintflow.testing._doubles import FrozenClock, RecordingNotifier
from complaintflow.testing._machines import method_machine
from complaintflow.testing._made_up import methods
from complaintflow.testing._stores import AsyncStoreContract, StoreContract
from complaintflow.testing._strategies import acts, histories

__all__ = [
    "AsyncStoreContract",
    "FrozenClock",
    "RecordingNotifier",
    "StoreContract",
    "acts",
    "histories",
    "method_machine",
    "methods",
]
