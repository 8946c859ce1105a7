"""The settings that the documented methods share: what each must be, and how it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from complaintflow._deadlines import problems_of_reminders
from complaintflow._evidence._checks import text_problem
from complaintflow._time import Within
from complaintflow.errors import MethodError


def check_settings(method: str, **settings: object) -> None:
    """
    Check the settings that methods share, by their names.

    Raises:
        MethodError: some make no sense; all of them are listed.
    """
    problems = [
        f"{name} must be {WANTED[name][1]}, not {value!r:.40}"
        for name, value in settings.items()
        if name in WANTED and not WANTED[name][0](value)
    ]
    if problems:
        raise MethodError(f"the configuration of {method}", tuple(problems))


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 1


def _is_span(value: object) -> bool:
    return isinstance(value, Within)


def _is_span_or_none(value: object) -> bool:
    return value is None or isinstance(value, Within)


def _are_reminders(value: object) -> bool:
    return value is None or (isinstance(value, tuple) and not any(problems_of_reminders(value)))


def _are_texts(value: object) -> bool:
    return isinstance(value, tuple) and not any(map(text_problem, value))


def _are_words(value: object) -> bool:
    return bool(value) and _are_texts(value)


_FLAG = (_is_flag, "True or False")
_SPAN = (_is_span, "a span such as Within(14, 'days')")
_SPAN_OR_NONE = (_is_span_or_none, "a span such as Within(14, 'days'), or None")

WANTED: dict[str, tuple[Callable[[object], bool], str]] = {
    "strict": _FLAG,
    "language": _FLAG,
    "second_person": _FLAG,
    "calm_when_lower": _FLAG,
    "exclusive_listening": _FLAG,
    "mood_around_empathy": _FLAG,
    "takes_up_the_account": _FLAG,
    "says_they_matter": _FLAG,
    "attempts": (_is_count, "a whole number of at least 1"),
    "promises_within": _SPAN,
    "follow_up_after": _SPAN,
    "follow_up_within": _SPAN,
    "first_response": _SPAN_OR_NONE,
    "action_within": _SPAN_OR_NONE,
    "stale_after": _SPAN_OR_NONE,
    "first_person_words": (_are_words, "words such as 'I'"),
    "templates": (_are_texts, "texts that say something"),
    "remind_before": (_are_reminders, "spans before a deadline such as Within(1), or None"),
    "sixth": (lambda value: value in ("learn", "follow_up", None), "'learn', 'follow_up' or None"),
}
"""The settings that methods share, each with its check and what it must be."""


def reminders(value: object) -> object:
    """Return a setting as it is kept: spans as a tuple, None where there are none."""
    if isinstance(value, list | tuple):
        return tuple(value) or None
    return (value,) if isinstance(value, Within) else value


def left_off(why: Mapping[str, tuple[str, str]], settings: Mapping[str, object]) -> dict[str, str]:
    """Return a note for each clause whose setting is off: `{clause: note}`."""
    return {
        clause: f"`{name}` is off: {reason}"
        for name, (clause, reason) in why.items()
        if not settings[name]
    }
