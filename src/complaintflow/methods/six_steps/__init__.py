"""
The six steps (document 003): listen, acknowledge, empathise, ask, offer, and learn.

The document numbers five steps and announces six. The sixth is inferred from its opening question
and its closing paragraph, and can be chosen.

`_steps` holds the states, the facts and the road; `_rules` what each act needs and brings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from complaintflow._deadlines import spans
from complaintflow._invariants import Invariant
from complaintflow._language import LanguageRule
from complaintflow._method import Method
from complaintflow._time import Within
from complaintflow.methods import _wording, common, invariants
from complaintflow.methods._settings import check_settings, reminders
from complaintflow.methods.six_steps import _rules
from complaintflow.methods.six_steps._steps import FACTS, STATES, road

SOURCE = "003_437c3cb06d5720e4.txt"

HELD_BY_CONSTRUCTION = {
    "003-01": "five numbered steps and an inferred sixth: the state `agreed` says so",
    "003-02": "the document's opening question is answered by its last paragraph: see 003-60",
    "003-14": "no time limit ends listening, and none can be set on it",
    "003-15": "`Listen.notes` is optional",
    "003-62": "an attitude; nothing to enforce",
    "003-43": "an attitude; nothing to enforce",
}


def six_steps(
    *,
    sixth: Literal["learn", "follow_up"] | None = "learn",
    strict: bool = False,
    attempts: int = 3,
    second_person: bool = True,
    promises_within: Within = Within(14, "days"),
    first_response: Within | None = None,
    remind_before: Within | Sequence[Within] | None = None,
    language: bool = True,
) -> Method:
    """
    Return the six steps of document 003 as a method.

    Args:
        sixth: what the sixth step is. The document announces six and numbers five. `learn`: an
            improvement is recorded before the close, as its ending asks (003-60). `follow_up`:
            the customer is asked whether it is resolved, as the other documents have it. None:
            there is no sixth step.

        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse.

        second_person: whoever asks for approval cannot give it.

        promises_within: until when a promise is due that names no time itself.

        first_response: how soon somebody should listen. None: the document gives no number, and
            no time limit runs.

        remind_before: how long before a promise or a time limit is due to remind its owner: a
            span or several. None: nobody is reminded.

        language: read what is said, and warn (003-12, 003-13, 003-21, 003-23, 003-61).

    Raises:
        MethodError: a setting is none of the ones above.
    """
    settings = {
        "sixth": sixth,
        "strict": strict,
        "attempts": attempts,
        "second_person": second_person,
        "promises_within": promises_within,
        "first_response": first_response,
        "remind_before": reminders(remind_before),
        "language": language,
    }
    check_settings("six_steps", **settings)
    rules = (
        *_rules.conversation(sixth, language=language),
        *_rules.resolution(second_person=second_person),
        *_rules.ending(sixth, attempts),
        *common.remarks(),
        *common.exits(attempts),
    )
    return Method(
        name="six_steps",
        version="1",
        title="The six steps",
        source=SOURCE,
        initial="received",
        states=STATES,
        facts=[f for f in FACTS if f.name in _facts_for(sixth)],
        rules=common.strictly(rules) if strict else rules,
        edges=road(sixth),
        waivable=_facts_for(sixth) & {"apologized", "process_promised", *_SIXTH.values()},
        limits=common.reminded(
            common.first_response(
                first_response, ends="listen", text="nobody has listened in time"
            ),
            remind_before,
        ),
        promises_within=promises_within,
        promise_reminders=spans(remind_before),
        language=_language(sixth) if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION,
        invariants=_invariants(sixth, strict=strict),
    )


_SIXTH = {"learn": "lesson_recorded", "follow_up": "followed_up"}


def _language(sixth: str | None) -> tuple[LanguageRule, ...]:
    return tuple(rule for rule in _wording.SIX_STEPS if sixth == "learn" or rule.code != "blame")


def _invariants(sixth: str | None, *, strict: bool) -> Iterator[Invariant]:
    yield from invariants.SIX_STEPS
    if strict:
        yield from invariants.SIX_STEPS_STRICTLY
    if sixth == "follow_up":
        yield from invariants.FOLLOWED_UP
    if sixth == "learn" and strict:
        yield invariants.LEARNT


def _facts_for(sixth: str | None) -> frozenset[str]:
    others = {fact for step, fact in _SIXTH.items() if step != sixth}
    return frozenset(fact.name for fact in FACTS) - others
