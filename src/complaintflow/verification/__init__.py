"""
What can be proved about a method before anybody relies on it.

:func:`check` goes through everything that can be reached, and tells what would go wrong as
stories that a manager can read.
"""

from complaintflow.verification._checking import check
from complaintflow.verification._report import Finding, Guard, Proof, Report, Turn

__all__ = ["Finding", "Guard", "Proof", "Report", "Turn", "check"]
