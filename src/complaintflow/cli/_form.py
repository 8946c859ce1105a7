"""A form for the evidence of an act, made from its class and asked field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar

import attrs
from attrs import NOTHING, frozen
from rich.text import Text

from complaintflow import Case, Method
from complaintflow._help import about
from complaintflow.acts import Act
from complaintflow.cli._answers import NotUnderstood, how, shown, understood
from complaintflow.cli._evidence import Choice, Wanted, choices_of, uncited, wanted_of
from complaintflow.cli._page import BEWARE, FAINT, HEAD, NO, Page, flat
from complaintflow.cli._show import clauses
from complaintflow.cli._talking import LEFT_OUT, Back, Talk
from complaintflow.errors import EvidenceError
from complaintflow.methods import LintFinding, lint

A = TypeVar("A", bound=Act)

FEW = 5
"""Up to so many fields that may be left out are asked one by one; more are asked for by name."""

WIDEST, LONGEST = 40, 600
"""How many letters of an earlier answer are shown at most: beside a question, and in review."""

Values = dict[str, object]


@frozen
class Situation:
    """What a form is filled in for."""

    method: Method
    case: Case | None
    """None: it is not open yet."""
    now: datetime
    limited: bool = False
    """Whether whoever fills it in has limits."""


class Form(Generic[A]):
    """
    The questions about one act, and the answers so far.

    Args:
        talk: the talk it is filled in by.

        situation: what it is filled in for.

        act: the class of the act.

        settled: what is known of the evidence before anything is asked.
    """

    def __init__(
        self,
        talk: Talk,
        situation: Situation,
        act: type[A],
        settled: Mapping[str, object] | None = None,
    ) -> None:
        self._talk, self._at, self._act = talk, situation, act
        self._values: Values = dict(settled or {})

    def fill_in(self) -> None:
        """
        Ask every field, in order.

        Raises:
            Dropped, Gone: it is left before the end.
        """
        self._talk.say()
        self._talk.say((self._act.trigger, HEAD), "  ", uncited(about(self._act)))
        self._talk.explain_forms(indent=2)
        while True:
            try:
                self._fill(self._act, self._values, indent=2)
            except Back:
                self._talk.object_to("this is the first question; :drop leaves the form")
            else:
                return

    def change(self, name: str) -> None:
        """
        Ask one field again.

        Raises:
            NotUnderstood: there is no such field.

            Dropped, Gone: it is left before the end.
        """
        fields = {wanted.name: wanted for wanted in wanted_of(self._act)}
        plain = name.strip().casefold().replace(" ", "_")
        begun = [each for each in fields if each.startswith(plain)]
        if plain not in fields and len(begun) != 1:
            no_field = f"'{flat(name):.40}' is no field of it; " if plain else ""
            raise NotUnderstood(f"{no_field}it has: {', '.join(fields) or 'none'}")
        try:
            self._ask(fields[plain if plain in fields else begun[0]], self._values, indent=2)
        except Back:
            return

    def revise(self) -> None:
        """
        Ask what to change, and for that again.

        Raises:
            Dropped, Gone: it is left.
        """
        while True:
            try:
                self.change(self._talk.ask("what to change (a name), or :drop"))
            except NotUnderstood as error:
                self._talk.object_to(str(error))
            except Back:
                self._talk.object_to("name what is to be asked again; :drop leaves the form")
            else:
                return

    def made(self) -> A:
        """
        Return the act.

        Raises:
            EvidenceError: the answers do not go together; every problem is listed.
        """
        return self._act(**self._values)

    def put(self, page: Page) -> None:
        """Put the answers so far on a page."""
        rows = [
            (Text(wanted.words, style=FAINT), _brief(self._values[wanted.name], LONGEST))
            for wanted in wanted_of(self._act)
            if wanted.name in self._values
        ]
        page.rows(rows, indent=2, widths=[10])

    # -- fields -----------------------------------------------------------------------------------

    def _fill(self, cls: type, values: Values, *, indent: int) -> None:
        every = wanted_of(cls)
        optional = {wanted.name: wanted for wanted in every if not wanted.must_be}
        if len(optional) <= FEW:
            self._ask_each(every, values, indent)
        else:
            self._ask_each([wanted for wanted in every if wanted.must_be], values, indent)
            self._ask_more(optional, values, indent)

    def _ask_each(self, fields: Sequence[Wanted], values: Values, indent: int) -> None:
        at = 0
        while at < len(fields):
            try:
                self._ask(fields[at], values, indent=indent)
                at += 1
            except Back:
                if at == 0:
                    raise
                at -= 1

    def _ask_more(self, optional: Mapping[str, Wanted], values: Values, indent: int) -> None:
        self._talk.explain(f"what else to say of it: {', '.join(optional)}", indent=indent)
        while names := self._talk.ask("more", indent=indent).replace(",", " ").split():
            if unknown := [name for name in names if name not in optional]:
                told = f"'{flat(unknown[0]):.40}' is none of: {', '.join(optional)}"
                self._talk.object_to(told, indent=indent)
            else:
                self._ask_each([optional[name] for name in names], values, indent)

    def _ask(self, wanted: Wanted, values: Values, *, indent: int) -> None:
        before = values.get(wanted.name, wanted.default)
        ask = self._value if not wanted.is_evidence else self._several if wanted.is_many else None
        value = self._one(wanted, before, indent) if ask is None else ask(wanted, before, indent)
        if value == wanted.default:
            values.pop(wanted.name, None)
        else:
            values[wanted.name] = value

    # -- evidence with fields of its own ----------------------------------------------------------

    def _one(self, wanted: Wanted, before: object, indent: int) -> object:
        if not wanted.must_be:
            self._talk.explain(wanted.about, indent=indent)
            fills_in = self._talk.agrees(f"say {wanted.words}", yes=False, indent=indent)
            if not fills_in:
                return before
        return self._evidence(wanted.base, _values_of(before), indent + 2)

    def _several(self, wanted: Wanted, before: object, indent: int) -> tuple[object, ...]:
        self._talk.explain(wanted.about, indent=indent)
        known = list(before) if isinstance(before, tuple) else []
        one = wanted.base.__name__.lower()
        made: list[object] = []
        while True:
            earlier = known[len(made)] if len(made) < len(known) else None
            if made or not wanted.must_be:
                question = f"another {one}" if made else f"a {one}"
                if not self._talk.agrees(question, yes=earlier is not None, indent=indent):
                    return tuple(made)
            try:
                self._talk.say((f"{one} {len(made) + 1}", HEAD), indent=indent)
                made.append(self._evidence(wanted.base, _values_of(earlier), indent + 2))
            except Back:
                if not made:
                    raise
                known = [*made, *known[len(made) :]]
                made.pop()

    def _evidence(self, cls: type, values: Values, indent: int) -> object:
        """Ask the fields of evidence, until they go together."""
        while True:
            self._fill(cls, values, indent=indent)
            try:
                return cls(**values)
            except EvidenceError as error:
                for problem in error.problems:
                    self._talk.object_to(problem, indent=indent)

    # -- plain values -----------------------------------------------------------------------------

    def _value(self, wanted: Wanted, before: object, indent: int) -> object:
        choices = choices_of(wanted.base) or self._suggested(wanted)
        self._talk.explain(_question(wanted, choices), indent=indent)
        self._put(choices, indent + 2)
        if before is NOTHING and wanted.must_be and len(choices) == 1 and not wanted.is_many:
            before = choices[0].value
        while True:
            answer = self._talk.ask(f"{wanted.words}{_default(before)}", indent=indent)
            if answer == LEFT_OUT and not wanted.must_be:
                return wanted.default
            if not answer and before is not NOTHING:
                value = before
            else:
                try:
                    value = self._understood(wanted, answer, choices)
                except NotUnderstood as error:
                    self._talk.object_to(str(error), indent=indent)
                    continue
            if wanted.base is str and not choices:
                self._talk.hint_at(answer, indent=indent)
            if self._may_be_said(wanted, value, indent):
                return value
            before = value

    def _understood(self, wanted: Wanted, answer: str, choices: Sequence[Choice]) -> object:
        if not answer:
            raise NotUnderstood(f"{wanted.words} is needed; :drop leaves the form")
        parts = [answer]
        if wanted.is_many:
            parts = answer.replace(",", " ").split() if choices else answer.split("\n")
        read = [understood(wanted.base, part, now=self._at.now, choices=choices) for part in parts]
        value = tuple(read) if wanted.is_many else read[0]
        if problem := wanted.check(value):
            raise NotUnderstood(f"{wanted.words} {problem}")
        return value

    def _suggested(self, wanted: Wanted) -> tuple[Choice, ...]:
        """Return what a field can name: what stands in the ledger, or in the method."""
        if wanted.is_personal:
            return ()  # words, and no ids
        find = _NAMED.get(f"{self._act.trigger}.{wanted.name}") or _NAMED.get(wanted.name)
        return () if find is None else tuple(find(self._at))

    @staticmethod
    def _put(choices: Sequence[Choice], indent: int) -> None:
        page = Page()
        if any(choice.label for choice in choices):
            page.rows(
                [
                    (Text(str(number), FAINT), str(choice.value), flat(choice.label))
                    for number, choice in enumerate(choices, 1)
                ],
                indent=indent,
            )
        elif choices:
            told = (f"{number} {choice.value}" for number, choice in enumerate(choices, 1))
            page.put("   ".join(told), indent=indent)
        page.write()

    # -- language ---------------------------------------------------------------------------------

    def _may_be_said(self, wanted: Wanted, value: object, indent: int) -> bool:
        """Warn at once of what should not be said, and return whether it is said all the same."""
        if wanted.voice != "agent" or not isinstance(value, str) or self._at.case is None:
            return True
        found = self._found(value, self._at.case)
        if not found:
            return True
        page = Page()
        page.rows([(_mark(each), each.text, clauses(each.cites)) for each in found], indent=indent)
        page.write()
        return self._talk.agrees("say it so", yes=False, indent=indent)

    def _found(self, words: str, case: Case) -> list[LintFinding]:
        found = lint(
            self._at.method,
            words,
            step=self._act.trigger,
            mood=case.ledger.mood,
            accounts=case.ledger.accounts,
            facts=case.facts,
            limited=self._at.limited,
        )
        # Words that lack may still come, in another field.
        return [each for each in found if each.phrase]


def _mark(found: LintFinding) -> Text:
    if found.blocks:
        return Text("refused", NO)
    return Text("!!" if found.strong else "!", BEWARE)


def _values_of(evidence: object) -> Values:
    if not attrs.has(type(evidence)):
        return {}
    fields = attrs.fields(type(evidence))  # type: ignore[arg-type]
    return {f.name: v for f in fields if (v := getattr(evidence, f.name)) != f.default}


def _question(wanted: Wanted, choices: Sequence[Choice]) -> str:
    manner = "" if choices else how(wanted.base)
    if wanted.is_many:
        manner = (
            "numbers or names, with spaces between"
            if choices
            else "one a line, each but the last with a backslash at its end"
        )
    return f"{wanted.about or wanted.words}{f' ({manner})' if manner else ''}"


def _default(value: object) -> str:
    if value is NOTHING:
        return ""
    return f" [{LEFT_OUT if value in (None, ()) else _brief(value, WIDEST)}]"


def _brief(value: object, most: int) -> str:
    told = flat(shown(value))
    return told if len(told) <= most else f"{told[: most - 1]}…"


# -- what a field can name ------------------------------------------------------------------------


def _promises(at: Situation) -> Iterator[Choice]:
    for promise in at.case.ledger.outstanding if at.case else ():
        yield Choice(promise.id, f"{promise.what}, due {shown(promise.due)}")


def _issues(at: Situation) -> Iterator[Choice]:
    for issue in at.case.ledger.issues if at.case else ():
        yield Choice(issue.id, issue.text)


def _mistakes(at: Situation) -> Iterator[Choice]:
    for mistake in at.case.ledger.mistakes if at.case else ():
        yield Choice(mistake.id, mistake.text)


def _requests(at: Situation) -> Iterator[Choice]:
    for asked in at.case.ledger.approvals if at.case else ():
        if asked.granted is None:
            what = f"to break {asked.promise}" if asked.promise else shown(asked.remedies)
            yield Choice(asked.id, f"{asked.requested_by} asks: {what}")


def _questions(at: Situation) -> Iterator[Choice]:
    for asked in at.case.ledger.questions if at.case else ():
        if asked.answer is None:
            yield Choice(asked.id, asked.text)


def _waivable(at: Situation) -> Iterator[Choice]:
    return map(Choice, sorted(at.method.waivable))


_NAMED: dict[str, Callable[[Situation], Iterable[Choice]]] = {
    "promise": _promises,
    "releases": _promises,
    "issue": _issues,
    "covers": _mistakes,
    "request": _requests,
    "answer.to": _questions,
    "waive.requirement": _waivable,
}
"""What the fields that hold ids can name, by their names; of one act alone where it says so."""
