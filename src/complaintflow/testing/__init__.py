"""
What those who embed complaintflow test with: contracts for their adapters, and stand-ins.

Needs the extra `complaintflow[testing]`, which is pytest and hypothesis.
"""

from complaintflow.testing._doubles import FrozenClock, RecordingNotifier
from complaintflow.testing._stores import StoreContract

__all__ = [
    "FrozenClock",
    "RecordingNotifier",
    "StoreContract",
]
