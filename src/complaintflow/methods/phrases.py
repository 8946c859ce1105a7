"""
The phrases the documented methods look for, in English, by what is wrong with them.

A host that speaks another language brings rules of its own.
"""

from __future__ import annotations

REMEDIES = ("refund*", "replace*", "discount*", "credit*", "voucher*", "compensat*")
"""Words for remedies, which can be premature (003-12)."""

POLICY_SHIELD = (
    "that's our policy",
    "it's our policy",
    "it is company policy",
    "it's company policy",
    "per our policy",
)
"""Hiding behind a policy; the first is document 002's own (002-21)."""

REDIRECT = (
    "you'll have to go to our website",
    "visit our website",
    "go to our website",
    "please call ... instead",
)
"""Sending the customer away; the first is document 002's own (002-22)."""

LINK = ("<link>",)
"""Saying where to look (002-23)."""

MORE_THAN_A_LINK = (
    *("i will", "i have", "i shall", "i am going to", "let me"),
    *("what would", "what do you", "what did", "what happened", "how did", "how can i"),
    *("would you", "could you", "do you", "did you", "have you", "are you", "is it", "is that"),
)
"""What somebody says or asks who does not leave the customer alone with a link (002-23)."""

PASS_OFF = (
    "another department",
    "different department",
    "different team",
    "i'll transfer you",
    "transfer you",
    "my supervisor",
    "my manager",
    "have a supervisor assist",
    "have a manager assist",
)
"""Passing the customer on (002-30, 002-31)."""

CONTRADICTION = (
    "you're wrong",
    "you are mistaken",
    "you're mistaken",
    "that's not true",
    "that isn't true",
    "that's impossible",
    "actually, you",
    "actually you",
)
"""Telling the customer that their perception is wrong (000-04, 000-05)."""

EMPTY_AGREEMENT = (
    *("you're right", "you're absolutely right", "you're so right"),
    *("yes, you're right", "yes, you're absolutely right", "yes, you're so right"),
    *("yes you're right", "yes you're absolutely right", "yes you're so right"),
)
"""Agreeing and doing nothing, where it is the whole message (000-07)."""

JUDGED_FEELINGS = (
    "overreact*",
    "over-react*",
    "calm down",
    "no need to be upset",
    "no reason to be upset",
    "you shouldn't feel",
    "don't be upset",
)
"""Judging what the customer feels (001-11)."""

DEFENSIVE = (
    "not our fault",
    "you should have",
    "calm down",
    "there's nothing we can do",
    "nothing we can do",
)
"""Starting off defensive (002-13)."""

VAGUE = ("asap", "as soon as possible", "soon", "look into it", "do our best", "as needed")
"""Promising nothing in particular (001-47, 001-52)."""

ABSOLUTE = ("never happen again", "won't happen again")
"""Promising what nobody can promise (001-73)."""

UNLIMITED = ("whatever it takes", "anything you want", "whatever you want")
"""Promising more than some may (001-41)."""

NON_APOLOGY = ("sorry if", "sorry you feel", "sorry that you feel", "sorry but", "sorry, but")
"""An apology that is none; no document says so, it is common practice."""

CONDESCENDING = ("obviously", "as i already said", "as i said before")
"""What can sound condescending (003-13)."""

VALUED = ("value*", "appreciate*", "important to us", "matter* to us", "thank*", "grateful")
"""What shows that the customer's business is valued (003-21)."""

VALIDATING = (
    "understand*",
    "hear you",
    "i see",
    "it's okay to feel",
    "anybody would",
    "anyone would",
    "of course you",
)
"""What shows that it is all right to feel so, and that the customer is heard (001-12)."""

SERIOUS = ("serious*", "not lightly", "lightly", "matter*", "important")
"""What shows that it is not taken lightly (001-13)."""

BLAME = (
    "to blame",
    "is at fault",
    "was at fault",
    "fault of",
    "'s fault",
    "messed up",
    "incompetent",
)
"""Looking for a culprit (003-61)."""
