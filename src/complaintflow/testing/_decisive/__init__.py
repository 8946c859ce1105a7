"""Decisive stories: for each thing an act needs, the shortest story after which it alone lacks."""

from complaintflow.testing._decisive._stories import DecisiveStory, Teller, distinct, stories

__all__ = ["DecisiveStory", "Teller", "distinct", "stories"]
