"""
Kill processes at random moments of their work, and look whether what they acknowledged is there.

`python -m tests.killing --times 300 sqlite:////tmp/cases` (or the URL of a server, whose tables
are there). Each worker lives for milliseconds: it handles complaints at a desk, ticks, delivers
and erases, and tells of everything after it was kept; then it gets SIGKILL. In the end every
acknowledged step must be there and none twice, each chain must verify, every deadline that passed
must be recorded once, nothing that was erased may have words, and each notification must have been
handed over, or wait in its place. Exit code 1: something was lost, doubled or torn. Killing tests
no loss of power.
"""

# ruff: noqa: T201
# It tells on its standard output what it found.

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from time import sleep

from complaintflow import Conflict, Desk, Within
from complaintflow.acts import (
    AcknowledgeProblem,
    AskExpectation,
    Empathize,
    Expectation,
    Listen,
    Offer,
    Remedy,
)
from complaintflow.adapters import store_from_url
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.notifiers import CallableNotifier
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock

STEPS = (
    Listen(account="It came two weeks late, and the teapot is cracked"),
    AcknowledgeProblem(words="A cracked teapot, two weeks late; thank you for telling us"),
    Empathize(
        words="A cracked teapot, and no present for the day",
        issue="cracked teapot",
        concern="no present",
    ),
    AskExpectation(
        question="What would help?", expectation=Expectation(words="A new one", kind="replacement")
    ),
    Offer(remedies=[Remedy("refund", "40.00", "EUR")], words="Would your money back do?"),
)
METHOD = six_steps(first_response=Within(2, "hours"))
LATE = timedelta(hours=3)
"""How long ago a complaint came in: its first response is overdue from the beginning."""

GENERATION = timedelta(minutes=3)
"""How much later the clock of the next worker is: two live at a time, a lease ends with its own."""

FAR_AWAY = datetime(2200, 1, 1, tzinfo=UTC)


class Log:
    """What all workers tell, in one order: a file to which each line is added whole."""

    def __init__(self, path):
        self.path = path
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def tell(self, name, kind, *about):
        """
        Add a line: who, what, and of which case or notification.
        """
        os.write(self.file, (" ".join(map(str, (name, kind, *about))) + "\n").encode())

    def lines(self):
        """
        Return who told what of what.
        """
        return [line.split(" ") for line in self.path.read_text().splitlines()]


class Worker:
    """Somebody who handles complaints until killed; who lies tells of a step before it is kept."""

    def __init__(self, store, log, name, now, *, lies=False):
        self.log, self.name, self.lies = log, name, lies
        self.handed = []
        self.late = now - LATE
        notifier = CallableNotifier(self.hand_over)
        self.desk = Desk(METHOD, store=store, notifier=notifier, clock=FrozenClock(now))

    def hand_over(self, notification):
        """
        Take a notification, as the world outside does.
        """
        self.log.tell(self.name, "handed", notification.key)
        self.handed.append(notification.key)

    def step(self, what, case_id, work, *evidence, **more):
        """
        Take a step, again where somebody ticks in between, and tell of it.
        """
        self.log.tell(self.name, "does", what)
        if self.lies:
            self.log.tell(self.name, "step", case_id, 99)
        while True:
            with suppress(Conflict):
                case = work(case_id, *evidence, by="sam", **more)
                break
        self.log.tell(self.name, "step", case_id, case.version)

    def tick(self):
        """
        Record what is late, of whatever case.
        """
        self.log.tell(self.name, "does", "tick")
        for entry in self.desk.tick(limit=3):
            self.log.tell(self.name, "step", entry.case_id, entry.version)

    def deliver(self):
        """
        Hand over a few notifications, of whatever case.
        """
        self.log.tell(self.name, "does", "deliver")
        self.desk.deliver(limit=3)
        for key in self.handed:
            self.log.tell(self.name, "settled", key)
        self.handed.clear()

    def handle(self, case_id, *, erases):
        """
        Handle a complaint from its beginning, and erase it in the end, or do not.
        """
        opening = {"customer": "ana", "complaint": "It arrived broken", "at": self.late}
        self.step("open", case_id, self.desk.open, **opening)
        self.tick()
        for act in STEPS:
            self.step("record", case_id, self.desk.record, act, key=type(act).__name__)
            self.tick()
            self.deliver()
        if erases:
            self.step("erase", case_id, self.desk.erase, reason="asked")
            self.deliver()


def begin(url, log, name, now, *, lies):
    """
    Fork a worker, and return its process id.
    """
    pid = os.fork()
    if pid == 0:
        try:
            worker = Worker(store_from_url(url), log, name, now, lies=lies)
            for number in count():
                worker.handle(f"{name}-{number}", erases=number % 2 == 0)
        except BaseException as error:  # noqa: BLE001 (whatever it was, it is told, and it ends)
            os.write(2, f"{name}: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(3)
    return pid


def end(pid):
    """
    Kill a worker, and return whether it had died by itself.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFEXITED(status)


def problems(store, run, lines, now):
    """
    Yield in words what is lost, doubled or torn of the cases of a run.
    """
    desk = Desk(METHOD, store=store, clock=FrozenClock(now))
    desk.tick()  # those who had taken a case to look at it may be dead
    kept = {case.id: case for case in desk.cases() if case.id.startswith(run)}
    for _, kind, *about in lines:
        if kind == "step":
            case_id, version = about[0], int(about[1])
            if case_id not in kept or kept[case_id].version < version:
                yield f"{case_id}: version {version} was acknowledged, and is not there"
    waiting = {}
    while batch := store.claim(now=FAR_AWAY, until=FAR_AWAY + timedelta(days=1), limit=1000):
        for told in batch:
            waiting.setdefault(told.case_id, []).append(told.key)
            store.settle(told.key)
    due = []
    for case_id, case in kept.items():
        entries = ()
        if seen := desk.verify(case_id):
            entries = desk.history(case_id)
            wanted = [
                f"{case_id}:{entry.version}:{number}"
                for entry in entries
                for number, _ in enumerate(entry.effects, start=1)
            ]
            due.append((case_id, wanted, waiting.get(case_id, [])))
        else:
            yield f"{case_id}: {seen}"
        yield from problems_of(case, store.history(case_id), entries, now)
    yield from problems_of_delivery(due, lines)


def problems_of(case, records, entries, now):
    """
    Yield what is wrong with a case as it lies in the store.
    """
    versions = [record.version for record in records]
    if versions != list(range(1, case.version + 1)):
        yield f"{case.id}: is at version {case.version}, and has {versions}"
    keys = Counter(record.key for record in records if record.key is not None)
    late = Counter(each.act.deadline for each in entries if each.trigger == "deadline_passed")
    for what, times in (keys + late).items():
        if times > 1:
            yield f"{case.id}: {what} was recorded {times} times"
    if left := case.to_record(now):
        yield f"{case.id}: nobody looks at {left[0].deadline}, which has passed"
    erased = max((each.version for each in records if each.trigger == "erase"), default=0)
    if any(record.version < erased and record.personal is not None for record in records):
        yield f"{case.id}: was erased, and has words"


def problems_of_delivery(due, lines):
    """
    Yield what is wrong with what was handed over and what waits.
    """
    handed, settled = {}, set()
    for place, (_, kind, *about) in enumerate(lines):
        if kind == "settled":
            settled.add(about[0])
        elif kind == "handed":
            handed.setdefault(about[0], place)
            if about[0] in settled:
                yield f"{about[0]} was settled, and handed over again"
    for case_id, wanted, waits in due:
        yield from problems_of_telling(case_id, wanted, waits, handed)
        for key in settled.intersection(waits):
            yield f"{key} was settled, and waits"
        for key in handed.keys() - wanted:
            if key.startswith(f"{case_id}:"):
                yield f"{key} was handed over, and nothing of it was kept"


def problems_of_telling(case_id, wanted, waits, handed):
    """
    Yield what is wrong with the notifications of a case, in their order.
    """
    gone = wanted[: len(wanted) - len(waits)]
    if gone + waits != wanted:
        yield f"{case_id}: should tell {wanted}, and {waits} waits"
    for key in gone:
        if key not in handed:
            yield f"{key} is gone, and nobody was told"
    places = [handed[key] for key in wanted if key in handed]
    if places != sorted(places):
        yield f"{case_id}: was told of in another order than it happened"


def main():
    """
    Kill as often as asked, and look.
    """
    parser = argparse.ArgumentParser(description="Kill workers, and look what is there.")
    parser.add_argument("url")
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--longest", type=float, default=0.25, help="seconds a worker may live")
    parser.add_argument("--lies", action="store_true", help="tell first: it must be found out")
    asked = parser.parse_args()
    run, chance, now = token_hex(4), random.Random(), datetime.now(UTC)
    with suppress(AttributeError):
        store_from_url(asked.url).close()
    # With this, a worker has everything imported when it begins.
    Worker(MemoryStore(), Log(Path(os.devnull)), "nobody", now).handle("x", erases=True)
    with TemporaryDirectory() as folder:
        log = Log(Path(folder, "log"))
        crashed, alive = 0, []
        for number in range(asked.times + 1):
            if number < asked.times:  # so that the next one is working while this one is killed
                at = now + number * GENERATION
                alive.append(begin(asked.url, log, f"{run}-{number}", at, lies=asked.lies))
            if number:
                sleep(chance.uniform(0.01, asked.longest))
                crashed += end(alive.pop(0))
        lines = log.lines()
    later = now + (asked.times + 3) * GENERATION
    found = list(problems(store_from_url(asked.url), run, lines, later))
    steps = [about[0] for _, kind, *about in lines if kind == "step"]
    last = {name: about[0] for name, kind, *about in lines if kind == "does"}
    told = [f"{times} at {what}" for what, times in sorted(Counter(last.values()).items())]
    print(
        f"{asked.times} kills ({', '.join(told)}), {len(steps)} acknowledged steps in "
        f"{len(set(steps))} cases, {sum(kind == 'handed' for _, kind, *_ in lines)} notifications "
        f"handed over, {crashed} workers failed, {len(found)} problems"
    )
    for problem in found[:20]:
        print(problem)
    return 1 if found or crashed or not steps else 0


if __name__ == "__main__":
    sys.exit(main())
