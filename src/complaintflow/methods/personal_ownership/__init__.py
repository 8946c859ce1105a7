"""
Personal ownership (document 002): listen, restate, own, ask what is fair, negotiate, return.

`_steps` holds the states, the facts and the road; `_rules` what each act needs and brings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from attrs import evolve

from complaintflow import _requirements as ask
from complaintflow import acts
from complaintflow._deadlines import TimeLimit, spans
from complaintflow._language import LanguageRule
from complaintflow._method import Method
from complaintflow._pieces import names
from complaintflow._time import Within
from complaintflow.errors import MethodError
from complaintflow.methods import _accepted, _wording, common, invariants
from complaintflow.methods._settings import check_settings, left_off, reminders
from complaintflow.methods.personal_ownership import _rules
from complaintflow.methods.personal_ownership._steps import FACTS, ROAD, STATES

SOURCE = "002_576f7c03354d68fd.txt"

FAIR_QUESTION = "What would you consider a fair solution?"
"""The document's own wording, for `AskExpectation` (002-41)."""

HELD_BY_CONSTRUCTION = {
    "002-12": "language rules read the agent's words alone",
    "002-18": "no exit and no decline reads the mood",
    "002-34": "a hand-over needs its reason, the new owner's words, and what the customer is told",
    "002-43": "the expectation is kept in the ledger, with its amount where one is named",
    "002-60": "a settlement leads to `settled`, which is not final",
    "002-64": "`Close.retained` says whether it has kept the customer",
}

REMARKED = {"note_mood": ["002-01"], "coordinate": ["002-35"]}
"""Clauses that acts stand on which need nothing and lead nowhere."""

LEFT_OFF = {
    "first_response": ("002-10", "the text gives no number"),
    "takes_up_the_account": ("002-26", "words of one's own may be as good"),
    "templates": ("002-36", "only the host knows what its agents are handed"),
    "says_they_matter": ("002-63", "it is said in more ways than a list has"),
}
"""What the document only suggests: by setting, the clause, and why it is off by default."""


def personal_ownership(
    *,
    strict: bool = False,
    attempts: int = 3,
    second_person: bool = True,
    promises_within: Within = Within(14, "days"),
    follow_up_after: Within = Within(14, "days"),
    follow_up_within: Within = Within(28, "days"),
    calm_when_lower: bool = True,
    first_person_words: Iterable[str] = ("I",),
    first_response: Within | None = None,
    takes_up_the_account: bool = False,
    templates: Iterable[str] = (),
    says_they_matter: bool = False,
    remind_before: Within | Sequence[Within] | None = None,
    language: bool = True,
) -> Method:
    """
    Return personal ownership, document 002, as a method.

    Args:
        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse, or be
            closed unconfirmed.

        second_person: whoever asks for approval cannot give it.

        promises_within: until when a promise is due that names no time itself.

        follow_up_after: how long after the settlement and its last promise a follow-up is not too
            early (002-61: "after a few weeks").

        follow_up_within: until when after them it is due. Later is allowed, and a breach.

        calm_when_lower: a mood lower than at the start is calm enough (002-20). False: it takes
            at most discontent.

        first_person_words: one of these, or this one, has to stand in the owner's words (002-32).

        first_response: how soon somebody should listen (002-10). None: the document gives no
            number, and no time limit runs.

        takes_up_the_account: it is recommended that the restatement uses words of the customer's
            account (002-26).

        templates: texts that agents are handed; taking ownership in the words of one is warned of
            (002-36).

        says_they_matter: it is recommended that the follow-up says that the customer's business
            matters (002-63). It is read by a language rule.

        remind_before: how long before a promise or a time limit is due to remind its owner: a
            span or several. None: nobody is reminded.

        language: read what is said: warn, and block the two phrases the document names.

    Raises:
        MethodError: a setting is none of the ones above.
    """
    own, scripts = names(first_person_words), names(templates)
    settings = {
        "strict": strict,
        "attempts": attempts,
        "second_person": second_person,
        "promises_within": promises_within,
        "follow_up_after": follow_up_after,
        "follow_up_within": follow_up_within,
        "calm_when_lower": calm_when_lower,
        "first_person_words": own,
        "first_response": first_response,
        "takes_up_the_account": takes_up_the_account,
        "templates": scripts,
        "says_they_matter": says_they_matter,
        "remind_before": reminders(remind_before),
        "language": language,
    }
    check_settings("personal_ownership", **settings)
    _check_window(follow_up_after, follow_up_within)
    calm = ask.calmer(or_lower=calm_when_lower, cites=["002-17", "002-20"])
    rules = (
        *_rules.listening(calm, echoes=takes_up_the_account),
        *_rules.owning(own, scripts),
        *_rules.asking(calm),
        *_rules.negotiating(calm),
        *common.approval(second_person=second_person),
        *common.promises(),
        *_rules.returning(follow_up_after, attempts),
        *common.remarks(but=[acts.TakeOwnership, acts.HandOver], cites=REMARKED),
        *common.exits(attempts),
    )
    return Method(
        name="personal_ownership",
        version="1",
        title="Personal ownership",
        source=SOURCE,
        initial="received",
        states=STATES,
        facts=FACTS,
        rules=common.strictly(rules) if strict else rules,
        edges=ROAD,
        waivable=[
            *("calmer", "not_too_early", "followed_up", "restatement_confirmed"),
            *(["policy_phrase", "website_phrase"] if language else []),
        ],
        limits=common.reminded(_limits(first_response, follow_up_within), remind_before),
        promises_within=promises_within,
        promise_reminders=spans(remind_before),
        language=_language(says_they_matter=says_they_matter) if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION | left_off(LEFT_OFF, settings),
        invariants=invariants.PERSONAL_OWNERSHIP
        + (invariants.PERSONAL_OWNERSHIP_STRICTLY if strict else ()),
        accepted=_accepted.PERSONAL_OWNERSHIP,
    )


def _language(*, says_they_matter: bool) -> tuple[LanguageRule, ...]:
    return (
        _wording.PERSONAL_OWNERSHIP
        if says_they_matter
        else tuple(r for r in _wording.PERSONAL_OWNERSHIP if r.code != "matters")
    )


def _check_window(after: Within, within: Within) -> None:
    some_day = datetime(2026, 1, 1, tzinfo=UTC)
    # The holidays of a calendar are not known yet; Monday to Friday is near enough.
    first, last = (evolve(span, calendar=None).after(some_day) for span in (after, within))
    if last < first:
        problem = f"follow_up_within must not end before follow_up_after does: {after}"
        raise MethodError("the configuration of personal_ownership", (problem,))


def _limits(first_response: Within | None, follow_up_within: Within) -> tuple[TimeLimit, ...]:
    follow_up = TimeLimit(
        "follow_up",
        "nobody has followed up with the customer in time",
        follow_up_within,
        starts=["accept", "accept_ask"],
        ends=["follow_up"],
        after_promises=True,
        cites="002-61",
    )
    listened = common.first_response(
        first_response, ends="listen", text="nobody has listened in time", cites="002-10"
    )
    return (*listened, follow_up)
