"""Every statement of the SQLAlchemy store, built once for its tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    Delete,
    Insert,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from complaintflow.adapters.sqlalchemy._tables import Cases, Tables
from complaintflow.ports import Query

_SNAPSHOT = (
    *("case_id", "version", "method", "state", "customer", "owner", "is_closed", "due_at"),
    *("wake_at", "updated_at", "head", "text"),
)
_RECORD = ("case_id", "version", "at", "trigger", "key", "digest", "text", "personal")
_NOTIFICATION = (
    *("key", "case_id", "version", "topic", "recipient", "trigger", "at", "state", "attempts"),
)
# The names of parameters must not be those of columns, where both are in an UPDATE.


class Statements:
    """What is sent, by what it is for; parameters are named as in the port."""

    def __init__(self, tables: Tables, case_: Cases, *, skip_locked: bool) -> None:
        entry, outbox = tables.entry, tables.outbox
        this_case = case_.c["case_id"] == bindparam("this_id")
        this_entry = entry.c.case_id == bindparam("this_id")
        this_told = outbox.c.key == bindparam("this_key")
        limit: BindParameter[int] = bindparam("limit")

        self.version: Select[Any] = select(tables.schema.c.version)
        self.set_version: Insert = insert(tables.schema)

        self._snapshot = select(*(case_.c[name] for name in _SNAPSHOT))
        if case_.is_hosts:  # others of its rows are no cases
            self._snapshot = self._snapshot.where(case_.c["version"] > 0)
        self.load: Select[Any] = self._snapshot.where(this_case)
        self.version_of: Select[Any] = select(case_.c["version"]).where(this_case)
        self.open: Insert = insert(case_.table)
        self.move: Update = (
            update(case_.table)
            .where(this_case, case_.c["version"] == bindparam("expected"))
            .values({case_.c[name]: bindparam(f"new_{name}") for name in _SNAPSHOT[1:]})
        )
        self.erase: tuple[Update, Update] = (
            update(entry).where(this_entry, entry.c.personal.is_not(None)).values(personal=None),
            update(outbox)
            .where(outbox.c.case_id == bindparam("this_id"), outbox.c.error.is_not(None))
            .values(error=""),
        )
        self.keep_entry: Insert = insert(entry)
        self.keep_told: Insert = insert(outbox)

        record = select(*(entry.c[name] for name in _RECORD))
        history = record.where(this_entry, entry.c.version > bindparam("after"))
        self.history: Select[Any] = history.order_by(entry.c.version)
        self.keyed: Select[Any] = record.where(this_entry, entry.c.key == bindparam("this_key"))

        asleep = self._snapshot.where(
            case_.c["wake_at"] < bindparam("now"),
            case_.c["method"].in_(bindparam("methods", expanding=True)),
        )
        self.asleep: Select[Any] = asleep.order_by(case_.c["wake_at"], case_.c["case_id"]).limit(
            limit
        )
        self.let_sleep: Update = (
            update(case_.table)
            .where(case_.c["case_id"].in_(bindparam("ids", expanding=True)))
            .values({case_.c["wake_at"]: bindparam("until")})
        )
        self.let_one_sleep: Update = (
            update(case_.table)
            .where(this_case, case_.c["wake_at"] < bindparam("now"))
            .values({case_.c["wake_at"]: bindparam("until")})
        )

        head, older = outbox.alias("head"), outbox.alias("older")
        free = or_(head.c.held_until.is_(None), head.c.held_until <= bindparam("now"))
        is_behind = exists().where(
            older.c.case_id == head.c.case_id,
            older.c.position < head.c.position,
            older.c.error.is_(None),
        )
        heads = select(*(head.c[name] for name in _NOTIFICATION))
        self.free_heads: Select[Any] = (
            heads.where(head.c.error.is_(None), free, ~is_behind)
            .order_by(head.c.position)
            .limit(limit)
        )
        self.hold: Update = (
            update(outbox)
            .where(outbox.c.key.in_(bindparam("ids", expanding=True)))
            .values(held_until=bindparam("until"))
        )
        self.hold_one: Update = (
            update(outbox)
            .where(
                this_told,
                or_(outbox.c.held_until.is_(None), outbox.c.held_until <= bindparam("now")),
            )
            .values(held_until=bindparam("until"))
        )
        if skip_locked:
            self.asleep = self.asleep.with_for_update(skip_locked=True)
            self.free_heads = self.free_heads.with_for_update(skip_locked=True)

        self.settle: Delete = delete(outbox).where(this_told)
        attempts = outbox.c.attempts + 1
        waits = update(outbox).where(this_told, outbox.c.error.is_(None))
        self.postpone: Update = waits.values(attempts=attempts, held_until=bindparam("until"))
        self.park: Update = waits.values(attempts=attempts, error=bindparam("why"), held_until=None)
        self.release: Update = (
            update(outbox)
            .where(this_told, outbox.c.error.is_not(None))
            .values(attempts=0, error=None)
        )
        aside = select(outbox.c.error, *(outbox.c[name] for name in _NOTIFICATION))
        self.parked: Select[Any] = aside.where(
            outbox.c.error.is_not(None), outbox.c.key > bindparam("after")
        ).order_by(outbox.c.key)
        self._case = case_

    def find(self, query: Query) -> Select[Any]:
        """Return what finds the cases that match a query."""
        column, asked = self._case.c, self._snapshot
        for name in ("state", "owner", "customer", "is_closed"):
            wanted = getattr(query, name)
            if wanted is not None:
                asked = asked.where(column[name] == wanted)
        if query.method is not None:
            # The next character after the slash is the zero.
            first, end = f"{query.method}/", f"{query.method}0"
            alike = and_(column["method"] >= first, column["method"] < end)
            asked = asked.where(or_(column["method"] == query.method, alike))
        if query.methods is not None:
            asked = asked.where(column["method"].in_(query.methods))
        if query.due_before is not None:
            asked = asked.where(column["due_at"] < query.due_before)
            asked = asked.order_by(column["due_at"])
            if query.after is not None and query.due_after is not None:
                at_once = and_(column["due_at"] == query.due_after, column["case_id"] > query.after)
                asked = asked.where(or_(column["due_at"] > query.due_after, at_once))
        elif query.after is not None:
            asked = asked.where(column["case_id"] > query.after)
        return asked.order_by(column["case_id"]).limit(query.limit)
