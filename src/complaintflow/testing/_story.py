"""One case as it is told, with every promise of the library checked at every step."""

from __future__ import annotations

from collections.abc import Callable

from complaintflow import _codec
from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Case, Entry
from complaintflow._engine import decide
from complaintflow._engine._options import Option, options
from complaintflow._evidence import ERASED
from complaintflow._method import Method, Outcome, Rule
from complaintflow.acts import Act
from complaintflow.errors import Refused, Way
from complaintflow.testing._charter import Charter
from complaintflow.testing._following import trail
from complaintflow.testing._shapes import plain_acts
from complaintflow.testing._strategies import SOMEBODY, kept


class Story:
    """
    A case and its history, with every promise of the library checked at every step.

    Raises `AssertionError` where one is broken.
    """

    def __init__(
        self, method: Method, entry: Entry, keep: Callable[[Entry, Case], None] | None = None
    ) -> None:
        self.method = method
        self.keep = keep
        self.words = _codec.vocabulary(method)
        self.triggers = frozenset(method.triggers)
        self.now = entry.at
        self.history = [entry]
        self.case = Case.open(entry)
        self.charter = Charter(method)
        self.charter.take(entry)
        if keep is not None:
            keep(entry, self.case)

    # -- acting ---------------------------------------------------------------------------------

    def attempt(self, act: Act, by: Actor) -> Entry | Refused:
        """Return the entry of an act, or its refusal, with all that must hold of either."""
        try:
            answer: Entry | Refused = decide(self.method, self.case, act, at=self.now, by=by)
        except Refused as refused:
            answer = refused
        option = self.option(act.trigger, by)
        if isinstance(answer, Refused):
            self._check_refusal(answer)
            return answer
        assert option.ready, f"{answer} is accepted, and its option says it is not ready"
        assert answer.outcome is None or answer.outcome in option.outcomes, (
            f"{answer} is accepted, and its option knows only {option.outcomes}"
        )
        broken = self.charter.broken_by(answer)
        assert not broken, "; ".join(broken)
        return answer

    def record(self, act: Act, by: Actor) -> Entry | Refused:
        """Record an act, where it is not refused."""
        answer = self.attempt(act, by)
        if isinstance(answer, Entry):
            self.take(answer)
        return answer

    def take(self, entry: Entry) -> None:
        """Go on with an entry that was accepted, and check what came of it."""
        before, self.case = self.case, self.case.apply(entry)
        self.history.append(entry)
        self.charter.take(entry)
        self.now = max(self.now, entry.at)
        lost = self.charter.lost_by(before, entry, self.case)
        assert not lost, "; ".join(lost)
        self._check_step(before, entry)
        self._check_case()
        if self.keep is not None:
            self.keep(entry, self.case)

    def go(self, way: Way) -> None:
        """Record what a way proposes, with the plainest evidence that will do."""
        for entry in trail(self.method, self.case, way, at=self.now):
            broken = self.charter.broken_by(entry)
            assert not broken, "; ".join(broken)
            self.take(entry)

    def option(self, trigger: str, by: Actor) -> Option:
        """Return an act as it stands now."""
        found = options(self.method, self.case, at=self.now, by=by)
        return next(option for option in found if option.trigger == trigger)

    def probe(self) -> None:
        """Try the plainest and the fullest act of every outcome, possible or not."""
        for by in (SOMEBODY, SYSTEM):
            found = {o.trigger: o for o in options(self.method, self.case, at=self.now, by=by)}
            for rule in self.method.rules:
                if (rule.act.spec.speaker == "system") != (by is SYSTEM):
                    continue
                for outcome, acts in plain_acts(self.method, rule.trigger, self.case).items():
                    for act in {id(a): a for a in (acts[0], acts[-1])}.values():
                        self._probe(act, by, found[rule.trigger], outcome)

    def _probe(self, act: Act, by: Actor, option: Option, outcome: str | None) -> None:
        try:
            entry = decide(self.method, self.case, act, at=self.now, by=by)
        except Refused as refused:
            self._check_refusal(refused)
            return
        assert option.ready, f"{entry} is accepted, and its option says it is not ready"
        assert outcome is None or outcome in option.outcomes, (
            f"{entry} is accepted, and its option knows only {option.outcomes}"
        )
        broken = self.charter.broken_by(entry)
        assert not broken, "; ".join(broken)

    # -- checking -------------------------------------------------------------------------------

    def _check_refusal(self, refused: Refused) -> None:
        assert refused.unmet, f"{refused.trigger} is refused for nothing"
        assert refused.state == self.case.state
        for unmet in refused.unmet:
            assert unmet.text.strip(), f"{unmet.code} has no sentence"
            assert "{customer}" not in unmet.text, f"{unmet.code} names nobody: {unmet.text}"
            assert self.triggers.issuperset(unmet.satisfied_by), (
                f"{unmet.code}: {unmet.satisfied_by}"
            )

    def _check_step(self, before: Case, entry: Entry) -> None:
        """Compare state and facts with what the definition says, read without the engine."""
        found = by_definition(self.method, before, entry.trigger, entry.outcome)
        assert found is not None, f"{entry} was accepted where the definition knows no such step"
        assert found == (self.case.state, self.case.facts), (
            f"{entry} leads to {self.case.state} with {sorted(self.case.facts)}, "
            f"and the definition says {found[0]} with {sorted(found[1])}"
        )
        assert self.case.version == before.version + 1
        assert self.case.cycle == before.cycle + entry.move.begins_cycle

    def _check_case(self) -> None:
        case = self.case
        assert case == Case.replay(self.history), "the history replays to another case"
        assert [entry.version for entry in self.history] == list(range(1, case.version + 1))
        assert case.is_closed == (case.state in self.method.final)
        deadlines = case.deadlines
        assert list(deadlines) == sorted(deadlines, key=lambda d: (d.due, d.code, d.about or ""))
        assert not (case.is_closed and case.ledger.deadlines), "a time limit outlived the case"
        text = _codec.case_to_text(case)
        assert _codec.case_from_text(text) == case, "a case is not read as it was written"
        assert _codec.case_to_text(_codec.case_from_text(text)) == text
        entry = self.history[-1]
        told, personal = _codec.entry_to_texts(entry, case.customer)
        read = _codec.entry_from_texts(told, personal, self.words, self.method.name)
        assert read == kept(entry), "an entry is not read as it was written"
        silent = _codec.entry_from_texts(told, None, self.words, self.method.name)
        assert silent == _codec.silent_entry(silent, ERASED), "not all words of it are erased"


def by_definition(
    method: Method, case: Case, trigger: str, outcome: str | None
) -> tuple[str, frozenset[str]] | None:
    """Return where a definition leads, by state and facts alone. None: nowhere."""
    found = method.rule(trigger)
    parts: list[Rule | Outcome] = [found, *(o for o in found.outcomes if o.name == outcome)]
    needs = {need for part in parts for need in part.needs if isinstance(need, str)}
    if not needs <= case.facts | case.ledger.waived:
        return None
    for edge in method.edges:
        if (
            edge.trigger == trigger
            and case.state in edge.sources
            and edge.outcome in (None, outcome)
            and edge.given <= case.facts
        ):
            begins = any(part.begins_cycle for part in parts)
            facts = frozenset() if begins else case.facts
            for part in parts:
                facts -= part.clears
            for part in parts:
                facts |= part.establishes
            return edge.target or case.state, facts
    return None
