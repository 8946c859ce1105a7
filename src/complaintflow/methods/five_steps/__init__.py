"""
The five steps (document 000): empathise, listen, ask, act, and follow up where applicable.

`_steps` holds the states, the facts and the road; `_rules` what each act needs and brings.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from complaintflow import acts
from complaintflow._deadlines import TimeLimit
from complaintflow._language import LanguageRule
from complaintflow._method import Method
from complaintflow._time import Within
from complaintflow.methods import _wording, common, invariants
from complaintflow.methods._settings import check_settings, left_off, reminders
from complaintflow.methods.five_steps import _rules
from complaintflow.methods.five_steps._steps import FACTS, ROAD, STATES

SOURCE = "000_e63535d0a9f1d5bf.txt"

HELD_BY_CONSTRUCTION = {
    "000-02": "each step's act needs the fact that the step before it establishes",
    "000-08": "an attitude; nothing to enforce",
    "000-11": "an apology said as `Empathize` is the empathy",
    "000-12": "`Apologize.admits_fault` is False unless it is set, and no requirement reads it",
    "000-22": "`Listen.account` holds the customer's own words",
    "000-53": "what the document is about; nothing to enforce",
}

LEFT_OFF = {
    "action_within": ("000-06", "the text gives no number"),
    "mood_around_empathy": ("000-13", "a mood can be noted at any time all the same"),
    "exclusive_listening": ("000-21", "only the host knows who listens elsewhere"),
}
"""What the document only suggests: by setting, the clause, and why it is off by default."""


def five_steps(
    *,
    strict: bool = False,
    attempts: int = 3,
    action_within: Within | None = None,
    exclusive_listening: bool = False,
    mood_around_empathy: bool = False,
    remind_before: Within | Sequence[Within] | None = None,
    language: bool = True,
) -> Method:
    """
    Return the five steps of document 000 as a method.

    Args:
        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse.

        action_within: how soon action should be taken (000-06). None: the document says "quickly"
            and gives no number, and no time limit runs.

        exclusive_listening: nobody listens to two customers at once, as far as the host's
            `Authority` knows by `Actor.listens_elsewhere` (000-21).

        mood_around_empathy: it is recommended to note how the customer feels before the empathy
            and when they are listened to after it (000-13).

        remind_before: how long before the action is due to remind the owner: a span or several.
            None: nobody is reminded.

        language: read what is said, and warn (000-04, 000-05, 000-07).

    Raises:
        MethodError: a setting is none of the ones above.
    """
    settings = {
        "strict": strict,
        "attempts": attempts,
        "action_within": action_within,
        "exclusive_listening": exclusive_listening,
        "mood_around_empathy": mood_around_empathy,
        "remind_before": reminders(remind_before),
        "language": language,
    }
    check_settings("five_steps", **settings)
    steps = _rules.steps(exclusive=exclusive_listening, moods=mood_around_empathy)
    rules = (
        *steps,
        *_rules.ending(),
        *common.remarks(but=[acts.NoteIssue, acts.AskQuestion]),
        *common.exits(attempts, before_merging=()),
    )
    return Method(
        name="five_steps",
        version="1",
        title="The five steps",
        source=SOURCE,
        initial="received",
        states=STATES,
        facts=FACTS,
        rules=common.strictly(rules) if strict else rules,
        edges=ROAD,
        waivable=[
            *("all_told", "our_side_noted", "understood"),
            *(["empty_agreement"] if strict and language else []),
        ],
        limits=common.reminded(_action_limit(action_within), remind_before),
        language=_language(strict=strict) if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION | left_off(LEFT_OFF, settings),
        invariants=invariants.FIVE_STEPS + (invariants.FIVE_STEPS_STRICTLY if strict else ()),
    )


def _language(*, strict: bool) -> tuple[LanguageRule, ...]:
    """Return the language rules; strictly, agreeing and saying no more is refused (000-07)."""
    return tuple(
        evolve(rule, blocks=strict) if rule.code == "empty_agreement" else rule
        for rule in _wording.FIVE_STEPS
    )


def _action_limit(within: Within | None) -> tuple[TimeLimit, ...]:
    if within is None:
        return ()
    return (
        TimeLimit(
            "action_due",
            "no action has been taken in time",
            within,
            starts=["open"],
            ends=["take_action"],
            cites=["000-06"],
        ),
    )
