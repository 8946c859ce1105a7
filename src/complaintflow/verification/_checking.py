"""The check of a method: every question asked, every answer with its story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attrs import evolve

from complaintflow._method import Method
from complaintflow.acts import Act
from complaintflow.verification._charter import Article, articles
from complaintflow.verification._noticing import guards_of
from complaintflow.verification._refined import WIDEST
from complaintflow.verification._report import Finding, Guard, Proof, Report, Severity
from complaintflow.verification._space import AT_MOST, Cube, Undecided
from complaintflow.verification._stale import stale_facts
from complaintflow.verification._structure import (
    dead_parts,
    lost_ways,
    midway_cycles,
    overlaps,
    refusals,
)
from complaintflow.verification._subject import Subject, refusing, taking
from complaintflow.verification._system import system_of

ORDER: tuple[Severity, ...] = ("error", "warning", "note")


def check(
    method: Method, *, guards: bool = False, at_most: int = AT_MOST, widest: int = WIDEST
) -> Report:
    """
    Prove what can be proved about a method, and tell what is wrong with a story.

    Everything that can be reached is looked at: the same paths, transitions and moves that
    `decide` takes. A question beyond facts may say yes or no. An error assumes that it may say
    yes; warnings tell what happens where it always says no. Pure; nothing is kept.

    Args:
        method: the method.

        guards: leave out each guard in turn, and tell who notices.

        at_most: how many configurations are listed one by one; more are searched by whole sets.

        widest: how many facts are searched by whole sets of them; with more, what can be decided
            by a few of them at a time is, and the report says what was not.
    """
    return _Check(method, at_most, widest).report(guards=guards)


class _Check:
    def __init__(self, method: Method, at_most: int, widest: int) -> None:
        self.method = method
        whole = system_of(method)
        asked = {fact for invariant in method.invariants for fact in invariant.facts}
        # What nobody asks for changes nothing.
        system = whole.seen_through(whole.guards() | whole.bits(asked))
        self.subject = Subject(method, system, at_most=at_most, widest=widest)
        self.waiving = self._waiving()
        self.undecided: list[str] = []
        self.departed = {departure.invariant: departure for departure in method.departs}

    def _waiving(self) -> Subject:
        """Return the method with every fact that can be waived no longer needed."""
        waivable = self.subject.system.bits(self.method.waivable)
        if not waivable:
            return self.subject
        return self.subject.changed(
            lambda arc: evolve(arc, needs=arc.needs & ~waivable) if arc.needs & waivable else arc
        )

    def report(self, *, guards: bool) -> Report:
        subject = self.subject
        asked: list[tuple[str, Callable[[Subject], Iterator[Finding]]]] = [
            ("which parts are dead", self._dead_parts),
            ("whether a case can always be closed", lost_ways),
            ("what happens where a question always says no", refusals),
            ("whether edges overlap", overlaps),
            ("whether facts are stale", stale_facts),
            ("where cycles begin", midway_cycles),
            ("the charter's ways out", self._ways_out),
        ]
        findings: list[Finding] = []
        for what, question in asked:
            findings += self._decided(what, question(subject))
        proofs = []
        for proof, found in (*self._charter(), *self._invariants()):
            proofs.append(proof)
            findings += found
        told: tuple[Guard, ...] | None = None
        if guards:
            told = tuple(guards_of(subject))
        findings = self._accepted(findings, told or ())
        return Report(
            self.method.pin,
            tuple(sorted(findings, key=lambda finding: ORDER.index(finding.severity))),
            tuple(proofs),
            told,
            tuple(self.undecided),
            subject.configurations,
            searched=subject.searched,
        )

    def _decided(self, what: str, findings: Iterator[Finding]) -> Iterator[Finding]:
        try:
            yield from findings
        except Undecided as why:
            self.undecided.append(f"{what}: {why}")

    def _dead_parts(self, subject: Subject) -> Iterator[Finding]:
        """Yield the parts that no story comes to; what a waiver opens is no more than told."""
        found = list(dead_parts(subject))
        if self.waiving is subject or not found:
            yield from found
            return
        whatever = {finding.key for finding in dead_parts(self.waiving)}
        for each in found:
            if each.key in whatever:
                yield each
            else:
                text = f"{each.text}, unless something is waived"
                yield evolve(each, severity="note", text=text)

    def _accepted(self, findings: list[Finding], guards: Iterable[Guard]) -> list[Finding]:
        """Return the findings with the reasons that the method gives, and reasons for nothing."""
        reasons = dict(self.method.accepted)
        found = [evolve(f, accepted=reasons.get(f.key)) for f in findings]
        keys = {f.key for f in found} | {guard.key for guard in guards if guard.accepted}
        for key in reasons:
            if key not in keys and not (key.startswith("unnoticed: ") and not guards):
                text = f"the method accepts '{key}', and nothing of the kind is found"
                found.append(Finding("accepted_needlessly", key, "warning", text))
        return found

    # -- the charter ----------------------------------------------------------------------------

    def _charter(self) -> Iterator[tuple[Proof, list[Finding]]]:
        told = {article.code: article for article in articles(self.method)}
        for code, article in told.items():
            if code in self.departed:
                yield self._departed(article)
            else:
                yield self._proved(article)
        for code in self.departed:
            if code not in told:
                text = f"the method says it departs from {code}, which does not concern it"
                finding = Finding("departure_unneeded", code, "warning", text)
                yield Proof(code, "nothing to depart from", "proved"), [finding]

    def _proved(self, article: Article) -> tuple[Proof, list[Finding]]:
        code, said = article.code, article.text
        try:
            trace = self.waiving.breaking(article.monitor)
            needs_no_waiver = trace is None
            if trace is not None and not article.survives_waivers:
                trace = self.subject.breaking(article.monitor)
        except Undecided as why:
            self.undecided.append(f"charter {code}: {why}")
            return Proof(code, said, "undecided"), []
        if trace is None:
            return Proof(code, said, "proved", needs_no_waiver=needs_no_waiver), []
        text = f"charter {code}: {said}"
        if code in ("I1", "I2", "I3"):
            text += ", and the method does not say that it departs from it"
        found = Finding("charter", code, "error", text, self.subject.told(trace))
        return Proof(code, said, "broken"), [found]

    def _departed(self, article: Article) -> tuple[Proof, list[Finding]]:
        try:
            trace = self.subject.breaking(article.monitor)
        except Undecided as why:
            self.undecided.append(f"charter {article.code}: {why}")
            return Proof(article.code, article.text, "undecided"), []
        if trace is None:
            text = f"the method says it departs from {article.code}, but it keeps it"
            found = Finding("departure_unneeded", article.code, "warning", text)
            return Proof(article.code, article.text, "proved"), [found]
        reason = self.departed[article.code].reason  # type: ignore[index]
        text = f"the method departs from charter {article.code}: {reason}"
        found = Finding("departure", article.code, "note", text, self.subject.told(trace))
        return Proof(article.code, article.text, "departed"), [found]

    def _ways_out(self, subject: Subject) -> Iterator[Finding]:
        """Yield where the customer cannot leave, and where a passed deadline cannot be recorded."""
        method = subject.method
        promises = any(rule.act.agreed is not Act.agreed for rule in method.rules)
        for state in method.states:
            if not state.final:
                yield from self._always(
                    subject, state.name, "withdraw", "I6", "the customer cannot withdraw"
                )
            if not state.final and state.waits_for == "customer":
                yield from self._always(
                    subject, state.name, "lapse", "I6", "a silent customer's case cannot lapse"
                )
            if promises or method.limits:
                text = "a deadline that has passed cannot be recorded"
                yield from self._always(subject, state.name, "deadline_passed", "I5", text)

    @staticmethod
    def _always(
        subject: Subject, state: str, trigger: str, code: str, text: str
    ) -> Iterator[Finding]:
        """Yield where an act is not possible in a state, or ends nothing, for want of some fact."""
        node = subject.system.nodes.index(state)
        arcs = [arc for arc in subject.system.arcs[node] if arc.trigger == trigger]
        goals = [] if arcs else [Cube(node)]
        for arc in arcs:
            goals += refusing(node, arc)
            for branch in arc.branches:
                if trigger != "deadline_passed" and not branch.move.ends:
                    goals += taking(node, arc, branch)
        trace = subject.first(goals)
        if trace is not None:
            said = f"charter {code}: {text} while '{state}'"
            yield Finding("charter", f"{code} {state}", "error", said, subject.told(trace))

    # -- the method's own -----------------------------------------------------------------------

    def _invariants(self) -> Iterator[tuple[Proof, list[Finding]]]:
        for invariant in self.method.invariants:
            code, text = invariant.code, invariant.text
            if invariant.within is not None:
                yield Proof(code, text, "watched"), []
                continue
            try:
                # What holds whatever is waived holds where nothing is.
                trace = self.waiving.counterexample(invariant)
                needs_no_waiver = trace is None
                if trace is not None and self.waiving is not self.subject:
                    trace = self.subject.counterexample(invariant)
            except Undecided as why:
                self.undecided.append(f"invariant {code}: {why}")
                yield Proof(code, text, "undecided"), []
                continue
            if trace is None:
                yield Proof(code, text, "proved", needs_no_waiver=needs_no_waiver), []
                continue
            severity: Severity = "error" if invariant.watch is None else "note"
            told = {
                None: f"'{code}' is not kept: {text}",
                "warn": f"'{code}' is not kept by the method ({text}); the desk warns of it",
                "refuse": f"'{code}' is not kept by the method ({text}); the desk refuses it",
            }[invariant.watch]
            story = self.subject.told(trace)
            found = Finding("invariant", code, severity, told, story, invariant.cites)
            yield Proof(code, text, "watched" if invariant.watch else "broken"), [found]
