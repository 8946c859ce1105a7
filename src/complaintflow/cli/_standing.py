"""Where a case stands on its way through a method, and what may be done next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from rich.text import Text

from complaintflow import Act, Case, Entry, Method, Option
from complaintflow._help import about
from complaintflow.acts.bounds import DeadlineNear, DeadlinePassed
from complaintflow.cli._evidence import uncited
from complaintflow.cli._page import FAINT, HEAD, NO, YES, Page, flat, moment
from complaintflow.cli._telling import put_reasons, put_warnings, put_way


def put_standing(page: Page, method: Method, case: Case, now: datetime) -> None:
    """Put on a page where a case stands: its place on the road, and what is owed."""
    page.blank()
    page.put((flat(case.id), HEAD), f"  {flat(case.customer)}", (f"  {moment(now)}", FAINT))
    page.put(_road(method, case))
    stands = method.state(case.state)
    turn = "; it is the customer's turn" if stands.waits_for == "customer" else ""
    page.put(stands.about, (turn, FAINT))
    for promise in case.ledger.outstanding:
        late = promise.due < now or promise.breached_at is not None
        when = ("overdue since ", NO) if late else ("until ", FAINT)
        what, who = flat(promise.what), flat(promise.who)
        page.put((f"{promise.id}  ", FAINT), f"{what}, by {who}, ", when, moment(promise.due))
    for deadline in case.deadlines:
        if deadline.about is None:
            due = f"until {moment(deadline.due)}" if deadline.paused_at is None else "stands still"
            text = deadline.text.replace("{customer}", case.customer)
            page.put((f"{due}, else: ", FAINT), flat(text))


def _road(method: Method, case: Case) -> Text:
    """Return the states of the numbered steps, and the one that the case stands in."""
    told = Text()
    for state in method.states:
        if state.step is not None or state.name == case.state:
            is_here = state.name == case.state
            told.append(" → " if told else "", FAINT)
            told.append(f"[{state.name}]" if is_here else state.name, HEAD if is_here else FAINT)
    return told


def in_groups(
    method: Method, case: Case, options: Iterable[Option], remarks: Collection[str]
) -> tuple[list[Option], list[Option], list[Option]]:
    """
    Return what leads on from where a case stands, what else is possible, and what is not yet.

    Args:
        method: the method.

        case: the case.

        options: its acts as they stand now.

        remarks: what is ready on every case that was just opened.
    """
    on: list[Option] = []
    else_: list[Option] = []
    waiting: list[Option] = []
    for option in options:
        leads_on = _leads_on(method, case, option.trigger, is_news=option.trigger not in remarks)
        (waiting if not option.ready else on if leads_on else else_).append(option)
    return on, else_, waiting


def _leads_on(method: Method, case: Case, trigger: str, *, is_news: bool) -> bool:
    """Return whether an act takes a case on: to a state, a fact or a duty it has not seen yet."""
    rule = method.rule(trigger)
    if not (is_news or rule.in_way):
        return False  # a remark, or an exit
    if any(
        edge.trigger == trigger
        and case.state in edge.sources
        and edge.target not in {None, case.state}
        for edge in method.edges
    ):
        return True
    facts = rule.establishes.union(*(outcome.establishes for outcome in rule.outcomes))
    return not facts <= case.facts if facts else is_news


def put_options(
    page: Page,
    method: Method,
    here: Sequence[Option],
    always: Sequence[Option],
    waiting: Sequence[Option],
    *,
    listed: Collection[str] = (),
) -> None:
    """
    Put on a page what may be done next, numbered, and what not yet.

    Args:
        page: the page.

        method: the method.

        here: what leads on.

        always: what else is possible.

        waiting: what is not yet.

        listed: what else was listed before, and is only counted. Empty: all is listed.
    """
    page.heading("What may be done next")
    rows = [
        (Text(f"{number:>2}", FAINT), o.trigger, Text(_briefly(method, o.trigger), FAINT))
        for number, o in enumerate(here, 1)
    ]
    page.rows(rows)
    if always:
        numbered = enumerate(always, len(here) + 1)
        news = [f"{number}:{o.trigger}" for number, o in numbered if o.trigger not in listed]
        before = len(always) - len(news)
        page.put(
            ("also possible: ", FAINT),
            ", ".join([*news, *([f"{before} as before"] * (before > 0))]),
        )
    if waiting:
        named = ", ".join(option.trigger for option in waiting)
        page.put(("not yet: ", FAINT), f"{len(waiting)} acts" if listed else named)


def _briefly(method: Method, trigger: str) -> str:
    told, _, _ = uncited(about(method.rule(trigger).act)).partition(". ")
    return told.removesuffix(".")


def put_every(page: Page, options: Iterable[Option]) -> None:
    """Put every act on a page, ready or not, and why not."""
    ready, not_yet = Text("ready", YES), Text("not yet", NO)
    page.rows(
        [(ready if o.ready else not_yet, o.trigger, "; ".join(map(str, o.unmet))) for o in options]
    )


def put_why_not(page: Page, option: Option, state: str) -> None:
    """Put on a page what stands in the way of an act, and the way to it."""
    if option.ready:
        page.put(("ready: ", YES), f"{option.trigger} can be recorded now")
        page.rows([("-", asked.text) for asked in option.asks], indent=2)
        return
    page.put(("not yet: ", NO), f"{option.trigger}, while {state}")
    put_reasons(page, option.unmet, indent=2)
    put_way(page, option.way, indent=2)


def put_kept(page: Page, entries: Iterable[Entry]) -> None:
    """Put on a page what was recorded."""
    for entry in entries:
        outcome = f" ({entry.outcome})" if entry.outcome else ""
        moved = entry.state != entry.move.source or entry.version == 1
        page.put(
            ("recorded: ", YES),
            f"{entry.version}. {entry.trigger}{outcome}{_of_what(entry.act)}",
            (f" by {flat(entry.by.id)}", FAINT),
            f" → {entry.state}" if moved else "",
        )
        for promise in entry.promises:
            what, who = flat(promise.what), flat(promise.who)
            told = f"{what}, by {who}, until {moment(promise.due)}"
            page.put((f"promise {promise.id}: ", FAINT), told, indent=2)
        put_warnings(page, entry.warnings, indent=2)


def _of_what(act: Act) -> str:
    """Return what time has brought something of; nothing for what somebody did."""
    if isinstance(act, DeadlinePassed | DeadlineNear):
        return f": {' '.join(filter(None, (act.deadline, act.promise)))}"
    return ""


def put_history(page: Page, entries: Iterable[Entry]) -> None:
    """Put a history on a page, a line for each entry."""
    rows = []
    for entry in entries:
        outcome = f" ({entry.outcome})" if entry.outcome else ""
        number = Text(f"{entry.version:>2}", style=FAINT)
        at, by = moment(entry.at), Text(flat(entry.by.id), style=FAINT)
        rows.append((number, at, by, f"{entry.trigger}{outcome}", entry.state))
    page.rows(rows, indent=2)
