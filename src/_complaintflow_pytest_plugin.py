"""
Fixtures for those who test with complaintflow, and readable failures of its contracts.

pytest loads this module in every run of everybody who has complaintflow installed. It is a module
beside the package, and imports the package in its fixtures only: a run that does not use it pays
nothing, and the coverage of the package is not spoilt by an import before the measurement starts.

Each fixture is named after what it is, and not after the port it stands in for: a host's tests
often have a `clock`, a `notifier` and a `store` of their own, and whoever read them would not know
whose they get.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from complaintflow.adapters.memory import MemoryStore
    from complaintflow.testing import FaultyStore, FrozenClock, RecordingNotifier

pytest.register_assert_rewrite("complaintflow.testing")

OPTION = "--complaintflow-seed"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that says in which order the faulty store fails."""
    parser.getgroup("complaintflow").addoption(
        OPTION,
        metavar="SEED",
        default="0",
        help="the seed of the fixture `faulty_store`: a number, or `random` for another one in "
        "each run, which the header tells (default: 0)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed where it is to be drawn: once, also for runs in several processes."""
    seed = config.getoption(OPTION)
    if seed == "random":
        from secrets import randbelow

        config.option.complaintflow_seed = str(randbelow(10**9))
    elif not (seed.isascii() and seed.isdigit()):
        message = f"{OPTION}: a number or `random`, not {seed!r}"
        raise pytest.UsageError(message)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Tell the seed, so that the run can be had again; nothing where it is the usual one."""
    seed = config.getoption(OPTION)
    return None if seed == "0" else f"complaintflow: {OPTION}={seed}"


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


@pytest.fixture
def faulty_store(request: pytest.FixtureRequest) -> FaultyStore:
    """Return an empty store in memory that fails now and then; `--complaintflow-seed` says when."""
    from complaintflow.testing import FaultyStore

    return FaultyStore(int(request.config.getoption(OPTION)))
