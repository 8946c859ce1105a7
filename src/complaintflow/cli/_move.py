"""Moving the cases of a store to another method: what the command is given, and what it tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from complaintflow import Desk, Migration, MoveReport
from complaintflow.cli._description import Data
from complaintflow.cli._methods import every_method, method_of, no_calendars
from complaintflow.cli._opening import opened
from complaintflow.cli._page import FAINT, NO, YES, Page
from complaintflow.cli._reading import Unusable

EXAMPLES = 10
"""How many cases are told one by one to people."""


def migration_of(
    source: str, target: str, states: Sequence[str], facts: Sequence[str], limits: Sequence[str]
) -> Migration:
    """
    Return the migration that the options of the command say.

    Raises:
        ComplaintflowError: a method or what becomes of a name cannot be used.
    """
    return _Asked(
        method_of(source),
        method_of(target),
        states=_becomes("--state", states),
        facts=_becomes("--fact", facts),
        limits=_becomes("--limit", limits),
    )


class _Asked(Migration):
    """A migration that says what it lacks as options of the command."""

    def _written(self, what: str, name: str, becomes: str | None) -> str:
        new = {None: "", "...": "NEW"}.get(becomes, becomes)
        return f"--{what} {name}={new}"


def _becomes(option: str, given: Sequence[str]) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for each in given:
        was, is_said, now = each.partition("=")
        if not is_said or not was.strip():
            raise Unusable(f"{option} {each!r:.80} must be OLD=NEW, or OLD= for nothing")
        found.append((was.strip(), now.strip() or None))
    return found


def move_in(
    store: str, migration: Migration, *, preview: bool, by: str | None, reason: str | None
) -> MoveReport:
    """
    Move every case that can be moved, or tell what would become of them.

    Raises:
        ComplaintflowError: the store cannot be used, or nobody or no reason is given.
    """
    if not preview and not (by and reason):
        raise Unusable("say who moves them and why: --by NAME --reason TEXT; or look: --preview")
    methods = {each.pin: each for each in (migration.source, migration.target, *every_method())}
    with opened(store) as kept:
        every = tuple(methods.values())
        desk = Desk(*every, store=kept, calendar=no_calendars(*every))
        if preview or by is None or reason is None:
            return desk.preview_move(migration)
        return desk.move_all(migration, by=by, reason=reason)


def put_moves(page: Page, report: MoveReport) -> None:
    """Put what became of the cases on a page."""
    done = "can be moved" if report.is_preview else "moved"
    page.title("Moving cases", f"{report.source} -> {report.target}")
    if not report.states:
        page.put("no case is bound to it")
        return
    page.blank()
    names = ("state", "becomes", done, "cannot")
    rows: list[Sequence[str | Text]] = [[Text(name, style=FAINT) for name in names]]
    rows += [
        (each.state, each.becomes or "(stays)", str(each.can), str(each.cannot))
        for each in report.states
    ]
    page.rows(rows)
    why = Counter(str(unmet) for stuck in report.stuck for unmet in stuck.unmet)
    if why:
        page.heading("Why not")
        page.rows([(str(count), told) for told, count in why.most_common()], indent=2)
        page.heading("Cases")
        page.rows([(s.case_id, s.state) for s in report.stuck[:EXAMPLES]], indent=2)
        if len(report.stuck) > EXAMPLES:
            page.put(
                (f"and {len(report.stuck) - EXAMPLES} more; --json lists all", FAINT), indent=2
            )
    page.blank()
    if report.is_clean:
        page.put(("✓ ", YES), f"{report.can} {done}")
    else:
        page.put(("✗ ", NO), f"{report.can} {done}, {len(report.stuck)} cannot")


def data_of_moves(report: MoveReport) -> Data:
    """
    Return what became of the cases as data.

    The keys, which stay: `source`, `target`, `is_preview`, `states` (`state`, `becomes` or null,
    `can`, `cannot`), and `stuck` (`case`, `state`, and `unmet` with `code` and `text`).
    """
    return {
        "source": report.source,
        "target": report.target,
        "is_preview": report.is_preview,
        "states": [
            {"state": s.state, "becomes": s.becomes, "can": s.can, "cannot": s.cannot}
            for s in report.states
        ],
        "stuck": [
            {
                "case": s.case_id,
                "state": s.state,
                "unmet": [{"code": u.code, "text": u.text} for u in s.unmet],
            }
            for s in report.stuck
        ],
    }
