"""
A process that works on a store, for tests that race or kill it.

It waits for a line on its standard input, and prints what it has done, one line each.
"""

# ruff: noqa: T201
# Printing is how it tells the test.

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from complaintflow.adapters import store_from_url
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.errors import Conflict
from complaintflow.ports import Change, Notification, Record, Snapshot

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def a_step(case_id, version):
    """
    Return the step that makes this version of a case, with an entry and a notification.
    """
    return Change(
        case_id,
        version - 1,
        Snapshot(
            case_id=case_id,
            version=version,
            method="six_steps/1/0123abcd",
            state="open",
            customer="ana",
            owner=None,
            is_closed=False,
            due_at=None,
            wake_at=None,
            updated_at=NOW,
            head=f"{version:064x}",
            text=f"{version}",
        ),
        (Record(case_id, version, NOW, "listen", None, f"{version:064x}", f"{version}", None),),
        (
            Notification(
                f"{case_id}:{version}:1", case_id, version, "heard", "owner", "listen", NOW, "open"
            ),
        ),
    )


def write(store, case_id, steps):
    """
    Take steps on a case, and tell of each that was kept, when it is.
    """
    while steps:
        case = store.load(case_id)
        version = case.version + 1 if case else 1
        try:
            store.commit(a_step(case_id, version))
        except Conflict:
            continue
        print(version, flush=True)
        steps -= 1


def claim(store):
    """
    Claim what is outstanding, and tell the keys.
    """
    while claimed := store.claim(now=NOW, until=NOW + timedelta(hours=1), limit=3):
        for told in claimed:
            print(told.key, flush=True)


def main():
    """
    Do what the command line says: the work, the file or URL; to write, the case and the steps.
    """
    work, path, *more = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    opened = store_from_url(path) if "://" in path else SqliteStore(path, timeout=30)
    with opened as store:
        if work == "write":
            case_id, steps = more
            write(store, case_id, int(steps))
        elif work == "claim":
            claim(store)


if __name__ == "__main__":
    main()
