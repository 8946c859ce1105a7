"""
What we ship for tests does what it says, and costs nothing where it is not used.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve

from complaintflow.errors import TimeError
from complaintflow.ports import Notification
from complaintflow.testing import FrozenClock, RecordingNotifier

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


class TestFrozenClock:
    """
    Time stands still until a test moves it.
    """

    def test_it_starts_on_an_ordinary_monday(self):
        """
        So that business days can be counted on one's fingers.
        """
        clock = FrozenClock()

        assert MONDAY == clock.now() == clock.now()

    def test_it_is_moved_on(self):
        """
        By as many weeks, days and hours as a story takes.
        """
        clock = FrozenClock(MONDAY)

        assert MONDAY + timedelta(days=15, hours=1) == clock.advance(weeks=2, days=1, hours=1)
        clock.advance(minutes=1, seconds=1, microseconds=1)
        assert (
            MONDAY + timedelta(days=15, hours=1, minutes=1, seconds=1, microseconds=1)
            == clock.now()
        )

    def test_it_is_moved_back(self):
        """
        Clocks of machines are, sometimes.
        """
        assert MONDAY - timedelta(seconds=2) == FrozenClock(MONDAY).advance(seconds=-2)

    def test_it_is_set(self):
        """
        To the moment a story goes on.
        """
        clock = FrozenClock()
        evening = datetime(2026, 1, 5, 20, tzinfo=timezone(timedelta(hours=1)))

        assert evening == clock.move_to(evening) == clock.now()

    def test_it_shows_utc(self):
        """
        A day is 24 hours then, whatever zone it was set in.
        """
        clock = FrozenClock(datetime(2026, 1, 5, 20, tzinfo=timezone(timedelta(hours=1))))

        assert timedelta(0) == clock.now().utcoffset()
        assert timedelta(0) == clock.move_to(clock.now()).utcoffset()

    def test_a_naive_time_is_refused(self):
        """
        As it is everywhere else.
        """
        with pytest.raises(TimeError):
            FrozenClock(datetime(2026, 1, 5))
        with pytest.raises(TimeError):
            FrozenClock().move_to(datetime(2026, 1, 5))


class TestRecordingNotifier:
    """
    It remembers, and fails when it is told to.
    """

    @pytest.fixture
    def notification(self):
        """
        Return something somebody should be told.
        """
        return Notification("k", "ticket-42", 1, "opened", "owner", "open", MONDAY, "received")

    def test_it_remembers_what_it_delivered(self, notification):
        """
        In order.
        """
        notifier = RecordingNotifier()

        notifier.notify(notification)
        notifier.notify(evolve(notification, topic="offer_made"))

        assert ["opened", "offer_made"] == notifier.topics
        assert notification == notifier.delivered[0]
        assert [] == notifier.failed

    def test_it_fails_as_often_as_it_is_told(self, notification):
        """
        And remembers what it did not deliver.
        """
        notifier = RecordingNotifier()
        notifier.fail_next(2)

        for _ in range(2):
            with pytest.raises(ConnectionError, match="'k' is not delivered"):
                notifier.notify(notification)
        notifier.notify(notification)

        assert [notification] * 2 == notifier.failed
        assert [notification] == notifier.delivered

    def test_it_can_be_told_to_work_again(self, notification):
        """
        The mail server is back.
        """
        notifier = RecordingNotifier()
        notifier.fail_next()
        notifier.fail_next(0)

        notifier.notify(notification)

        assert [notification] == notifier.delivered


class TestThePytestPlugin:
    """
    It is loaded in every run of everybody who has complaintflow.
    """

    def test_it_brings_fixtures(self, frozen_clock, recording_notifier, memory_store):
        """
        A test asks for them by name.
        """
        assert MONDAY == frozen_clock.now()
        assert [] == recording_notifier.delivered
        assert memory_store.load("ticket-42") is None

    def test_it_imports_nothing_until_it_is_used(self, tmp_path):
        """
        Other people's tests are not slowed down by it, and our coverage is whole.
        """
        (tmp_path / "test_other.py").write_text(
            "import sys\n"
            "def test_other():\n"
            "    assert '_complaintflow_pytest_plugin' in sys.modules\n"
            "    assert 'complaintflow' not in sys.modules\n"
        )

        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert 0 == result.returncode, result.stdout

    def test_it_explains_failures_of_the_contract(self, pytester):
        """
        An assertion in our package is told as if it stood in the test.
        """
        pytester.makepyfile(
            """
            import pytest
            from complaintflow.adapters.memory import MemoryStore
            from complaintflow.testing import StoreContract

            class Forgetful(MemoryStore):
                def history(self, case_id, *, after=0, limit=None):
                    return []

            class TestForgetful(StoreContract):
                @pytest.fixture
                def store(self):
                    return Forgetful()
            """
        )

        result = pytester.runpytest_subprocess(
            "-p", "no:cacheprovider", "-k", "a_history_is_told_oldest_first"
        )

        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines("E  *assert ?1, 2, 3, *? == ??")
