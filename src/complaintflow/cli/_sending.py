"""Acts on their way to the desk: a form each, told what it would do, and sent when it is agreed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaintflow import Actor, Case, Conflict, Desk, LimitReached, Method, Refused, decide
from complaintflow.acts import Act
from complaintflow.cli._form import Form, Situation
from complaintflow.cli._listening import Gone
from complaintflow.cli._page import FAINT, HEAD, NO, Page
from complaintflow.cli._rehearsing import WalkClock
from complaintflow.cli._talking import Back, Talk
from complaintflow.cli._telling import put_reasons, put_warnings, put_way
from complaintflow.errors import EvidenceError


class Sending:
    """
    Has forms filled in, and sends what is agreed to a desk.

    Args:
        method: the method that the cases are under.

        desk: the desk.

        talk: the talk at the terminal.

        clock: tells the time.

        refused: is told of each form that is refused before it is sent.
    """

    def __init__(
        self,
        method: Method,
        desk: Desk,
        talk: Talk,
        clock: WalkClock,
        refused: Callable[[Refused], None],
    ) -> None:
        self._method, self._desk, self._talk, self._clock = method, desk, talk, clock
        self._refused = refused

    def send(
        self,
        act: type[Act],
        case: Case,
        by: Actor,
        settled: Mapping[str, object] | None = None,
    ) -> int:
        """
        Fill in a form and send it, once it is agreed; return the version it was decided on.

        Args:
            act: the class of the act.

            case: the case.

            by: who records it.

            settled: what is known of the evidence before anything is asked.

        Raises:
            Dropped, Gone: the form is left; nothing of it is recorded.

            ComplaintflowError: the desk cannot record it.
        """
        situation = Situation(self._method, case, self._clock.now_on(case), by.limits is not None)
        form = Form(self._talk, situation, act, settled)
        try:
            form.fill_in()
            return self._sent(form, case, by)
        except Gone:
            self._talk.say((f"{act.trigger} was not sent; nothing of it is recorded", FAINT))
            raise

    def _sent(self, form: Form[Act], case: Case, by: Actor) -> int:
        while True:
            try:
                act = self._agreed(form, case, by)
            except Back:
                act = None
            if act is None:
                form.revise()
                continue
            try:
                self._desk.record(case.id, act, by=by, version=case.version)
            except Conflict as error:
                # What was typed is not lost: it is decided anew, on the case as it is now.
                self._talk.object_to(str(error))
                case = self._desk.get(case.id)
            except LimitReached as error:
                self._talk.object_to(str(error))
                form.revise()
            else:
                return case.version

    def _agreed(self, form: Form[Act], case: Case, by: Actor) -> Act | None:
        """
        Return the act of a form as it is to be recorded. None: something is to be changed first.

        What it would do is told before, with every warning; or every reason why it is refused.
        """
        page = Page()
        try:
            act = form.made()
            entry = decide(self._method, case, act, at=self._clock.now_on(case), by=by)
        except EvidenceError as error:
            page.blank()
            page.put(("these do not go together:", NO))
            page.rows([("-", problem) for problem in error.problems], indent=2)
            page.write()
            return None
        except Refused as no:
            page.blank()
            page.put(("refused: ", NO), f"{no.trigger}, while {no.state}")
            put_reasons(page, no.unmet, indent=2)
            put_way(page, no.way, indent=2)
            page.write()
            self._refused(no)
            return None
        outcome = f" ({entry.outcome})" if entry.outcome else ""
        leads = "stays" if entry.state == entry.move.source else "leads to"
        page.blank()
        page.put((f"{entry.trigger}{outcome}", HEAD), f"  {leads} {entry.state}")
        form.put(page)
        put_warnings(page, entry.warnings, indent=2)
        page.write()
        return act if self._talk.agrees("record it", yes=True) else None
