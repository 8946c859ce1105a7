"""
A team as a picture: where cases stand and stop, how long that takes, and what was promised.

:func:`measure_store` counts the cases of a store, :func:`measure_store_async` those of one that is
awaited, :func:`measure_log` those of a helpdesk's log, and :func:`measure` those of any histories.
A :class:`RefusalLog` keeps what was refused, for a desk that is to be asked about that too. Plots
are in :mod:`complaintflow.statistics.plots`, with the extra `complaintflow[plots]`.
"""

from complaintflow.statistics._counting import (
    measure,
    measure_log,
    measure_store,
    measure_store_async,
)
from complaintflow.statistics._model import (
    PromiseCount,
    Reason,
    Refusal,
    StateCount,
    StateTime,
    Statistics,
)
from complaintflow.statistics._refusals import RefusalLog, count_refusals, read_refusals

__all__ = [
    "PromiseCount",
    "Reason",
    "Refusal",
    "RefusalLog",
    "StateCount",
    "StateTime",
    "Statistics",
    "count_refusals",
    "measure",
    "measure_log",
    "measure_store",
    "measure_store_async",
    "read_refusals",
]
