"""
The seven A's (document 001): acknowledge, air, apologise, assure, agree, act, accomplish.

`_steps` holds the states, the facts and the road; `_rules` what each act needs and brings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from complaintflow import acts
from complaintflow._deadlines import TimeLimit, spans
from complaintflow._method import Method
from complaintflow._time import Within
from complaintflow.methods import _accepted, _wording, common, invariants
from complaintflow.methods._settings import check_settings, reminders
from complaintflow.methods.seven_as import _rules
from complaintflow.methods.seven_as._steps import FACTS, ROAD, STATES

SOURCE = "001_101f6011115c6dfc.txt"

HELD_BY_CONSTRUCTION = {
    "001-03": "no requirement but the calm before solutions reads the mood; the order is the same",
    "001-05": "`Mitigate` is possible in every open state, and is no remedy",
    "001-23": "language rules read the agent's words alone; `SuspendContact` is on the record",
    "001-31": "no requirement reads who was right",
    "001-34": "an attitude; the apology that asks nobody who was right is 001-31",
    "001-53": "nothing but a plan that both agree to makes a promise",
    "001-62": "an attitude; nothing to enforce",
}


def seven_as(
    *,
    strict: bool = False,
    attempts: int = 3,
    second_person: bool = True,
    first_response: Within | None = None,
    stale_after: Within | None = None,
    remind_before: Within | Sequence[Within] | None = None,
    language: bool = True,
) -> Method:
    """
    Return the seven A's of document 001 as a method.

    Args:
        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse, or be
            closed unconfirmed.

        second_person: whoever asks for approval cannot give it.

        first_response: how soon the feelings should be acknowledged (001-01). None: the document
            says "sooner rather than later" and gives no number, and no time limit runs.

        stale_after: how long nothing may happen on an open case (001-01). None: likewise.

        remind_before: how long before a promise (001-61) or a time limit is due to remind its
            owner: a span or several. None: nobody is reminded.

        language: read what is said, and warn.

    Raises:
        MethodError: a setting is none of the ones above.
    """
    settings = {
        "strict": strict,
        "attempts": attempts,
        "second_person": second_person,
        "first_response": first_response,
        "stale_after": stale_after,
        "remind_before": reminders(remind_before),
        "language": language,
    }
    check_settings("seven_as", **settings)
    rules = (
        *_rules.hearing(),
        *_rules.discussing(),
        *_rules.planning(),
        *common.approval(second_person=second_person),
        *common.promises(cites=["001-60", "001-61", "001-74"]),
        *_rules.accomplishing(attempts),
        *common.remarks(but=[acts.NoteIssue]),
        *common.exits(attempts, before_merging=_rules.NOTHING_AWAITED),
    )
    return Method(
        name="seven_as",
        version="1",
        title="The seven A's",
        source=SOURCE,
        initial="received",
        states=STATES,
        facts=FACTS,
        rules=common.strictly(rules) if strict else rules,
        edges=ROAD,
        waivable=["expectation_known", "challenges_clear", "willing", "calm"],
        limits=common.reminded(
            _limits(first_response, stale_after, [rule.trigger for rule in rules]), remind_before
        ),
        promise_reminders=spans(remind_before),
        language=_wording.SEVEN_AS if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION | _limits_off(first_response, stale_after),
        invariants=invariants.SEVEN_AS,
        accepted=_accepted.SEVEN_AS,
    )


def _limits_off(first_response: Within | None, stale_after: Within | None) -> dict[str, str]:
    """Return the note on the time limits that are off; nothing where none is."""
    limits = {"first_response": first_response, "stale_after": stale_after}
    off = " and ".join(f"`{name}`" for name, within in limits.items() if within is None)
    return {"001-01": f"off, as the text gives no number: {off}"} if off else {}


def _limits(
    first_response: Within | None, stale_after: Within | None, triggers: Iterable[str]
) -> Iterator[TimeLimit]:
    yield from common.first_response(
        first_response,
        ends="acknowledge_feelings",
        text="the customer's feelings have not been acknowledged in time",
        cites="001-01",
    )
    if stale_after is not None:
        yield TimeLimit(
            "stale",
            "nothing has happened for too long",
            stale_after,
            starts=[
                "open",
                *(t for t in triggers if t not in {"deadline_near", "deadline_passed", "correct"}),
            ],
            ends=[],
            cites=["001-01"],
        )
