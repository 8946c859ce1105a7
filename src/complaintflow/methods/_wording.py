"""
What the words of an agent are read for: the language rules of the documented methods, as data.

The phrases themselves stand in `phrases`.
"""

from __future__ import annotations

from complaintflow._language import LanguageRule
from complaintflow.methods import phrases

NON_APOLOGY = LanguageRule(
    "non_apology",
    phrases.NON_APOLOGY,
    "'{phrase}' does not sound like an apology",
    cites="editorial",
)
"""No document says so; it is common practice, and in all four."""

FIVE_STEPS = (
    LanguageRule(
        "contradiction",
        phrases.CONTRADICTION,
        "'{phrase}' contradicts the customer; how they see it is real to them",
        cites=["000-04", "000-05"],
        strong_from="upset",
    ),
    LanguageRule(
        "empty_agreement",
        phrases.EMPTY_AGREEMENT,
        "'{phrase}' agrees, and no more; say what you will do about it",
        cites="000-07",
        whole=True,
    ),
    NON_APOLOGY,
)
"""What words are read for in the five steps."""

SEVEN_AS = (
    LanguageRule(
        "judged_feelings",
        phrases.JUDGED_FEELINGS,
        "'{phrase}' judges what the customer feels",
        cites="001-11",
    ),
    LanguageRule(
        "not_validated",
        phrases.VALIDATING,
        "the words do not say that it is all right to feel so, and that you hear them",
        cites="001-12",
        acts=["acknowledge_feelings"],
        wanted=True,
    ),
    LanguageRule(
        "taken_lightly",
        phrases.SERIOUS,
        "the words do not say that you take it seriously",
        cites="001-13",
        acts=["acknowledge_feelings"],
        wanted=True,
    ),
    LanguageRule(
        "solution_while_airing",
        phrases.REMEDIES,
        "'{phrase}' speaks of a solution before the customer has finished",
        cites="001-22",
        until=["heard"],
        own_words=False,
    ),
    LanguageRule(
        "remedy_in_assurance",
        phrases.REMEDIES,
        "'{phrase}' names a remedy; the assurance promises that it will be worked on",
        cites="001-41",
        acts=["assure"],
        own_words=False,
    ),
    LanguageRule(
        "unlimited_promise",
        phrases.UNLIMITED,
        "'{phrase}' promises more than your limits allow",
        cites="001-41",
        where_limits=True,
    ),
    LanguageRule(
        "vague",
        phrases.VAGUE,
        "'{phrase}' promises nothing in particular: say what, who and until when",
        cites=["001-47", "001-52"],
        acts=["offer", "propose_plan", "amend_plan"],
    ),
    LanguageRule(
        "absolute_promise",
        phrases.ABSOLUTE,
        "'{phrase}' promises what nobody can; say that you do your best",
        cites="001-73",
    ),
    NON_APOLOGY,
)
"""What words are read for in the seven A's."""

PERSONAL_OWNERSHIP = (
    LanguageRule(
        "policy_phrase",
        ["that's our policy"],
        "'{phrase}' shuts the customer down; document 002 forbids it",
        cites="002-21",
        blocks=True,
    ),
    LanguageRule(
        "website_phrase",
        ["you'll have to go to our website"],
        "'{phrase}' sends the customer away; document 002 forbids it",
        cites="002-22",
        blocks=True,
    ),
    LanguageRule(
        "policy_shield",
        phrases.POLICY_SHIELD[1:],
        "'{phrase}' hides behind a policy",
        cites=["002-21", "002-23"],
    ),
    LanguageRule(
        "redirect",
        phrases.REDIRECT[1:],
        "'{phrase}' sends the customer away",
        cites=["002-22", "002-23"],
    ),
    LanguageRule(
        "link_only",
        phrases.LINK,
        "'{phrase}' sends the customer to a page and says no more; say what you will do yourself",
        cites="002-23",
        unless=phrases.MORE_THAN_A_LINK,
        nothing_taken_up=True,
    ),
    LanguageRule(
        "pass_off",
        phrases.PASS_OFF,
        "'{phrase}' passes the customer on; say what you will do yourself",
        cites=["002-30", "002-31"],
    ),
    LanguageRule(
        "defensive",
        phrases.DEFENSIVE,
        "'{phrase}' sounds defensive while the customer lets off steam",
        cites="002-13",
        until=["heard"],
    ),
    LanguageRule(
        "premature_remedy",
        phrases.REMEDIES,
        "'{phrase}' tells the customer what will happen before asking what is fair",
        cites="002-40",
        until=["expectation_known"],
        own_words=False,
    ),
    LanguageRule(
        "matters",
        phrases.VALUED,
        "the words do not say that the customer's business matters",
        cites="002-63",
        acts=["follow_up"],
        wanted=True,
    ),
    NON_APOLOGY,
)
"""What words are read for in personal ownership."""

SIX_STEPS = (
    LanguageRule(
        "premature_remedy",
        phrases.REMEDIES,
        "'{phrase}' speaks of a remedy before the customer is heard and the problem recognised",
        cites="003-12",
        until=["heard", "recognised"],
        own_words=False,
    ),
    LanguageRule(
        "remedy_in_process_promise",
        phrases.REMEDIES,
        "'{phrase}' names a remedy where only a fair solution is to be promised",
        cites="003-23",
        acts=["assure", "apologize", "acknowledge_problem"],
        until=["expectation_known"],
        own_words=False,
    ),
    LanguageRule(
        "condescending",
        phrases.CONDESCENDING,
        "'{phrase}' can sound condescending",
        cites="003-13",
    ),
    LanguageRule(
        "value_not_shown",
        phrases.VALUED,
        "the words do not say that the customer's business is valued",
        cites="003-21",
        acts=["acknowledge_problem"],
        wanted=True,
    ),
    LanguageRule(
        "blame",
        phrases.BLAME,
        "'{phrase}' looks for a culprit; say what will be better",
        cites="003-61",
        acts=["learn"],
        notes=True,
    ),
    NON_APOLOGY,
)
"""What words are read for in the six steps."""
