"""
Time limits that regulators set, as data with their sources. Never a default, and no legal advice.

Each row says where it was read, since when it holds, when that was last looked up, and whether it
was the text itself or somebody's account of it. What could not be looked up is not here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Literal

from attrs import evolve, field, frozen

from complaintflow._deadlines import TimeLimit, counted_as, spans
from complaintflow._spelling import did_you_mean
from complaintflow._time import Within
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.errors import TimeError

Confidence = Literal["text", "quoted", "secondary"]
"""
How it was read: the `text` itself, `quoted` by somebody bound to it, or a `secondary` account.
"""


@frozen(eq=False, repr=False)
class Preset(Value):
    """One time limit of a regulator, and where it stands. No legal advice."""

    id: str
    """Its name here; `'uk_fca_final_response'`."""

    text: str
    """What passing it means, for people."""

    within: Within
    """The span; in which zone its days are counted is the host's to say."""

    source: str
    """Who sets it, and in what."""

    section: str
    """Where in it."""

    confidence: Confidence
    """How it was read."""

    checked_on: date
    """The day it was last looked up."""

    valid_from: date | None = field(default=None, kw_only=True)
    """The first day on which it holds. None: not established; it is older than what was read."""

    note: str = field(default="", kw_only=True)
    """What else has to be known to use it."""

    def limit(
        self,
        *,
        starts: Iterable[str | type[Act]] | str | type[Act],
        ends: Iterable[str | type[Act]] | str | type[Act],
        zone: str,
        on: date,
        calendar: str | None = None,
        closes: time | str | None = None,
        reminders: Iterable[Within] | Within = (),
        forced: bool = False,
    ) -> TimeLimit:
        """
        Return it as a time limit of a method.

        Args:
            starts: the acts that start it, by trigger or class.

            ends: the acts that keep it.

            zone: the IANA name of the zone in which its days are counted.

            on: the day from which the method is used; it must hold by then.

            calendar: the name of the calendar of business days. None: the one of the preset.

            closes: the close of business, in place of the end of the day. None: the end of the day.

            reminders: how long before it passes to remind of it. Those that name no zone, and no
                calendar, are counted in those of the limit.

            forced: use it also before the day on which it begins to hold.

        Raises:
            TimeError: it does not hold yet.
        """
        if not forced and self.valid_from is not None and on < self.valid_from:
            raise TimeError(
                f"{self.id} holds from {self.valid_from} on, and not on {on}; "
                "set forced=True to use it all the same"
            )
        within = evolve(
            self.within,
            zone=zone,
            calendar=calendar or self.within.calendar,
            end_of_day=closes is None,
            closes=closes,
        )
        cites = f"{self.source}, {self.section}"
        before = [counted_as(each, within) for each in spans(reminders)]
        return TimeLimit(self.id, self.text, within, starts, ends, reminders=before, cites=cites)

    def __str__(self) -> str:
        since = f", since {self.valid_from}" if self.valid_from else ""
        return (
            f"{self.id}: {self.within}, after {self.source}, {self.section}{since} "
            f"({self.confidence}, checked on {self.checked_on}); no legal advice"
        )


_CHECKED = date(2026, 11, 26)
_FCA = "FCA Handbook, Dispute resolution: Complaints"
_HOUSING = "Housing Ombudsman (England), Complaint Handling Code 2024"
_ASIC = "ASIC, Regulatory Guide 271"


def _working_days(amount: int, calendar: str | None = None) -> Within:
    return Within(amount, "business_days", end_of_day=True, calendar=calendar)


PRESETS = (
    Preset(
        "uk_fca_final_response",
        "no final response, nor the reason why not, was sent in eight weeks",
        Within(8, "weeks", end_of_day=True),
        _FCA,
        "DISP 1.6.2R",
        "text",
        _CHECKED,
        note="a holding response keeps it, too; for payment services DISP 1.6.2AR goes before it; "
        "the text that was read is of 2012, and a later copy says the same",
    ),
    Preset(
        "uk_fca_third_business_day",
        "the complaint was not resolved by the third business day",
        _working_days(3, "GB"),
        _FCA,
        "DISP 1.5.1R",
        "text",
        _CHECKED,
        valid_from=date(2016, 6, 30),
        note="it says close of business: give `closes` where yours is before the end of the day",
    ),
    Preset(
        "eu_psd2_reply",
        "no reply was sent in fifteen business days",
        _working_days(15),
        "Directive (EU) 2015/2366",
        "Article 101(2)",
        "text",
        _CHECKED,
        valid_from=date(2016, 1, 12),
        note="national law applies it, and may be stricter; name the calendar of your country",
    ),
    Preset(
        "au_rg271_standard",
        "no IDR response was given in thirty calendar days",
        Within(30, end_of_day=True),
        _ASIC,
        "standard complaints",
        "secondary",
        _CHECKED,
        valid_from=date(2021, 10, 5),
    ),
    Preset(
        "au_rg271_superannuation",
        "no IDR response was given in forty-five calendar days",
        Within(45, end_of_day=True),
        _ASIC,
        "superannuation trustees",
        "secondary",
        _CHECKED,
        valid_from=date(2021, 10, 5),
    ),
    Preset(
        "uk_housing_acknowledgement",
        "the complaint was not acknowledged in five working days",
        _working_days(5, "GB-ENG"),
        _HOUSING,
        "6.2",
        "quoted",
        _CHECKED,
        valid_from=date(2024, 4, 1),
    ),
    Preset(
        "uk_housing_stage_1",
        "no full response was given in ten working days of the acknowledgement",
        _working_days(10, "GB-ENG"),
        _HOUSING,
        "6.3",
        "quoted",
        _CHECKED,
        valid_from=date(2024, 4, 1),
        note="it starts with the acknowledgement, not with the receipt",
    ),
)
"""Every preset, by regulator."""


def preset(name: str) -> Preset:
    """
    Return a preset by its id.

    Raises:
        TimeError: there is none; the error names what it may have been meant to be.
    """
    known = {each.id: each for each in PRESETS}
    if not isinstance(name, str) or name not in known:
        hint = did_you_mean(name, known)
        raise TimeError(f"there is no preset {name!r}{hint}; there are: {', '.join(known)}")
    return known[name]
