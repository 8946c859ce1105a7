"""A walk: one complaint, step by step, with somebody at the keyboard who decides each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from complaintflow import (
    Actor,
    Case,
    ComplaintflowError,
    Desk,
    Method,
    Option,
    Refused,
    UnknownCase,
    open_case,
    options,
)
from complaintflow._spelling import nearest
from complaintflow.acts.bounds import Open
from complaintflow.cli._answers import NotUnderstood, moment_of, moments
from complaintflow.cli._listening import Gone
from complaintflow.cli._methods import no_calendars
from complaintflow.cli._page import FAINT, HEAD, NO, Page, flat, in_full
from complaintflow.cli._reading import Unusable
from complaintflow.cli._rehearsing import Staff, WalkClock
from complaintflow.cli._sending import Sending
from complaintflow.cli._standing import (
    in_groups,
    put_every,
    put_history,
    put_kept,
    put_options,
    put_standing,
    put_why_not,
)
from complaintflow.cli._talking import Back, Dropped, Talk
from complaintflow.cli._telling import put_case
from complaintflow.ports import Store
from complaintflow.statistics import RefusalLog

HELP = (
    ("Enter", "where the case stands, and what may be done next"),
    ("3, listen", "the form of an act; the first letters of its name are enough"),
    ("why ACT", "what stands in its way, and the way to it"),
    ("all", "every act of the method, and why not"),
    ("case", "the case, with everything that was promised"),
    ("history", "what has happened; it cannot be undone, only corrected"),
    ("by NAME", "somebody else records what comes next"),
    ("at TIME", "it happened at another time: {moments}; at now ends it"),
    ("quit", "leave; everything that was recorded is kept. Ctrl-C and Ctrl-D do the same"),
    (":help", "how to go back in a form, or to leave it"),
)


SHOWN = 9
"""How many open cases are shown to choose from."""


class UnderAnother(ComplaintflowError):
    """A case that is under another method than the one that is walked."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.case = case


class Walk:
    """
    A case on its way through a method.

    Args:
        method: the method.

        store: where the case is kept.

        talk: the talk at the terminal.

        clock: tells the time.

        staff: who may do what; the one it names records, until somebody else does.

        refusals: keeps what is refused. None: nothing does.
    """

    def __init__(  # noqa: PLR0917  (in the order of the sentence above)
        self,
        method: Method,
        store: Store,
        talk: Talk,
        clock: WalkClock,
        staff: Staff,
        refusals: RefusalLog | None = None,
    ) -> None:
        self._method, self._talk, self._clock, self._staff = method, talk, clock, staff
        self._refusals = refusals
        self._desk = Desk(
            method,
            store=store,
            clock=clock,
            calendar=no_calendars(method),
            authority=staff,
            on_refused=refusals,
        )
        self._sending = Sending(method, self._desk, talk, clock, self._keep)
        self._numbered: Sequence[Option] = ()
        self._remarks = _ready_at_first(method)
        self._known: Case | None = None
        self._listed: frozenset[str] = frozenset()
        self.by = staff.name
        """Who records."""

    # -- the walk ---------------------------------------------------------------------------------

    def begin(self, case_id: str | None) -> None:
        """
        Resume a case, or open one that is not there yet.

        Raises:
            Dropped, Gone: the walk was left before there was a case.

            UnderAnother: the case is under another method.

            ComplaintflowError: the store cannot be used.
        """
        named = self._name_case() if case_id is None else case_id
        try:
            known = self._desk.get(named)
        except UnknownCase:
            self._open(named)
        else:
            if known.pin != self._method.pin:
                raise UnderAnother(known)
            self._known = known
            told = f"case {flat(named)} of {flat(self._known.customer)}"
            self._talk.say(("resumed: ", HEAD), told)

    def _name_case(self) -> str:
        """Return the id of a case, after those that are open have been shown."""
        some = self._desk.cases(method=self._method.name, is_closed=False, limit=SHOWN + 1)
        if some:
            page = Page()
            page.put(("Cases that are open here", HEAD))
            page.rows([(flat(c.id), flat(c.customer), c.state) for c in some[:SHOWN]], indent=2)
            if len(some) > SHOWN:
                page.put("and more", indent=2)
            page.write()
        told = "The id of one to resume, or a new id, such as a ticket's number."
        self._talk.say(("Which case? ", HEAD), (told, FAINT))
        while not (named := self._talk.ask("case")):
            self._talk.object_to("a case needs an id; :quit leaves")
        return named

    def _open(self, case_id: str) -> None:
        self._talk.say((f"{self._method.title}: a new case", HEAD))
        self._known = self._sending.open(case_id, self.by)
        self._put_kept(after=0)

    def go(self) -> None:
        """
        Go on until the walk is left.

        Raises:
            Gone: it was left.
        """
        shows = True
        while True:
            try:
                if shows:
                    self._show()
                self._talk.say()
                shows = self._follow(self._talk.ask("next"))
            except Back:
                self._talk.object_to("what was recorded stays; correct annotates an entry")
                shows = False
            except Dropped:
                self._talk.say(("dropped; nothing of it was recorded", FAINT))
                shows = False
            except Unusable:
                raise
            except (NotUnderstood, ComplaintflowError) as error:
                # Somebody may have acted in between, or the store be locked: what is kept is kept.
                self._talk.object_to(str(error))
                shows = False

    def _follow(self, answer: str) -> bool:
        """Do what was answered, and return whether to show where that leads."""
        if not answer:
            self._listed = frozenset()
            return True
        name, _, rest = answer.partition(" ")
        command = _COMMANDS.get(name.casefold())
        return self._act(self._option(answer)) if command is None else command(self, rest.strip())

    @property
    def case(self) -> Case:
        """
        The case as it is now.

        Raises:
            UnknownCase: it is not open yet.
        """
        if self._known is None:
            raise UnknownCase("")
        return self._desk.get(self._known.id)

    # -- commands ---------------------------------------------------------------------------------

    def _help(self, _: str) -> bool:
        page = Page()
        page.rows([(each, means.format(moments=moments())) for each, means in HELP], widths=[9])
        page.write()
        return False

    def _quit(self, _: str) -> bool:
        raise Gone

    def _tell_case(self, _: str) -> bool:
        page = Page()
        put_case(page, self.case)
        page.write()
        return False

    def _tell_history(self, _: str) -> bool:
        page = Page()
        put_history(page, self._desk.history(self.case.id))
        page.write()
        return False

    def _tell_all(self, _: str) -> bool:
        page = Page()
        put_every(page, self._options())
        page.write()
        return False

    def _why(self, name: str) -> bool:
        if not name:
            raise NotUnderstood("say which act: why ACT")
        page = Page()
        put_why_not(page, self._option(name), self.case.state)
        page.write()
        return False

    def _change_by(self, name: str) -> bool:
        if not name:
            raise NotUnderstood("say who records what comes next: by NAME")
        self._staff.actor(name)
        self.by = name
        self._talk.say((f"{flat(name)} records from here on", FAINT))
        return False

    def _change_at(self, answer: str) -> bool:
        if not answer:
            raise NotUnderstood(f"say when it happened: at TIME, such as {moments()}")
        at = None if answer.casefold() == "now" else moment_of(answer, self._clock.now())
        last = self.case.updated_at
        if at is not None and at < last:
            message = f"{in_full(at)} is before the last entry, {in_full(last)}; name a later time"
            raise NotUnderstood(message)
        self._clock.set(at)
        return True

    # -- where it stands --------------------------------------------------------------------------

    def _options(self) -> list[Option]:
        """Return every act that somebody can do, ready or not: all but the clock's."""
        return [
            option
            for option in self._desk.options(self.case.id, by=self.by)
            if self._method.rule(option.trigger).act.spec.speaker != "system"
        ]

    def _show(self) -> None:
        page = Page()
        known = self.case.id
        put_kept(page, [entry for entry in self._desk.tick() if entry.case_id == known])
        case = self.case
        put_standing(page, self._method, case, self._clock.now_on(case))
        here, always, waiting = in_groups(self._method, case, self._options(), self._remarks)
        self._numbered = (*here, *always)
        put_options(page, self._method, here, always, waiting, listed=self._listed)
        lists = "; Enter lists every act" if self._listed else ""
        page.put((f"help tells what else can be answered{lists}", FAINT))
        self._listed = frozenset(option.trigger for option in always)
        page.write()

    def _option(self, answer: str) -> Option:
        """
        Return the option that is meant by a number or a name.

        Raises:
            NotUnderstood: none is.
        """
        every = {option.trigger: option for option in self._options()}
        if answer.isdecimal():
            if not 1 <= int(answer) <= len(self._numbered):
                last = len(self._numbered)
                raise NotUnderstood(f"there is no {answer}; answer 1 to {last}, or a name")
            return every[self._numbered[int(answer) - 1].trigger]
        plain = answer.casefold().replace(" ", "_")
        begun = [plain] if plain in every else [o for o in every if o.startswith(plain)]
        if len(begun) == 1:
            return every[begun[0]]
        if begun:
            raise NotUnderstood(
                f"more than one act begins so: {', '.join(begun)}; write more of it"
            )
        near = nearest(plain, (*every, *_COMMANDS))
        meant = f" (did you mean '{near}'?)" if near else ""
        raise NotUnderstood(
            f"'{flat(answer):.40}' is no act of {self._method.name}{meant}; all lists them, and "
            "help tells what else can be answered"
        )

    # -- acting -----------------------------------------------------------------------------------

    def _act(self, option: Option, settled: Mapping[str, object] | None = None) -> bool:
        """Fill in the form of an act and record it; return whether the case has moved."""
        if not option.ready:
            return self._begin_the_way(option)
        act, actor = self._method.rule(option.trigger).act, self._staff.actor(self.by)
        self._put_kept(after=self._sending.send(act, self.case, actor, settled))
        return True

    def _begin_the_way(self, option: Option) -> bool:
        """Tell why not yet, and take the first step of the way to it where that is wanted."""
        page = Page()
        put_why_not(page, option, self.case.state)
        page.write()
        self._keep(Refused(option.trigger, self.case.state, option.unmet))
        first = next(iter(option.way or ()), None)
        ready = {each.trigger: each for each in self._options() if each.ready}
        if first is None or first.trigger not in ready:
            return False
        if not self._talk.agrees(f"begin with {first.trigger}", yes=True):
            return False
        return self._act(ready[first.trigger], dict(first.evidence))

    def _keep(self, refused: Refused) -> None:
        """Keep a refusal that was told before the desk was asked."""
        if self._refusals is not None:
            try:
                self._refusals.keep(self._method.name, refused)
            except OSError as error:
                self._talk.say(("the refusal is not kept: ", NO), f"{error.strerror}")

    def _put_kept(self, *, after: int) -> None:
        page = Page()
        put_kept(page, self._desk.history(self.case.id, after=after))
        page.write()


def _ready_at_first(method: Method) -> frozenset[str]:
    """Return the acts that are ready on every case that was just opened."""
    at, by = datetime(2026, 1, 5, tzinfo=UTC), Actor("agent")
    case = Case.open(open_case(method, "new", Open("new", "new"), at=at, by=by))
    return frozenset(o.trigger for o in options(method, case, at=at, by=by) if o.ready)


_COMMANDS: Mapping[str, Callable[[Walk, str], bool]] = {
    "all": Walk._tell_all,  # noqa: SLF001
    "at": Walk._change_at,  # noqa: SLF001
    "by": Walk._change_by,  # noqa: SLF001
    "case": Walk._tell_case,  # noqa: SLF001
    "help": Walk._help,  # noqa: SLF001
    "history": Walk._tell_history,  # noqa: SLF001
    "quit": Walk._quit,  # noqa: SLF001
    "why": Walk._why,  # noqa: SLF001
}


def words(method: Method) -> tuple[str, ...]:
    """Return what can be answered on the way, for completion."""
    return (*method.triggers, *_COMMANDS)
