"""The closed catalogue: one maker for each template, named as the field of Declare names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypedDict, Unpack

from complaintflow._help import tells_fields
from complaintflow._invariants._invariant import Acts, Invariant, Watch
from complaintflow._pieces import names, triggers
from complaintflow._time import Within


@tells_fields
class Options(TypedDict, total=False):
    """What every maker takes beside the acts."""

    code: str
    """Its name in the method. Default: made of the text."""
    text: str
    """The sentence where it is broken. Default: made of the acts."""
    each_cycle: bool
    """False: the whole history is one. Default: each cycle is a history of its own."""
    watch: Watch | None
    """What a case does that would break it: `warn` or `refuse`. Default: it is only proved."""
    cites: Iterable[str] | str
    """The clauses it stands on. Default: none."""


@tells_fields
class TimedOptions(Options, total=False):
    """What the makers take that can be timed."""

    within: Within | None
    """How much time there is. Default: any."""


def _make(  # noqa: PLR0917  (what the makers say, in the order of a sentence)
    template: str,
    told: str,
    acts: Acts,
    others: Acts = (),
    facts: Iterable[str] | str = (),
    undone_by: Acts = (),
    *,
    code: str | None = None,
    text: str | None = None,
    each_cycle: bool = True,
    watch: Watch | None = None,
    cites: Iterable[str] | str = (),
    within: Within | None = None,
) -> Invariant:
    first, second, wanted = triggers(acts), triggers(others), names(facts)
    undoing = triggers(undone_by)
    if text is None:
        text = told.format(
            a=_joined(" or ", first),
            b=_joined(" or ", second),
            f=_joined(" and ", wanted),
            u=_joined(" or ", undoing),
        )
        text += "" if within is None else f" within {within}"
    if code is None:
        code = re.sub(r"\W+", "_", str(text)).strip("_").lower() or template
    return Invariant(
        code,
        text,
        template,
        first,
        second,
        undone_by=undoing,
        facts=wanted,
        within=within,
        each_cycle=each_cycle,
        watch=watch,
        cites=cites,
    )


def _joined(word: str, taken: object) -> str:
    # What is no name is told of by the invariant itself.
    return word.join(map(str, taken)) if isinstance(taken, tuple) else str(taken)


def never(acts: Acts, *, without: Iterable[str] | str, **options: Unpack[Options]) -> Invariant:
    """Return: the act never happens while one of the facts is missing."""
    return _make("never", "{a} without {f}", acts, (), without, **options)


def existence(acts: Acts, **options: Unpack[TimedOptions]) -> Invariant:
    """Return: the act happens, once at least. Timed: so soon after the beginning."""
    return _make("existence", "no {a}", acts, **options)


def absence(acts: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: the act does not happen."""
    return _make("absence", "{a} at all", acts, **options)


def at_most_one(acts: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: the act does not happen twice."""
    return _make("at_most_one", "{a} more than once", acts, **options)


def exactly_one(acts: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: the act happens once, and not twice."""
    return _make("exactly_one", "{a} not exactly once", acts, **options)


def init(acts: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: the act is the first one after the opening."""
    return _make("init", "beginning without {a}", acts, **options)


def last(acts: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: the act is the last one."""
    return _make("last", "ending without {a}", acts, **options)


def responded_existence(acts: Acts, others: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: where the first happens, so does the other, before it or after it."""
    return _make("responded_existence", "{a} without any {b}", acts, others, **options)


def response(acts: Acts, others: Acts, **options: Unpack[TimedOptions]) -> Invariant:
    """Return: the first is followed by the other, sooner or later. Timed: so soon."""
    return _make("response", "{a} not followed by {b}", acts, others, **options)


def precedence(acts: Acts, others: Acts, **options: Unpack[TimedOptions]) -> Invariant:
    """Return: the other happens only after the first. Timed: only so soon after it."""
    return _make("precedence", "{b} before {a}", acts, others, **options)


def since(acts: Acts, others: Acts, *, undone_by: Acts, **options: Unpack[Options]) -> Invariant:
    """
    Return: the other happens only after the first, and anew after what undoes the first.

    What undoes it cannot be one of the others: an act that uses up the first is
    :func:`alternate_precedence`.
    """
    told = "{b} before {a}, or after {u} without it"
    return _make("since", told, acts, others, (), undone_by, **options)


def succession(acts: Acts, others: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: the first is followed by the other, and the other happens only after the first."""
    return _make("succession", "{a} and {b} not one after the other", acts, others, **options)


def alternate_response(acts: Acts, others: Acts, **options: Unpack[TimedOptions]) -> Invariant:
    """Return: the first is followed by the other before it happens again. Timed: so soon."""
    told = "{a} not followed by {b} before the next"
    return _make("alternate_response", told, acts, others, **options)


def alternate_precedence(acts: Acts, others: Acts, **options: Unpack[TimedOptions]) -> Invariant:
    """Return: each of the other takes a first of its own before it. Timed: so soon before it."""
    return _make("alternate_precedence", "{b} without its own {a}", acts, others, **options)


def chain_response(acts: Acts, others: Acts, **options: Unpack[TimedOptions]) -> Invariant:
    """Return: the next act after the first is the other. Timed: and so soon."""
    return _make("chain_response", "{a} not directly followed by {b}", acts, others, **options)


def chain_precedence(acts: Acts, others: Acts, **options: Unpack[TimedOptions]) -> Invariant:
    """Return: the act before the other is the first. Timed: and so soon before it."""
    return _make("chain_precedence", "{b} not directly after {a}", acts, others, **options)


def not_coexistence(acts: Acts, others: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: not both happen, in whatever order."""
    return _make("not_coexistence", "both {a} and {b}", acts, others, **options)


def not_succession(acts: Acts, others: Acts, **options: Unpack[TimedOptions]) -> Invariant:
    """Return: after the first, the other does not happen. Timed: not so soon."""
    return _make("not_succession", "{b} after {a}", acts, others, **options)


def not_chain_succession(acts: Acts, others: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: the next act after the first is not the other."""
    return _make("not_chain_succession", "{b} directly after {a}", acts, others, **options)


def coexistence(acts: Acts, others: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: both happen, or neither does."""
    return _make("coexistence", "only one of {a} and {b}", acts, others, **options)


def choice(acts: Acts, others: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: one of them happens, or both do."""
    return _make("choice", "neither {a} nor {b}", acts, others, **options)


def exclusive_choice(acts: Acts, others: Acts, **options: Unpack[Options]) -> Invariant:
    """Return: one of them happens, and not the other."""
    return _make("exclusive_choice", "both or neither of {a} and {b}", acts, others, **options)
