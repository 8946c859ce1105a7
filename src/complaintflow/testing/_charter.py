"""
The charter over a history: I1 to I5, worked out from what was recorded and from nothing else.

It asks neither the engine nor the facts. An engine, or a method, that lets through what it should
not is found out by the acts that were accepted.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from complaintflow._case import Case, Entry
from complaintflow._ledger import Promise
from complaintflow._method import Method
from complaintflow.acts import (
    Act,
    AmendPlan,
    Approve,
    BreakPromise,
    Close,
    DeadlinePassed,
    DeclareDeadlock,
    KeepPromise,
    Merge,
    ProposePlan,
    RefuseApproval,
    ReleasePromise,
    RequestApproval,
    Waive,
    Withdraw,
)
from complaintflow.testing._shapes import library


def _promised(promise: Promise) -> tuple[object, ...]:
    return promise.what, promise.who, promise.due, promise.remedy, promise.reminders


def _ended_by(act: Act) -> Iterable[str]:
    """Return the promises that an act says are kept, released or broken."""
    if isinstance(act, KeepPromise | ReleasePromise | BreakPromise):
        return (act.promise,)
    return act.releases if isinstance(act, Withdraw | DeclareDeadlock) else ()


@define
class _Request:
    id: str
    by: str
    promise: str | None
    granted_by: str | None = None
    is_open: bool = True


@define
class Charter:
    """What a history has established so far, read off its acts."""

    method: Method
    state: str = ""
    heard: bool = False
    recognised: bool = False
    expected: bool = False
    amending: bool = False
    waived: set[str] = field(factory=set)
    requests: list[_Request] = field(factory=list)
    owed: dict[str, Promise] = field(factory=dict)
    """Promises that nothing has ended yet."""

    def __attrs_post_init__(self) -> None:
        self._final = {state.name for state in self.method.states if state.final}
        self._departed = {departure.invariant for departure in self.method.departs}
        asking = [r.act.spec for r in self.method.rules if r.act.spec.expectation]
        self._negotiates = any(spec.awaits for spec in asking)
        self._wishes = {
            fact
            for rule in self.method.rules
            if rule.act.spec.expectation
            for outcome in rule.outcomes
            for fact in outcome.establishes
        }

    _final: set[str] = field(init=False)
    _departed: set[str] = field(init=False)
    _negotiates: bool = field(init=False)
    _wishes: set[str] = field(init=False)

    # -- what an entry breaks -------------------------------------------------------------------

    def broken_by(self, entry: Entry) -> list[str]:
        """Return what an entry that was accepted next breaks, as sentences; usually nothing."""
        found = list(self._remedy_problems(entry)) + list(self._promise_problems(entry))
        if self._reopens(entry) and not entry.move.begins_cycle:
            found.append(f"I1: {entry} leaves a final state and begins no cycle")
        return found

    def _reopens(self, entry: Entry) -> bool:
        return self.state in self._final and entry.state not in self._final

    def _remedy_problems(self, entry: Entry) -> Iterable[str]:
        if not entry.act.spec.remedy:
            return
        afresh = entry.move.begins_cycle or self._reopens(entry)
        has = {
            "I1": (self.heard, "the customer's account is heard"),
            "I2": (self.recognised, "feelings or the problem are recognised"),
            "I3": (self.expected or not self._negotiates, "the customer's wish is known"),
        }
        if self.waived & self._wishes:
            del has["I3"]
        for invariant, (is_so, what) in has.items():
            if invariant not in self._departed and (afresh or not is_so):
                yield f"{invariant}: {entry} gives a remedy before {what}, in this cycle"

    def _promise_problems(self, entry: Entry) -> Iterable[str]:
        act = entry.act
        for promise in entry.promises:
            if not promise.what.strip() or not promise.who.strip() or promise.due.tzinfo is None:
                yield f"I4: {entry} promises without what, who or when: {promise}"
            if promise.id in self.owed:
                yield f"I4: {entry} promises {promise.id} a second time"
        for promise_id in _ended_by(act):
            if promise_id not in self.owed:
                yield f"I4: {entry} ends {promise_id}, which is not owed"
        if isinstance(act, Close) and entry.outcome == "resolved" and self.owed:
            yield f"I4: {entry} closes as resolved while {', '.join(self.owed)} is owed"
        if isinstance(act, Merge) and self.owed:
            yield f"I4: {entry} merges the case while {', '.join(self.owed)} is owed"
        if isinstance(act, BreakPromise) and not self._may_break(act.promise):
            yield f"I4: {entry} breaks a promise that no second person has allowed to be broken"
        asked = self._asked(act) if isinstance(act, Approve) else None
        if asked is not None and asked.promise is not None and asked.by == entry.by.id:
            yield f"I4: {entry} allows a promise to be broken, and has asked for it"

    def _may_break(self, promise: str) -> bool:
        return any(
            request.promise == promise and request.granted_by not in (None, request.by)
            for request in self.requests
        )

    # -- what an entry adds ---------------------------------------------------------------------

    def take(self, entry: Entry) -> None:
        """Go on with an entry."""
        if entry.move.begins_cycle or self._reopens(entry):
            self.heard = self.recognised = self.expected = self.amending = False
            self.waived, self.requests = set(), []
        act, spec = entry.act, entry.act.spec
        self.state = entry.state
        self.heard |= spec.hearing is not None and entry.outcome == spec.hearing
        self.recognised |= spec.recognition
        self.expected |= entry.outcome in spec.expectation
        if isinstance(act, Waive):
            self.waived.add(act.requirement)
        if isinstance(act, ProposePlan | AmendPlan):
            self.amending = isinstance(act, AmendPlan)
        self._request(entry)
        self._settle(entry)

    def _request(self, entry: Entry) -> None:
        act = entry.act
        if isinstance(act, RequestApproval):
            self.requests.append(_Request(f"a{entry.version}", entry.by.id, act.promise))
        asked = self._asked(act) if isinstance(act, Approve | RefuseApproval) else None
        if asked is not None:
            asked.is_open = False
            asked.granted_by = entry.by.id if isinstance(act, Approve) else None

    def _asked(self, act: Approve | RefuseApproval) -> _Request | None:
        """Return the request that an answer is to: the one it names, or the latest open one."""
        for request in reversed(self.requests):
            if request.is_open if act.request is None else request.id == act.request:
                return request
        return None

    def _settle(self, entry: Entry) -> None:
        for promise_id in _ended_by(entry.act):
            self.owed.pop(promise_id, None)
        if entry.promises and self.amending:
            self.owed.clear()  # both have agreed to something else instead
        self.owed |= {promise.id: promise for promise in entry.promises}

    # -- what the ledger must say ---------------------------------------------------------------

    def lost_by(self, before: Case, entry: Entry, after: Case) -> list[str]:
        """Return what the ledger after an entry has lost of what was owed or breached before."""
        found = []
        now = {promise.id: promise for promise in after.ledger.promises}
        for promise in before.ledger.promises:
            kept = now.get(promise.id)
            if kept is None:
                found.append(f"I5: {entry} loses the promise {promise.id}")
            elif promise.breached_at not in (None, kept.breached_at):
                found.append(f"I5: {entry} undoes the breach of {promise.id}")
            elif _promised(kept) != _promised(promise):
                found.append(f"I5: {entry} changes what {promise.id} promises")
        act = entry.act
        if isinstance(act, DeadlinePassed) and act.promise is not None:
            found += [] if now[act.promise].breached_at else [f"I5: {entry} records no breach"]
        if before.ledger.breaches != after.ledger.breaches[: len(before.ledger.breaches)]:
            found.append(f"I5: {entry} undoes the breach of a time limit")
        outstanding = {promise.id: promise for promise in after.ledger.outstanding}
        if not isinstance(act, library()):
            self.owed = outstanding  # only its host knows what it does to promises
        if outstanding.keys() != self.owed.keys():
            owes, owed = (", ".join(ids) or "nothing" for ids in (outstanding, self.owed))
            found.append(f"I4: after {entry} the ledger owes {owes}, not {owed}")
        return found
