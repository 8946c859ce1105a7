"""
Fixtures for those who test with complaintflow, and readable failures of its contracts.

pytest loads this module in every run of everybody who has complaintflow installed. It is a module
beside the package, and imports the package in its fixtures only: a run that does not use it pays
nothing, and the coverage of the package is not spoilt by an import before the measurement starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from complaintflow.adapters.memory import MemoryStore
    from complaintflow.testing import FrozenClock, RecordingNotifier

pytest.register_assert_rewrite("complaintflow.testing")


@pytest.fixture
def frozen_clock() -> FrozenClock:
    """Return a clock that stands at nine on a Monday morning until it is moved."""
    from complaintflow.testing import FrozenClock

    return FrozenClock()


@pytest.fixture
def recording_notifier() -> RecordingNotifier:
    """Return a notifier that remembers what it is asked to deliver."""
    from complaintflow.testing import RecordingNotifier

    return RecordingNotifier()


@pytest.fixture
def memory_store() -> MemoryStore:
    """Return an empty store in memory."""
    from complaintflow.adapters.memory import MemoryStore

    return MemoryStore()
