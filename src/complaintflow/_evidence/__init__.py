"""
What an act may carry: checked fields, the voices of texts, and the values that acts share.

An evidence class is a frozen attrs class whose annotations are its checks. Nothing is coerced
silently, and every problem of an instance is reported at once.
"""

from complaintflow._evidence._annotations import Said, Told
from complaintflow._evidence._freezing import evidence
from complaintflow._evidence._values import DONT_KNOW, MOODS, Expectation, Mood, PlanItem, Remedy
from complaintflow._evidence._words import ERASED

__all__ = [
    "DONT_KNOW",
    "ERASED",
    "MOODS",
    "Expectation",
    "Mood",
    "PlanItem",
    "Remedy",
    "Said",
    "Told",
    "evidence",
]
