"""What is due on a case, as its method counts it."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from complaintflow._calendars import Calendars
from complaintflow._case import Case, soonest_first
from complaintflow._deadlines import Deadline
from complaintflow._engine._machine import compiled
from complaintflow._engine._reasons import no_case
from complaintflow._method import Method
from complaintflow._time import must_be_aware
from complaintflow.errors import EvidenceError, UnknownMethod


def due(
    method: Method,
    case: Case,
    *,
    at: datetime | None = None,
    calendar: Calendars | None = None,
) -> tuple[Deadline, ...]:
    """
    Return everything that is due on a case, soonest first. Pure.

    Running deadlines are as they were fixed when they started, in UTC. One that stands still is
    told as if it ran on from *at*, and keeps saying since when it is paused. What was found
    overdue is in `case.breaches`.

    Args:
        method: the method the case is bound to.

        case: the case.

        at: the moment asked about. None: that of the case's last entry.

        calendar: tells business days: one calendar, or several by their names. None: Monday to
            Friday.

    Raises:
        EvidenceError: *method* is no method, or *case* no case.

        UnknownMethod: the case is bound to another method or version.

        TimeError: *at* is naive, or a calendar the method names is not there.
    """
    machine = compiled(method)
    if not isinstance(case, Case):
        raise EvidenceError("due", (no_case(case),))
    if case.pin != machine.pin:
        raise UnknownMethod(case.pin, (machine.pin,))
    moment = case.updated_at if at is None else must_be_aware(at)
    found = []
    for deadline in case.deadlines:
        since = deadline.paused_at
        if since is not None:
            limit = machine.limits.by_code[deadline.code]
            running = limit.resumed(deadline, max(moment, since), calendar)
            found.append(evolve(running, paused_at=since))
        else:
            found.append(deadline)
    return tuple(sorted(found, key=soonest_first))
