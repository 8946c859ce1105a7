"""Telling what a check of a method found: to people as stories, to programs as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.text import Text

from complaintflow import Method
from complaintflow.cli._description import Data
from complaintflow.cli._page import BEWARE, FAINT, HEAD, NO, YES, Page, Row, line
from complaintflow.cli._show import clauses
from complaintflow.documents._stand_ins import ABOUT_AN_ACT
from complaintflow.verification import Finding, Guard, Proof, Report, Turn
from complaintflow.verification._report import Noticed

SEVERITIES = {"error": NO, "warning": BEWARE, "note": FAINT}
VERDICTS = {
    "proved": YES,
    "broken": NO,
    "departed": FAINT,
    "undecided": BEWARE,
    "watched": FAINT,
    "caught": YES,
    "redundant": FAINT,
    "unnoticed": BEWARE,
}
SEARCHES = {
    "listed": "looked at one by one",
    "packed": "looked at by whole sets",
    "refined": "looked at by a few facts at a time",
}
GUARDS: dict[Noticed, str] = {
    "caught": "caught",
    "redundant": "implied by the rest",
    "unnoticed": "unnoticed",
    "undecided": "undecided",
}
LABEL = 9
"""The width of the column of verdicts."""


def put_report(page: Page, method: Method, report: Report, *, stood_in: Sequence[str] = ()) -> None:
    """Put what a check found on a page, and which acts of a host were stood in for."""
    counted = "" if report.configurations is None else f"{report.configurations} configurations, "
    page.title(method.title, f"{report.method}: {counted}{SEARCHES[report.searched]}")
    for finding in report.findings:
        _put_finding(page, finding)
    _put_proofs(page, report.proofs)
    if report.guards is not None:
        _put_guards(page, report.guards)
    if stood_in:
        page.heading("Stood in for")
        page.rows([(each, Text(ABOUT_AN_ACT, style=BEWARE)) for each in stood_in], indent=2)
    if report.undecided:
        page.heading("Not decided")
        page.rows([(each,) for each in report.undecided], indent=2)
    page.blank()
    if report.is_clean:
        page.put(("✓ ", YES), "nothing is wanting")
    else:
        page.put(("✗ ", NO), report.wanting)


def _put_finding(page: Page, finding: Finding) -> None:
    page.blank()
    style = SEVERITIES[finding.severity] if finding.accepted is None else FAINT
    mark = finding.severity if finding.accepted is None else "accepted"
    page.put((mark, style), f"  {finding.text}  ", clauses(finding.cites))
    if finding.accepted is not None:
        page.put((f"because {finding.accepted}", FAINT), indent=LABEL + 2)
    page.rows(_story(finding.story), indent=2)


def _story(story: Sequence[Turn]) -> Iterable[Row]:
    for place, turn in enumerate(story, 1):
        act, _, moved = str(turn).partition(": ")
        yield Text(f"{place}.", style=FAINT), act, Text(moved, style=FAINT)


def _put_proofs(page: Page, proofs: Sequence[Proof]) -> None:
    page.heading("Never, whatever happens")
    rows: list[Row] = []
    for proof in proofs:
        unless = "" if proof.needs_no_waiver else " (unless it is waived)"
        rows.append((Text(proof.verdict, style=VERDICTS[proof.verdict]), proof.text + unless))
    page.rows(rows or [("", "nothing is stated")], indent=2, widths=[LABEL])


def _put_guards(page: Page, guards: Sequence[Guard]) -> None:
    page.heading("Without each of its guards")
    shown = [guard for guard in guards if guard.verdict != "redundant"]
    longest = max((len(guard.name) for guard in shown), default=0)
    room = page.width - (2 + LABEL + 2)
    rows = [_guard(guard, longest, room) for guard in shown]
    page.rows(rows, indent=2, widths=[LABEL])
    told = Counter(guard.verdict for guard in guards)
    counted = ", ".join(f"{told[each]} {said}" for each, said in GUARDS.items() if told[each])
    page.put((counted or "there are none", HEAD), indent=2)
    for guard in guards:
        if guard.verdict == "unnoticed" and guard.accepted is None:
            page.blank()
            page.put((f"nobody notices when this is lost: {guard.name}", BEWARE), indent=2)
            page.rows(_story(guard.story), indent=4)


def _guard(guard: Guard, longest: int, room: int) -> Row:
    """Return who notices, beside the guard, or below it where there is no room for a name."""
    told = f"by {guard.by}" if guard.verdict == "caught" else guard.by
    told = f"accepted: {guard.accepted}" if guard.accepted else told
    mark = Text(guard.verdict, style=FAINT if guard.accepted else VERDICTS[guard.verdict])
    beside = f"{guard.name:<{longest}}  "
    fits = len(beside) + len(told) <= room
    return mark, line(beside if fits else f"{guard.name}\n  ", (told, FAINT))


# -- data ---------------------------------------------------------------------------------------


def data_of_report(report: Report, *, stood_in: Sequence[str] = ()) -> Data:
    """
    Return what a check found as data.

    The keys, which stay: `method`, `is_clean`, `configurations` (or null), `searched`,
    `undecided` (sentences), `stood_in` (the acts of a host that were stood in for), and lists of

    - `findings`: `code`, `about`, `key`, `severity`, `text`, `story`, `cites`, `accepted` (the
      reason, or null);
    - `proofs`: `code`, `text`, `verdict`, `needs_no_waiver`;
    - `guards` (null: they were not asked for): `name`, `key`, `verdict`, `by`, `story`,
      `accepted`.

    A step of a `story` is `act`, `outcome` (or null), `from`, `to`, `establishes`, `clears` and
    `begins_cycle`.
    """
    return {
        "method": report.method,
        "is_clean": report.is_clean,
        "configurations": report.configurations,
        "searched": report.searched,
        "undecided": list(report.undecided),
        "stood_in": list(stood_in),
        "findings": [_finding_data(finding) for finding in report.findings],
        "proofs": [
            {
                "code": proof.code,
                "text": proof.text,
                "verdict": proof.verdict,
                "needs_no_waiver": proof.needs_no_waiver,
            }
            for proof in report.proofs
        ],
        "guards": None if report.guards is None else [_guard_data(g) for g in report.guards],
    }


def _finding_data(finding: Finding) -> Data:
    return {
        "code": finding.code,
        "about": finding.about,
        "key": finding.key,
        "severity": finding.severity,
        "text": finding.text,
        "story": _story_data(finding.story),
        "cites": list(finding.cites),
        "accepted": finding.accepted,
    }


def _guard_data(guard: Guard) -> Data:
    return {
        "name": guard.name,
        "key": guard.key,
        "verdict": guard.verdict,
        "by": guard.by,
        "story": _story_data(guard.story),
        "accepted": guard.accepted,
    }


def _story_data(story: Sequence[Turn]) -> list[Data]:
    return [
        {
            "act": turn.trigger,
            "outcome": turn.outcome,
            "from": turn.source,
            "to": turn.target,
            "establishes": list(turn.establishes),
            "clears": list(turn.clears),
            "begins_cycle": turn.begins_cycle,
        }
        for turn in story
    ]
