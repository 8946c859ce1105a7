"""
The decision: may this act be taken now, and what follows.

Pure: nothing is read or changed outside the arguments. The only package that imports
`transitions`; a case is fired through a throwaway question, never registered.
"""

from complaintflow._engine._decision import decide, erase_case, open_case
from complaintflow._engine._due import due
from complaintflow._engine._machine import MethodMachine, compiled
from complaintflow._engine._reasons import check_act, check_new_id

__all__ = [
    "MethodMachine",
    "check_act",
    "check_new_id",
    "compiled",
    "decide",
    "due",
    "erase_case",
    "open_case",
]
