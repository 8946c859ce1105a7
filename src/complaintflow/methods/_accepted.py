"""What a check finds in the documented methods, and why it is meant to be so."""

from __future__ import annotations


def _old(reason: str, *guards: str) -> dict[str, str]:
    """Return why guards may rely on a fact from before the case went back."""
    return {f"stale_fact: {guard}": reason for guard in guards}


SEVEN_AS = {
    **_old(
        "thanks are for the complaint: they hold when the plan is amended",
        "close/resolved needs thanked",
    ),
    **_old(
        "what prevents it hangs on the cause, and not on the plan for this customer",
        "close/resolved needs prevention_assured",
    ),
}

PERSONAL_OWNERSHIP = {
    **_old(
        "anger that was recognised stays so, even if the problem is said back once more",
        "listen/finished needs recognised",
        "reiterate needs recognised",
        "offer needs recognised",
        "accept_ask needs recognised",
        "declare_deadlock needs recognised",
    ),
    **_old(
        "what the customer has said they expect is known, until they say something else",
        "offer needs expectation_known",
        "accept_ask needs expectation_known",
        "counter needs expectation_known",
        "declare_deadlock needs expectation_known",
        "resume from waiting to consulted given expectation_known and owned: expectation_known",
    ),
    **_old(
        "an offer was made, even if what it answers is said back once more",
        "declare_deadlock needs offered",
        "resume from waiting to negotiating given offered and owned: offered",
    ),
    **_old(
        "an offer stands until it is answered",
        "accept needs offer_open",
        "decline needs offer_open",
    ),
}
