"""About how the customer feels."""

from __future__ import annotations

from collections.abc import Iterable

from complaintflow._evidence import MOODS, Mood
from complaintflow._ledger import Ledger
from complaintflow._requirements._base import Requirement
from complaintflow._requirements._made import maker
from complaintflow.errors import Step, Way


def is_calm(mood: Mood) -> bool:
    """Return whether a mood is calm enough to talk: at most discontent."""
    return MOODS.index(mood) <= MOODS.index("discontent")


def _lower(mood: Mood, than: Mood) -> bool:
    return MOODS.index(mood) < MOODS.index(than)


def _calmer_steps(says: str) -> Way:
    return (Step("note_mood", None, says, depends_on="the mood"),)


@maker({})
def calm(*, cites: Iterable[str]) -> Requirement:
    """Require that the customer is not too upset to talk; an unknown mood passes (001-45)."""
    return Requirement(
        "calm",
        "{customer} is too upset to talk about solutions; suggest another time",
        lambda q: q.ledger.mood is None or is_calm(q.ledger.mood),
        cites=cites,
        reads=["ledger"],
        satisfied_by=("note_mood", "resume", "listen"),
        opened_by=("note_mood", "resume"),
        steps=lambda _: _calmer_steps("calm, or at most discontent"),
    )


@maker({})
def mood_noted(*, cites: Iterable[str]) -> Requirement:
    """Require that it is noted how the customer feels, whatever that is (000-13)."""
    return Requirement(
        "mood_noted",
        "how {customer} feels is not noted",
        lambda q: q.ledger.mood is not None,
        cites=cites,
        reads=["ledger"],
        satisfied_by=("note_mood",),
        steps=lambda _: _calmer_steps("how they feel, whatever it is"),
    )


@maker({})
def willing(*, cites: Iterable[str]) -> Requirement:
    """Require the agent's judgement that the customer is willing to work on it (001-45)."""
    return Requirement(
        "willing",
        "it is not noted that {customer} is willing to work on a solution",
        lambda q: q.ledger.willing is True,
        cites=cites,
        reads=["ledger"],
        satisfied_by=("note_mood", "resume"),
        steps=lambda _: (
            Step(
                "note_mood",
                None,
                "the customer is willing to work on a solution",
                evidence=(("willing", True),),
                depends_on="the customer",
            ),
        ),
    )


@maker({})
def calmer(*, or_lower: bool, cites: Iterable[str]) -> Requirement:
    """
    Require that the mood is noted, and calm (002-17).

    Args:
        or_lower: lower than at the start is calm enough (002-20).

        cites: the clauses it stands on.
    """

    def met(ledger: Ledger) -> bool:
        mood, opening = ledger.mood, ledger.opening_mood
        if mood is None or opening is None:
            return False
        return is_calm(mood) or (or_lower and _lower(mood, opening))

    enough = "lower than at the start, or at most discontent" if or_lower else "at most discontent"
    return Requirement(
        "calmer",
        f"{{customer}} is not known to be calmer: note the mood ({enough}), or talk another time",
        lambda q: met(q.ledger),
        cites=cites,
        reads=["ledger"],
        satisfied_by=("note_mood", "resume", "listen"),
        opened_by=("note_mood", "resume"),
        steps=lambda _: _calmer_steps(enough),
    )


@maker({"mood": Mood, "agent_calm": bool})
def calmer_than_when_put_off(*, cites: Iterable[str]) -> Requirement:
    """Require that everyone is calmer than when the talk was put off (001-44)."""

    def met(mood: Mood, before: Mood | None) -> bool:
        return before is None or is_calm(mood) or _lower(mood, before)

    return Requirement(
        "everyone_calmer",
        "not everyone is calmer than when the talk was put off",
        lambda q: q.act.agent_calm and met(q.act.mood, q.ledger.rescheduled_mood),
        cites=cites,
        reads=["evidence", "ledger"],
    )
