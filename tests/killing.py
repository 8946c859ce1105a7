"""
Kill processes at random moments of their work, and look whether what they acknowledged is there.

`python -m tests.killing --times 300 sqlite:////tmp/cases` (or the URL of a server, whose tables
are there). Each worker lives for milliseconds, handles complaints at a desk, and tells of each
step after it was kept; then it gets SIGKILL. In the end every acknowledged step must be there and
none twice, each chain must verify, and the outbox must hold what the steps brought, no more and
no less. Exit code 1: something was lost, doubled or torn. Killing tests no loss of power.
"""

# ruff: noqa: T201
# It tells on its standard output what it found.

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from secrets import token_hex
from time import sleep

from complaintflow import Desk
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
from complaintflow.methods import six_steps

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
METHOD = six_steps()
FAR_AWAY = datetime(2200, 1, 1, tzinfo=UTC)


def handle(desk, case_id):
    """
    Handle a complaint, and yield the version of each step that was kept.
    """
    yield desk.open(case_id, customer="ana", complaint="It arrived broken", by="sam").version
    for act in STEPS:
        yield desk.record(case_id, act, by="sam", key=type(act).__name__).version


def work(url, name, told, *, lies):
    """
    Handle complaints until killed, and tell of each step; who lies tells before it is kept.
    """
    desk = Desk(METHOD, store=store_from_url(url))
    for number in count():
        case_id = f"{name}-{number}"
        steps = handle(desk, case_id)
        for version in range(1, len(STEPS) + 2):
            if lies:
                os.write(told, f"{case_id} {version}\n".encode())
            next(steps)
            if not lies:
                os.write(told, f"{case_id} {version}\n".encode())


def begin(url, name, *, lies):
    """
    Fork a worker, and return its process id and what it tells.
    """
    here, there = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(here)
            work(url, name, there, lies=lies)
        except BaseException as error:  # noqa: BLE001 (whatever it was, it is told, and it ends)
            os.write(2, f"{name}: {type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(3)
    os.close(there)
    return pid, here


def end(pid, here):
    """
    Kill a worker, and return the steps that it has told of.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(here, "rb") as told:
        lines = told.read().decode().split("\n")[:-1]
    died_by_itself = os.WIFEXITED(status)
    return [(case_id, int(version)) for case_id, version in map(str.split, lines)], died_by_itself


def outbox_by_version():
    """
    Return how many notifications each step brings, as a desk in memory has it.
    """
    store = MemoryStore()
    list(handle(Desk(METHOD, store=store), "x"))
    given = []
    while batch := store.claim(now=FAR_AWAY, until=FAR_AWAY, limit=100):
        given += [told.key for told in batch]
        for told in batch:
            store.settle(told.key)
    return given


def problems(url, run, acknowledged, wanted):
    """
    Yield in words what is lost, doubled or torn.
    """
    store = store_from_url(url)
    desk = Desk(METHOD, store=store)
    kept = {case.id: case.version for case in desk.cases(limit=None) if case.id.startswith(run)}
    for case_id, version in acknowledged:
        if kept.get(case_id, 0) < version:
            yield f"{case_id}: version {version} was acknowledged, and is not there"
    outbox = {}
    while batch := store.claim(now=FAR_AWAY, until=FAR_AWAY + timedelta(days=1), limit=1000):
        for told in batch:
            outbox.setdefault(told.case_id, []).append(told.key)
            store.settle(told.key)
    for case_id, version in kept.items():
        versions = [record.version for record in store.history(case_id)]
        if versions != list(range(1, version + 1)):
            yield f"{case_id}: is at version {version}, and has {versions}"
        if not desk.verify(case_id):
            yield f"{case_id}: {desk.verify(case_id)}"
        due = [
            f"{case_id}{key.removeprefix('x')}"
            for key in wanted
            if int(key.split(":")[1]) <= version
        ]
        if outbox.get(case_id, []) != due:
            yield f"{case_id}: should tell {due}, and tells {outbox.get(case_id, [])}"


def main():
    """
    Kill as often as asked, and look.
    """
    parser = argparse.ArgumentParser(description="Kill workers, and look what is there.")
    parser.add_argument("url")
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--longest", type=float, default=0.12, help="seconds a worker may live")
    parser.add_argument("--lies", action="store_true", help="tell first: it must be found out")
    asked = parser.parse_args()
    run, chance, acknowledged = token_hex(4), random.Random(), []
    crashed, wanted = 0, outbox_by_version()  # and with that, a worker has everything imported
    with suppress(AttributeError):
        store_from_url(asked.url).close()
    alive = [begin(asked.url, f"{run}-0", lies=asked.lies)]
    for number in range(1, asked.times + 1):
        if number < asked.times:  # so that the next one is working while this one is killed
            alive.append(begin(asked.url, f"{run}-{number}", lies=asked.lies))
        sleep(chance.uniform(0.01, asked.longest))
        steps, died_by_itself = end(*alive.pop(0))
        acknowledged += steps
        crashed += died_by_itself
    found = list(problems(asked.url, run, acknowledged, wanted))
    print(
        f"{asked.times} kills, {len(acknowledged)} acknowledged steps in "
        f"{len({case_id for case_id, _ in acknowledged})} cases, {crashed} workers failed, "
        f"{len(found)} problems"
    )
    for problem in found[:20]:
        print(problem)
    return 1 if found or crashed or not acknowledged else 0


if __name__ == "__main__":
    sys.exit(main())
