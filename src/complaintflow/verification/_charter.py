"""
The charter as sentences about acts: what was heard, recognised, asked and kept, and when.

A definition is refused unless its rules say so. Here it is proved again, of what the method does:
a fact may be named as it should be, and still be earned in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen

from complaintflow._invariants import TABLES, Table
from complaintflow._method import Method
from complaintflow.acts import Act, Satisfaction
from complaintflow.acts.keeping import SETTLING
from complaintflow.verification._system import Arc, Branch, Monitor

EXITS = frozenset({"withdraw", "lapse", "declare_deadlock", "merge"})
"""The acts that end a case without its being resolved."""

PROMISED = Table(
    ((0, 1, 0, 0, 2), (1, 1, 0, 2, 2), (2, 2, 2, 2, 2)), (True, True, False), (False, True, True)
)
"""
1: something is promised; 2: the last promise is settled; 3: the case is closed as resolved; 4: it
is, with the very act that promises something.
"""


@frozen(eq=False)
class Article:
    """One sentence of the charter that a monitor can read."""

    code: str
    text: str
    monitor: Monitor
    acts: frozenset[str]
    """The acts that can break it."""
    survives_waivers: bool = True
    """True: no waiver can set it aside."""


def articles(method: Method) -> Iterator[Article]:
    """Yield the sentences of the charter about the order of acts, those departed from included."""
    rules = {rule.trigger: rule for rule in method.rules}
    remedies = frozenset(t for t, rule in rules.items() if rule.act.spec.remedy)
    told = {
        "I1": ("a remedy before the customer is heard", _hears, True),
        "I2": ("a remedy before feelings or problem are recognised", _recognises, True),
        "I3": ("a remedy before the customer's expectation is known", _expects, False),
    }
    if not negotiates(method):
        del told["I3"]

    def reader(earns: Callable[[type[Act], str | None], bool]) -> Callable[[Arc, Branch], int]:
        def letter(arc: Arc, _: Branch) -> int:
            rule = rules[arc.trigger]
            # A reading of the method's own may call anything by any name; a satisfaction does not.
            ours = rule.reads is None or isinstance(rule.reads, Satisfaction)
            read = arc.outcome if ours else None
            return earns(rule.act, read) + 2 * rule.act.spec.remedy

        return letter

    for code, (text, earns, survives) in told.items():
        monitor = Monitor(
            TABLES["precedence"], reader(earns), method.final, judges=False, rereads=True
        )
        yield Article(code, text, monitor, remedies, survives_waivers=survives)
    if any(rule.act.agreed is not Act.agreed for rule in method.rules):
        monitor = Monitor(
            PROMISED, _promising(method), method.final, judges=False, each_cycle=False
        )
        ending = frozenset(
            {"close", *(e.trigger for e in method.edges if e.target in method.final)}
        )
        yield Article("I4", "a case closed as resolved over an open promise", monitor, ending)


def negotiates(method: Method) -> bool:
    """Return whether a method asks what is expected, and waits for an answer."""
    return any(r.act.spec.expectation and r.act.spec.awaits for r in method.rules)


def _hears(act: type[Act], outcome: str | None) -> bool:
    return act.spec.hearing is not None and outcome == act.spec.hearing


def _recognises(act: type[Act], _: str | None) -> bool:
    return act.spec.recognition


def _expects(act: type[Act], outcome: str | None) -> bool:
    return outcome in act.spec.expectation


def _promising(method: Method) -> Callable[[Arc, Branch], int]:
    makes = {rule.trigger for rule in method.rules if rule.act.agreed is not Act.agreed}

    def letter(arc: Arc, branch: Branch) -> int:
        move = branch.move
        if arc.trigger in SETTLING and arc.outcome == "settled":
            return 2
        ends = move.ends and move.source not in method.final and arc.trigger not in EXITS
        closes = ends and (arc.trigger != "close" or arc.outcome in (None, "resolved"))
        return 3 * closes + (arc.trigger in makes)

    return letter
