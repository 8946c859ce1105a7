"""Acts on their way to the desk: a form each, told what it would do, and sent when it is agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from complaintflow import Actor, Case, Conflict, Desk, LimitReached, Method, Refused, Unmet, decide
from complaintflow.acts import Act
from complaintflow.acts.bounds import Open
from complaintflow.cli._form import Form, Situation
from complaintflow.cli._listening import Ended, Gone
from complaintflow.cli._page import FAINT, HEAD, NO, Page
from complaintflow.cli._reading import Unusable
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

    def open(self, case_id: str, by: str) -> Case:
        """
        Fill in the form of a new case and open it, once it is agreed.

        Raises:
            Dropped, Gone: the form is left; no case is opened.

            ComplaintflowError: the desk cannot open it.
        """
        form = Form(self._talk, Situation(self._method, None, self._clock.now()), Open)
        with self._left_unsent(Open.trigger):
            form.fill_in()
            while True:
                try:
                    act = form.made()
                    if self._agrees(form, Open.trigger, f"leads to {self._method.initial}"):
                        return self._desk.open(
                            case_id,
                            customer=act.customer,
                            complaint=act.complaint,
                            channel=act.channel,
                            owner=act.owner,
                            by=by,
                        )
                except Back:
                    pass
                except (EvidenceError, LimitReached) as error:
                    self._talk.object_to(str(error))
                form.revise()

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
        with self._left_unsent(act.trigger):
            form.fill_in()
            return self._sent(form, case, by)

    @contextmanager
    def _left_unsent(self, trigger: str) -> Iterator[None]:
        """Tell of a form that is left with what was not recorded."""
        try:
            yield
        except Gone as left:
            self._talk.say((f"{trigger} was not sent; nothing of it is recorded", FAINT))
            if isinstance(left, Ended):
                told = f"{left.where}, while {trigger} asks for '{left.asked}'"
                raise Unusable(f"{told}; add what is missing") from None
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
        told = f"{leads} {entry.state}"
        is_agreed = self._agrees(form, f"{entry.trigger}{outcome}", told, entry.warnings)
        return act if is_agreed else None

    def _agrees(
        self, form: Form[Any], what: str, leads: str, warnings: Sequence[Unmet] = ()
    ) -> bool:
        """Return whether an act is to be recorded, after what it would do has been told."""
        page = Page()
        page.blank()
        page.put((what, HEAD), f"  {leads}")
        form.put(page)
        put_warnings(page, warnings, indent=2)
        page.write()
        return self._talk.agrees("record it", yes=True)
