"""
Measure what keeping a step costs beside the bare database: `python -m benchmarks.stores`.

Also waking few of many cases, workers that record what is due, memory and start-up; `--only` names
the parts to measure.

All of it in one run. The bare databases write the same rows into the same tables with the same
indexes, prepared beforehand. A store keeps the same steps, decided beforehand: the budgets are of
that. A desk reads the case, decides, and makes the evidence as well. Exit code 1: a budget was
missed. PostgreSQL is at
COMPLAINTFLOW_POSTGRES; every table made there is dropped in the end.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psycopg
from attrs import astuple

from complaintflow import Desk, Within
from complaintflow.acts import (
    AcknowledgeProblem,
    AskExpectation,
    Empathize,
    Expectation,
    Listen,
    Offer,
    Remedy,
)
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.postgres import PostgresStore
from complaintflow.adapters.postgres._requests import Requests, _columns
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.adapters.sqlite._rows import case_row, notification_row, record_row
from complaintflow.methods import six_steps
from complaintflow.ports import Change, Store
from complaintflow.worker import work

POSTGRES = os.environ.get("COMPLAINTFLOW_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
METHOD = six_steps()
DUE = six_steps(first_response=Within(2, "hours"))
"""What is opened under it, and left alone, misses a deadline."""

ACTS = (
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
WARM = 20
"""
Complaints that each process handles before the time counts: then its statements are prepared, and
what it shares with the process it was forked from is its own.
"""
STEPS = 1 + len(ACTS)
"""How many steps a complaint takes here: it is opened, and five acts follow."""

NOW = datetime(2030, 1, 1, tzinfo=UTC)
Work = Callable[[], Iterator[None]]
"""What a process does: it prepares, yields, and when it is resumed, the time counts."""

Row = TypeVar("Row")

Ours = Callable[[Store], Iterator[None]]
"""What is done with a store of ours, likewise."""

fork = multiprocessing.get_context("fork")


class Recorder(MemoryStore):
    """Keeps the changes of a desk, so that a bare database can be given them."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Change] = []

    def commit(self, change: Change) -> None:
        """Keep a change, and remember it."""
        super().commit(change)
        self.changes.append(change)


def live(desk: Desk, name: str, cases: int) -> None:
    """Handle complaints at a desk, each up to an offer."""
    for number in range(cases):
        case_id = f"{name}-{number}"
        desk.open(case_id, customer="ana", complaint="It arrived broken", by="sam")
        for act in ACTS:
            desk.record(case_id, act, by="sam")


def changes(name: str, cases: int) -> list[Change]:
    """Return the changes of as many complaints as are handled to be warm, and then of some."""
    recorder = Recorder()
    live(Desk(METHOD, store=recorder), name, WARM + cases)
    return recorder.changes


def after_warming(rows: Sequence[Row], keep: Callable[[Row], object]) -> Iterator[None]:
    """Keep rows: yield once what is kept to be warm is kept."""
    warm = WARM * STEPS
    for row in rows[:warm]:
        keep(row)
    yield
    for row in rows[warm:]:
        keep(row)


# -- the same rows, and nothing else ------------------------------------------------------------


def bare_sqlite(path: Path, made: list[Change]) -> Work:
    """Return what writes changes to a file, in the statements that anybody would write."""
    rows = [
        (
            change.expected,
            case_row(change.snapshot),
            [*map(record_row, change.records)],
            [*map(notification_row, change.outbox)],
        )
        for change in made
    ]
    opened = f"INSERT INTO complaintflow_case VALUES ({', '.join('?' * 12)})"
    moved = (
        "UPDATE complaintflow_case SET version = ?2, method = ?3, state = ?4, customer = ?5, "
        "owner = ?6, is_closed = ?7, due_at = ?8, wake_at = ?9, updated_at = ?10, head = ?11, "
        "text = ?12 WHERE case_id = ?1 AND version = ?13"
    )
    entry = f"INSERT INTO complaintflow_entry VALUES ({', '.join('?' * 8)})"
    told = (
        'INSERT INTO complaintflow_outbox ("key", case_id, version, topic, recipient, "trigger", '
        f"at, state, attempts) VALUES ({', '.join('?' * 9)})"
    )

    def write() -> Iterator[None]:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = FULL")

            def keep(row: tuple[Any, ...]) -> None:
                expected, case, entries, outbox = row
                db.execute("BEGIN IMMEDIATE")
                db.execute(moved, (*case, expected)) if expected else db.execute(opened, case)
                db.executemany(entry, entries)
                db.executemany(told, outbox)
                db.execute("COMMIT")

            yield from after_warming(rows, keep)

    return write


def bare_postgres(schema: str, made: list[Change]) -> Work:
    """Return what writes changes to a server: a transaction of a statement for each table."""
    names = "case_id, version, method, state, customer, owner, is_closed, due_at, wake_at, "
    names += "updated_at, head, text"
    slots = ", ".join(f"%({name})s" for name in names.split(", "))
    sets = ", ".join(f"{name} = %({name})s" for name in names.split(", ")[1:])
    opened = f"INSERT INTO {schema}.complaintflow_case ({names}) VALUES ({slots})"
    moved = (
        f"UPDATE {schema}.complaintflow_case SET {sets} "
        "WHERE case_id = %(case_id)s AND version = %(expected)s"
    )
    entry = f"INSERT INTO {schema}.complaintflow_entry VALUES ({', '.join(['%s'] * 8)})"
    told = (
        f'INSERT INTO {schema}.complaintflow_outbox ("key", case_id, version, topic, recipient, '
        f'"trigger", at, state, attempts) VALUES ({", ".join(["%s"] * 9)})'
    )
    rows = [
        (
            _columns(change.snapshot) | {"expected": change.expected},
            [astuple(each) for each in change.records],
            [astuple(each) for each in change.outbox],
        )
        for change in made
    ]

    def write() -> Iterator[None]:
        with psycopg.connect(POSTGRES) as db:

            def keep(row: tuple[Any, ...]) -> None:
                case, entries, outbox = row
                db.execute(moved if case["expected"] else opened, case)
                for each in entries:
                    db.execute(entry, each)
                for each in outbox:
                    db.execute(told, each)
                db.commit()

            yield from after_warming(rows, keep)

    return write


def one_statement(schema: str, made: list[Change]) -> Work:
    """Return what sends our own statement, prepared, on one connection: what is left is Python."""
    requests = Requests(schema)
    asked = [requests.commit(change) for change in made]

    def write() -> Iterator[None]:
        with psycopg.connect(POSTGRES, autocommit=True) as db:
            yield from after_warming(asked, lambda each: db.execute(each.text, each.values))

    return write


# -- how fast -----------------------------------------------------------------------------------


def _client(work: Work, ready: Any, go: Any, done: Any) -> None:  # noqa: ANN401
    running = work()
    next(running)
    ready.release()
    go.wait()
    for _ in running:
        pass
    done.release()


def per_second(works: list[Work], steps: int) -> float:
    """Return the steps per second of processes that begin together."""
    ready, go, done = fork.Semaphore(0), fork.Event(), fork.Semaphore(0)
    clients = [fork.Process(target=_client, args=(work, ready, go, done)) for work in works]
    for client in clients:
        client.start()
    for _ in clients:
        ready.acquire()
    began = time.perf_counter()
    go.set()
    for _ in clients:
        done.acquire()
    took = time.perf_counter() - began
    for client in clients:
        client.join()
        assert client.exitcode == 0
    return steps * len(works) / took


def _on_sqlite(path: Path, ours: Ours) -> Iterator[None]:
    with SqliteStore(path) as store:
        yield from ours(store)


def _on_postgres(schema: str, ours: Ours) -> Iterator[None]:
    with PostgresStore(POSTGRES, schema=schema, size=1) as store:
        yield from ours(store)


def kept(made: list[Change], *, reads: bool = False) -> Ours:
    """Return what has a store keep steps that are decided already, each case read before or not."""

    def ours(store: Store) -> Iterator[None]:
        def read_and_keep(change: Change) -> None:
            store.load(change.case_id)
            store.commit(change)

        yield from after_warming(made, read_and_keep if reads else store.commit)

    return ours


def handled(name: str, cases: int) -> Ours:
    """Return what handles complaints at a desk: reads, decides, writes the evidence, and keeps."""
    return partial(_handled, name=name, cases=cases)


def _handled(store: Store, *, name: str, cases: int) -> Iterator[None]:
    desk = Desk(METHOD, store=store)
    live(desk, f"{name}-warm", WARM)
    yield
    live(desk, name, cases)


@contextmanager
def tables() -> Iterator[str]:
    """Give a schema with our tables, and drop it in the end."""
    schema = f"complaintflow_{token_hex(4)}"
    with PostgresStore(POSTGRES, schema=schema) as store:
        store.create_schema()
    try:
        yield schema
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as db:
            db.execute(f"DROP SCHEMA {schema} CASCADE")


def steps_on_sqlite(rounds: int, cases: int) -> dict[str, list[float]]:
    """Return steps per second, round by round."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        name = token_hex(4)
        with TemporaryDirectory() as folder:
            path = Path(folder, "cases")
            SqliteStore(path).close()
            made, more = changes(f"{name}-kept", cases), changes(f"{name}-read", cases)
            works = {
                "bare sqlite3": bare_sqlite(path, changes(f"{name}-bare", cases)),
                "SqliteStore": partial(_on_sqlite, path, kept(made)),
                "SqliteStore, each case read before": partial(
                    _on_sqlite, path, kept(more, reads=True)
                ),
                "Desk over SqliteStore": partial(_on_sqlite, path, handled(name, cases)),
            }
            for what, work in works.items():
                found.setdefault(what, []).append(per_second([work], cases * STEPS))
    return found


def steps_on_postgres(rounds: int, cases: int, clients: int) -> dict[str, list[float]]:
    """Return steps per second, round by round."""
    found: dict[str, list[float]] = {}
    with tables() as schema:
        for _ in range(rounds):
            run = token_hex(4)
            names = [f"{run}-{number}" for number in range(clients)]
            works: dict[str, list[Work]] = {
                "bare psycopg, a statement per table": [
                    bare_postgres(schema, changes(f"{name}-bare", cases)) for name in names
                ],
                "bare psycopg, our one statement": [
                    one_statement(schema, changes(f"{name}-one", cases)) for name in names
                ],
                "PostgresStore": [
                    partial(_on_postgres, schema, kept(changes(f"{name}-kept", cases)))
                    for name in names
                ],
                "PostgresStore, each case read before": [
                    partial(_on_postgres, schema, kept(changes(f"{name}-read", cases), reads=True))
                    for name in names
                ],
                "Desk over PostgresStore": [
                    partial(_on_postgres, schema, handled(name, cases)) for name in names
                ],
            }
            for what, each in works.items():
                found.setdefault(what, []).append(per_second(each, cases * STEPS))
    return found


# -- waking -------------------------------------------------------------------------------------


def waking(sleepers: int, batches: int) -> dict[str, list[float]]:
    """Return milliseconds per batch of a hundred, woken from among many that sleep on."""
    due = 2 * batches * 100
    found: dict[str, list[float]] = {"bare query": [], "PostgresStore.wake": []}
    pin = "six_steps/1/0123abcd"
    with tables() as schema, psycopg.connect(POSTGRES, autocommit=True) as db:
        db.execute(
            f"INSERT INTO {schema}.complaintflow_case SELECT 'c' || n, 1, %s, 'received', "
            "'customer' || n %% 1000, NULL, false, at, at, now(), repeat('0', 64), "
            "repeat('x', 200) FROM (SELECT n, CASE WHEN n <= %s THEN "
            "timestamptz '2029-01-01' + n * interval '1 second' ELSE "
            "timestamptz '2031-01-01' + n * interval '1 second' END AS at "
            "FROM generate_series(1, %s) AS n) AS made",
            [pin, due, sleepers],
        )
        db.execute(f"VACUUM ANALYZE {schema}.complaintflow_case")
        until = NOW + timedelta(minutes=5)
        bare = (
            f"UPDATE {schema}.complaintflow_case SET wake_at = %s WHERE case_id IN (SELECT case_id "
            f"FROM {schema}.complaintflow_case WHERE wake_at < %s ORDER BY wake_at LIMIT 100 "
            "FOR UPDATE SKIP LOCKED) RETURNING *"
        )
        with PostgresStore(POSTGRES, schema=schema) as store:
            store.load("nothing")
            for _ in range(batches):
                began = time.perf_counter()
                assert len(db.execute(bare, [until, NOW]).fetchall()) == 100
                between = time.perf_counter()
                woken = store.wake(now=NOW, until=until, limit=100, methods=[pin])
                assert len(woken) == 100
                found["bare query"].append((between - began) * 1000)
                found["PostgresStore.wake"].append((time.perf_counter() - between) * 1000)
    return found


# -- ticking ------------------------------------------------------------------------------------


class At:
    """A clock that stands."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the moment it shows."""
        return self.at


def _tick(schema: str, at: datetime, counted: Any) -> Iterator[None]:  # noqa: ANN401
    with PostgresStore(POSTGRES, schema=schema) as store:
        desk = Desk(DUE, store=store, clock=At(at))
        store.load("nothing")
        yield
        shift = work(desk, once=True)
        with counted.get_lock():
            counted.value += shift.recorded


def due_cases(number: int) -> list[Change]:
    """Return the openings of cases that miss a deadline."""
    recorder = Recorder()
    desk = Desk(DUE, store=recorder, clock=At(NOW))
    for each in range(number):
        desk.open(f"c{each}", customer="ana", complaint="It arrived broken", by="sam")
    return recorder.changes


def copy_in(db: psycopg.Connection[Any], schema: str, made: list[Change]) -> None:
    """Put openings into tables, many at once."""
    cases = f"COPY {schema}.complaintflow_case FROM STDIN"
    entries = f"COPY {schema}.complaintflow_entry FROM STDIN"
    with db.cursor() as cursor:
        with cursor.copy(cases) as copy:
            for change in made:
                assert change.snapshot.due_at is not None
                copy.write_row(astuple(change.snapshot))
        with cursor.copy(entries) as copy:
            for change in made:
                for record in change.records:
                    copy.write_row(astuple(record))
    db.commit()
    db.execute(f"ANALYZE {schema}.complaintflow_case")
    db.commit()


def ticking(made: list[Change], workers: int) -> float:
    """Return how many deadlines a second workers record, each once; anything else is an error."""
    timers = len(made)
    with tables() as schema, psycopg.connect(POSTGRES) as db:
        copy_in(db, schema, made)
        counted = fork.Value("q", 0)
        at = NOW + timedelta(days=400)
        rate = per_second([partial(_tick, schema, at, counted)] * workers, timers) / workers
        asked = f"""
            SELECT count(*), count(DISTINCT case_id) FROM {schema}.complaintflow_entry
            WHERE "trigger" = 'deadline_passed'
        """
        row = db.execute(asked).fetchone()
        assert row == (timers, timers), row
        assert counted.value == timers, counted.value
    return rate


# -- memory and start-up ------------------------------------------------------------------------

PEAK = """
with open("/proc/self/status", encoding="ascii") as status:
    print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""
"""Kilobytes. What `getrusage` tells of a child is at least what its parent had."""

A_DESK = """
import tempfile
from benchmarks.stores import METHOD, live
from complaintflow import Desk
from complaintflow.adapters.sqlite import SqliteStore
with tempfile.TemporaryDirectory() as folder, SqliteStore(folder + "/cases") as store:
    live(Desk(METHOD, store=store), "a", {cases})
"""
A_WORKER = """
import sys, tempfile
from complaintflow.__main__ import main
with tempfile.TemporaryDirectory() as folder:
    sys.argv = ["complaintflow", "worker", "--store", f"sqlite:///{folder}/cases", "--once"]
    try:
        main()
    except SystemExit:
        pass
"""
PROGRAMS = {
    "Python alone": "",
    "import complaintflow": "import complaintflow",
    "a desk over SqliteStore, 1 complaint": A_DESK.format(cases=1),
    "a desk over SqliteStore, 200 complaints": A_DESK.format(cases=200),
    "complaintflow worker --once, nothing due": A_WORKER,
}


def footprint(rounds: int) -> dict[str, tuple[float, float]]:
    """Return seconds and megabytes of programs from their start to their end."""
    found = {}
    for what, program in PROGRAMS.items():
        took, peaks = [], []
        for _ in range(rounds):
            began = time.perf_counter()
            done = subprocess.run(  # noqa: S603  (what stands above)
                [sys.executable, "-c", f"{program}\n{PEAK}"],
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            took.append(time.perf_counter() - began)
            peaks.append(int(done.stdout.split()[-1]) / 1024)
        found[what] = (min(took), statistics.median(peaks))
    return found


# -- the report ---------------------------------------------------------------------------------


def compared(title: str, found: dict[str, list[float]], bare: str, unit: str) -> dict[str, float]:
    """Print a table, and return each figure as a part of the bare one: the median of rounds."""
    print(f"\n| {title} | {unit} | of the bare |\n| --- | --: | --: |")
    ratios = {
        what: statistics.median(a / b for a, b in zip(each, found[bare], strict=True))
        for what, each in found.items()
    }
    for what, each in found.items():
        print(f"| {what} | {statistics.median(each):,.1f} | {ratios[what]:.2f} |")
    sys.stdout.flush()
    return ratios


PARTS = ("steps", "waking", "ticking", "footprint")

Budget = Callable[..., None]
"""Says whether a figure keeps within its limit."""


def report_steps(rounds: int, cases: int, budget: Budget) -> None:
    """Measure and print durable steps, on SQLite and on PostgreSQL."""
    found = compared(
        "SQLite, synchronous = FULL", steps_on_sqlite(rounds, cases), "bare sqlite3", "steps/s"
    )
    budget("SQLite", found["SqliteStore"], 0.6, least=True)
    for clients in (1, 8):
        found = compared(
            f"PostgreSQL, {clients} client{'s' if clients > 1 else ''}",
            steps_on_postgres(rounds, max(20, cases // clients), clients),
            "bare psycopg, a statement per table",
            "steps/s",
        )
        budget(f"PostgreSQL x{clients}", found["PostgresStore"], 0.7, least=True)


def main() -> int:
    """Measure, report, and say whether the budgets are kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stores", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cases", type=int, default=150, help="complaints per client and round")
    parser.add_argument("--sleepers", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--timers", type=int, default=2_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 4, 8])
    parser.add_argument(
        "--only", nargs="*", choices=PARTS, default=PARTS, help="the parts to measure"
    )
    asked = parser.parse_args()
    kept: list[bool] = []

    def budget(what: str, figure: float, limit: float, *, least: bool) -> None:
        is_kept = figure >= limit if least else figure <= limit
        kept.append(is_kept)
        print(f"\n{what}: {figure:.2f}, budget {limit:g}: {'kept' if is_kept else 'MISSED'}")

    if "steps" in asked.only:
        report_steps(asked.rounds, asked.cases, budget)
    for sleepers in asked.sleepers if "waking" in asked.only else ():
        found = compared(
            f"Waking 100 of {sleepers:,} cases", waking(sleepers, 50), "bare query", "ms"
        )
        budget(f"waking from {sleepers:,}", found["PostgresStore.wake"], 2, least=False)
    if "ticking" in asked.only:
        made = due_cases(asked.timers)
        print(f"\n| {asked.timers:,} due, each recorded once | deadlines/s |\n| --- | --: |")
        for workers in asked.workers:
            told = f"{workers} worker{'s' if workers > 1 else ''}"
            print(f"| {told} | {ticking(made, workers):,.0f} |", flush=True)
    if "footprint" in asked.only:
        print("\n| From start to end | seconds | MB at most |\n| --- | --: | --: |")
        for what, (seconds, megabytes) in footprint(asked.rounds).items():
            print(f"| {what} | {seconds:.2f} | {megabytes:.0f} |", flush=True)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
