"""
What we ship for tests does what it says, and costs nothing where it is not used.
"""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from attrs import evolve

import complaintflow.testing as kit
from complaintflow.acts import Listen
from complaintflow.adapters.memory import MemoryStore
from complaintflow.errors import Conflict, StoreError, TimeError
from complaintflow.methods import six_steps
from complaintflow.ports import Notification, Query
from complaintflow.testing import FaultyStore, FrozenClock, RecordingNotifier, StoreContract
from complaintflow.testing._attempts import attempt, opened, opening_of
from complaintflow.testing._mirror import Mirror

from . import broken_stores as broken
from .mutants import flat_and_told
from .store_worker import a_step

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


class TestFaultyStore:
    """
    It fails by a seed, before or after, and keeps every promise in between.
    """

    def test_it_fails_the_same_way_each_time(self):
        """
        A test that failed can be had again.
        """
        assert faults_of(FaultyStore(7)) == faults_of(FaultyStore(7))
        assert faults_of(FaultyStore(7)) != faults_of(FaultyStore(8))

    def test_what_fails_before_is_not_kept_and_what_fails_after_is(self):
        """
        The caller cannot tell them apart; whoever looks behind can.
        """
        before, after = set(), set()
        for seed in range(60):
            faulty = FaultyStore(seed, rate=50)
            with suppress(StoreError):
                faulty.commit(a_step("ticket-42", 1))
            kept = faulty.store.load("ticket-42") is not None
            (after if kept else before).update(faulty.faults)

        assert before == {"commit of ticket-42 fails before it was made"}
        assert after == {"commit of ticket-42 fails after it was made"}

    def test_every_call_can_fail(self):
        """
        A desk that bears a lost commit may still fall over a lost claim.
        """
        told = "\n".join(fault for seed in range(40) for fault in faults_of(FaultyStore(seed)))

        for call in ("load of", "history of", "keyed of", "find", "commit of"):
            assert f"{call}" in told
        for call in ("claim", "settle of"):
            assert re.search(f"{call}.* fails before", told)
            assert re.search(f"{call}.* fails after", told)

    def test_it_calms_down(self):
        """
        In the end one wants to see what was kept.
        """
        faulty = FaultyStore(7, rate=100)
        with pytest.raises(StoreError):
            faulty.load("ticket-42")

        faulty.calm_down()

        assert faulty.load("ticket-42") is None
        assert len(faulty.faults) == 1
        assert "after 1 faults" in repr(faulty)

    def test_it_stands_before_any_store(self):
        """
        What is kept is in the store behind.
        """
        behind = MemoryStore()
        faulty = FaultyStore(1, behind, rate=0)
        faulty.commit(a_step("ticket-42", 1))

        assert behind.load("ticket-42") == faulty.load("ticket-42")
        assert faulty.faults == []

    @pytest.mark.parametrize("rate", [-1, 101])
    def test_a_rate_is_of_a_hundred(self, rate):
        """
        0.2 of a hundred calls is not what is meant by 20, and 101 are none.
        """
        with pytest.raises(ValueError, match="from 0 to 100"):
            FaultyStore(1, rate=rate)


class TestAStoreThatNeverFails(StoreContract):
    """
    Without faults it is the store behind, in every respect.
    """

    story_length = 2
    long_stories = 2

    @pytest.fixture
    def store(self):
        """
        Return a store that could fail.
        """
        return FaultyStore(1, rate=0)


def faults_of(faulty):
    """
    Return how a store fails while everything is asked of it, again and again.
    """
    for version in range(1, 12):
        for call in (
            lambda version=version: faulty.commit(a_step("ticket-42", version)),
            lambda: faulty.load("ticket-42"),
            lambda: faulty.history("ticket-42"),
            lambda: faulty.keyed("ticket-42", "k"),
            lambda: faulty.find(Query()),
            lambda: faulty.claim(now=MONDAY, until=MONDAY, limit=1),
            lambda: faulty.settle("ticket-42:1:1"),
        ):
            with suppress(StoreError, Conflict):
                call()
    return faulty.faults


class TestTheMirror:
    """
    The desk beside the stories of `method_machine`: what it keeps is compared with them.
    """

    @pytest.fixture
    def history(self):
        """
        Return a short history.
        """
        case = opened(six_steps())
        opening = opening_of(six_steps())
        entry = attempt(six_steps(), case, Listen(account="Cracked"))
        return (opening, case), (entry, case.apply(entry))

    @pytest.mark.parametrize("seed", range(20))
    def test_it_finds_nothing_where_nothing_is_wrong(self, history, seed):
        """
        Whatever fails, the same history is kept.
        """
        mirror = Mirror(six_steps(), seed)
        for entry, after in history:
            mirror.keep(entry, after)
            mirror.deliver(1)

        mirror.end()

    @pytest.mark.parametrize("behind", [broken.LosesTheOutbox, broken.TakesDeliveredForClaimed])
    def test_it_finds_out_a_store_that_loses_what_is_to_be_told(self, behind):
        """
        Effects are part of the story.
        """
        method = flat_and_told()
        mirror = Mirror(method, 1, behind())
        mirror.keep(opening_of(method), opened(method))
        entry = attempt(method, opened(method), Listen(account="Cracked"))
        mirror.keep(entry, opened(method).apply(entry))

        if behind is broken.TakesDeliveredForClaimed:
            mirror.deliver(0)  # twice is allowed
            mirror.notifier.delivered.clear()
            mirror.store.store._outbox.clear()
        with pytest.raises(AssertionError, match="was delivered"):
            mirror.end()

    def test_it_finds_out_a_store_that_keeps_something_else(self, history):
        """
        A case that is not the story is told at once.
        """
        ((opening, case), (entry, _)) = history
        mirror = Mirror(six_steps(), 1)
        mirror.keep(opening, case)

        with pytest.raises(AssertionError, match="the desk keeps"):
            mirror.keep(entry, case)

    def test_it_gives_up_at_last(self, history):
        """
        A store that always fails is no store.
        """
        mirror = Mirror(six_steps(), 1)
        mirror.store._rate = 1

        with pytest.raises(AssertionError, match="was not kept in 200 attempts"):
            mirror.keep(*history[0])


class TestThePytestPlugin:
    """
    It is loaded in every run of everybody who has complaintflow.
    """

    def test_it_brings_fixtures(self, frozen_clock, recording_notifier, memory_store, faulty_store):
        """
        A test asks for them by name.
        """
        assert isinstance(faulty_store, FaultyStore)
        assert MONDAY == frozen_clock.now()
        assert [] == recording_notifier.delivered
        assert memory_store.load("ticket-42") is None

    @pytest.mark.parametrize(
        ("seed", "header"),
        [(None, None), ("17", "--complaintflow-seed=17"), ("random", "--complaintflow-seed=*")],
    )
    def test_the_seed_of_faults_is_an_option(self, pytester, seed, header):
        """
        The header tells it where it is not the usual one, so that the run can be had again.
        """
        pytester.makepyfile(
            """
            def test_seed(faulty_store, request):
                from complaintflow.testing import FaultyStore

                seed = int(request.config.getoption("--complaintflow-seed"))
                assert faulty_store._chance.random() == FaultyStore(seed)._chance.random()
            """
        )

        options = [] if seed is None else [f"--complaintflow-seed={seed}"]
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)

        result.assert_outcomes(passed=1)
        if header is None:
            result.stdout.no_fnmatch_line("*--complaintflow-seed*")
        else:
            result.stdout.fnmatch_lines(f"complaintflow: {header}")
            result.stdout.no_fnmatch_line("*=random*")

    def test_a_seed_is_a_number(self, pytester):
        """
        A slip of the keyboard is told before any test has run.
        """
        result = pytester.runpytest_inprocess("--complaintflow-seed=x1")

        result.stderr.fnmatch_lines("*--complaintflow-seed: a number or `random`, not 'x1'*")

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


def test_what_the_kit_does_not_have_is_not_there():
    """
    Names are looked up when they are asked for, and a slip is a slip.
    """
    assert kit.__all__ == dir(kit)
    assert all(getattr(kit, name) is not None for name in kit.__all__)
    with pytest.raises(AttributeError, match="no attribute 'FrozenClok'"):
        kit.FrozenClok  # noqa: B018


def test_a_clock_costs_no_hypothesis():
    """
    A host that wants a clock alone gets one, in an environment without the extra.
    """
    script = (
        "import sys\n"
        "from complaintflow.testing import FaultyStore, FrozenClock, RecordingNotifier\n"
        "assert not {'hypothesis', 'pytest'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
