"""Where a case can be under the seven A's, what can be established, and where acts lead."""

from __future__ import annotations

from complaintflow import acts
from complaintflow._method import Edge, State, stays
from complaintflow._requirements import Fact
from complaintflow.methods.common import common_edges

FACTS = (
    Fact("feelings_acknowledged", "{customer}'s feelings are not acknowledged", cites="001-10"),
    Fact("invited", "{customer} was not invited to say everything", cites="001-20"),
    Fact("heard", "{customer} has not been heard to the end", cites=["001-21", "001-22"]),
    Fact("apologized", "an apology for all that is known is missing", cites=["001-30", "001-32"]),
    Fact(
        "assured",
        "{customer} was not assured that their concerns will be addressed",
        cites="001-40",
    ),
    Fact("expectation_known", "what {customer} expects is unknown", cites="001-46"),
    Fact("offered", "it is not said what the company can provide", cites="001-46"),
    Fact(
        "challenges_clear", "the challenges that both sides face are not confirmed", cites="001-50"
    ),
    Fact("plan_proposed", "no plan is on the table", cites="001-51"),
    Fact("customer_agreed", "{customer} has not agreed to the plan", cites="001-51"),
    Fact("company_agreed", "the company has not agreed to the plan", cites="001-51"),
    Fact("plan_agreed", "the two sides have not agreed to a plan", cites=["001-51", "001-60"]),
    Fact(
        "promises_settled",
        "not everything that was promised is settled",
        cites=["001-70", "001-74"],
    ),
    Fact("checked_in", "{customer} has not said that they are satisfied", cites="001-71"),
    Fact("thanked", "{customer} was not thanked", cites="001-72"),
    Fact(
        "prevention_assured",
        "{customer} was not assured that you do your best to prevent it",
        cites="001-73",
    ),
)

STATES = (
    State(
        "received", "the customer's feelings are to be acknowledged", 1, cites=["001-04", "001-10"]
    ),
    State(
        "acknowledged",
        "the customer is to be invited, and heard to the end",
        2,
        waits_for="customer",
        cites="001-20",
    ),
    State("aired", "an apology is due", 3, cites="001-30"),
    State("apologized", "the customer is to be assured", 4, cites="001-40"),
    State("assured", "solutions are to be discussed", 4, waits_for="customer", cites="001-45"),
    State(
        "waiting",
        "the talk is put off until everyone is calmer",
        waits_for="customer",
        cites="001-43",
    ),
    State("planning", "both are to agree on a plan", 5, waits_for="customer", cites="001-51"),
    State("implementing", "the plan is to be carried out", 6, cites="001-60"),
    State("closed", "what was promised is accomplished", 7, final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("deadlocked", "no agreement was found", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
    State("merged", "it goes on in another case", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)
AFTER_AIRING = ("aired", "apologized", "assured", "planning", "implementing")
TALKING = ("assured", "planning")

ROAD = (
    Edge("received", "acknowledge_feelings", "acknowledged"),
    *stays(WORKING[1:], acts.AcknowledgeFeelings),
    *stays(WORKING[1:], acts.Invite),
    Edge("acknowledged", "listen", "aired", outcome="finished"),
    *stays(WORKING[1:], acts.Listen),
    *stays(WORKING, acts.NoteMistake),
    Edge("aired", "apologize", "apologized"),
    *stays(AFTER_AIRING[1:], acts.Apologize),
    Edge("apologized", "assure", "assured"),
    *stays(AFTER_AIRING[2:], acts.Assure),
    Edge(TALKING, "reschedule", "waiting", outcome="accepted"),
    *stays((*TALKING, "waiting"), acts.Reschedule),
    Edge("waiting", "resume", "planning", given=["plan_proposed"]),
    Edge("waiting", "resume", "assured"),
    *stays(TALKING, acts.AskExpectation, acts.Offer, acts.Counter, acts.ConfirmChallenges),
    Edge(TALKING, "propose_plan", "planning"),
    Edge("planning", "agree_plan", "implementing", outcome="both"),
    Edge("planning", "confirm_plan", "implementing", outcome="both"),
    *stays(("planning",), acts.AgreePlan, acts.ConfirmPlan),
    Edge("implementing", "amend_plan", "planning"),
    Edge(TALKING, "declare_deadlock", "deadlocked"),
    Edge(WORKING, "answer", "received", outcome="not_satisfied"),
    *stays(WORKING, acts.Answer),
    Edge("implementing", "follow_up", "received", outcome="not_satisfied"),
    *stays(("implementing",), acts.FollowUp, acts.Thank, acts.AssurePrevention),
    Edge("implementing", "close", "closed", outcome="resolved"),
    Edge("implementing", "close", "closed", outcome="unconfirmed"),
    Edge(("implementing", *ENDED), "reopen", "received"),
    *common_edges(initial="received", working=WORKING, waiting=WAITING, ended=ENDED),
)
"""Where each act leads from each state; the first line that fits is taken."""
