"""
Language rules: phrases looked for in what the agent says to the customer, as data.

Deterministic, and deaf to the customer: only texts marked as the agent's are read. A text is passed
over once however many rules there are: one compiled pattern stops at the words that begin as some
phrase does, and only phrases that begin so are tried there. The time grows with the text and no
faster, whatever it says.

A rule is data. What reads texts by it is in modules of its own, for whoever reads any.
"""

from complaintflow._language._rule import LanguageRule

__all__ = ["LanguageRule"]
