"""A method as plain data: what `show` tells as text, and gives as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

import attrs

from complaintflow import (
    Edge,
    LanguageRule,
    Method,
    Outcome,
    Requirement,
    Rule,
    State,
    TimeLimit,
    Within,
)
from complaintflow._help import about
from complaintflow.cli._evidence import Wanted, carried_by, choices_of, wanted_of
from complaintflow.cli._methods import is_document
from complaintflow.invariants import Invariant

Data = dict[str, object]


def plain(value: object) -> object:
    """Return a value as JSON has it; of records, what is not at its default."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if attrs.has(type(value)):
        return {field.name: plain(each) for field, each in filled(value)}
    return str(value) if isinstance(value, Decimal) else value


def filled(record: object) -> Iterator[tuple[attrs.Attribute[object], object]]:
    """Yield the fields of a record that are not at their default, with their values."""
    for field in attrs.fields(type(record)):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        if value != field.default:
            yield field, value


def told(text: str) -> str:
    """Return a sentence of a method without a customer to name."""
    return text.replace("{customer}", "the customer")


def phrased(rule: LanguageRule) -> str:
    """Return the sentence of a language rule without a phrase to name."""
    return rule.text.replace("'{phrase}'", "a phrase").replace("{phrase}", "a phrase")


def span(within: Within) -> str:
    """Return a span of time as words."""
    named = f" of {within.calendar}" if within.calendar else ""
    zone = "" if within.unit == "hours" else f", counted in {within.zone}"
    first = ", the day it starts on included" if within.counts_start_day else ""
    last = ", to the end of the last day" if within.end_of_day else ""
    if within.closes is not None:
        last = f", to {within.closes:%H:%M} of the last day"
    return f"{within}{named}{zone}{first}{last}"


def before(reminders: Iterable[Within]) -> str:
    """Return spans before a deadline as words."""
    return ", ".join(f"{span(each)}, before" for each in reminders)


def summary(method: Method) -> Data:
    """
    Return a method in a line: `name`, `title`, `version`, `source`, `states` and `acts`.

    The last two are numbers. `document` tells whether it is shipped as a document.
    """
    return {
        "name": method.name,
        "title": method.title,
        "version": method.version,
        "source": method.source,
        "document": is_document(method),
        "states": len(method.states),
        "acts": len(method.rules),
    }


def describe(method: Method) -> Data:
    """
    Return everything a method says, in its own order.

    The keys, which stay: `name`, `title`, `version`, `pin` (what a case is bound to), `variant`
    (empty where there is but one reading of the name), `source` (the document; empty where there
    is none), `origins` (`title`, `where`, `published`, `checked`, `confidence`, `says`),
    `settings`, `departures` (from the charter: `invariant`, `reason`), `initial` (a state),
    `promises_within`, and lists of

    - `promise_reminders`: spans before a promise is due;
    - `states`: `name`, `about`, `step` (null: no step of the document), `final`, `waits_for`,
      `inferred`, `cites`;
    - `facts`: `name`, `unmet` (the sentence where it is missing), `established_by`, `cites`;
    - `acts`: `act`, `about`, `speaker`, `awaits` (who else decides how it comes out, or null),
      `remedy`, `recognition`, `hearing` (the outcome by which the customer is heard, or null),
      `expectation` (the outcomes by which it is known), `on_the_way` (whether a refusal may
      propose it), `evidence`, `needs`, `establishes`, `clears`, `begins_cycle`, `notify`,
      `outcomes`, `leads`, `cites`;
        - `evidence`: `name`, `about`, `type` (`text`, `bool`, `int`, `Decimal`, `datetime`, or a
          name of `carried`), `many`, `choices` (empty: any value of the type), `voice` (`agent`,
          `customer`, or null: a note, or no text), `optional`;
        - `needs`: `code`, `text`, `demanded` (false: without it there is a warning),
          `satisfied_by`, `cites`;
        - `outcomes`: `name`, `means`, and `needs`, `establishes`, `clears`, `begins_cycle` and
          `notify` beyond those of the act;
        - `leads`, of which the first that matches counts: `from`, `to` (null: the state stays),
          `outcome` (null: any), `given` (facts);
    - `carried`, the evidence with fields of its own: `name`, `about`, `fields` (as `evidence`);
    - `time_limits`: `code`, `text`, `within`, `starts`, `ends`, `after_promises` (counted from
      the last one due), `recurs`, `pausable`, `paused_in` (the states in which it stands still),
      `reminders` (spans before it), `notify`, `remind`, `cites`;
    - `waivable`: codes of needs;
    - `language`: `code`, `text`, `phrases`, `wanted`, `acts` (empty: all), `until` (facts),
      `blocks` (it refuses), `strong_from` (a mood, or null), `whole`, `unless`
      (phrases), `nothing_taken_up`, `own_words`, `notes`, `where_limits`, `cites`;
    - `notes`: `clause`, `text`;
    - `invariants`: `code`, `text` (the sentence where it is broken), `template`, `acts`, `others`,
      `undone_by`, `facts`, `within` (null: any time), `each_cycle`, `watch` (`warn`, `refuse`, or
      null: it is only proved), `cites`;
    - `accepted`, of what `check` finds: `finding` (its key), `reason`.

    A span of time is `amount`, `unit`, `zone`, `counts_start_day`, `end_of_day`, `calendar` and
    `closes` (the last two may be null).
    """
    return {
        "name": method.name,
        "title": method.title,
        "version": method.version,
        "pin": method.pin,
        "variant": method.variant,
        "source": method.source,
        "origins": [attrs.asdict(origin) for origin in method.origins],
        "settings": {name: _setting(value) for name, value in method.settings},
        "departures": [{"invariant": d.invariant, "reason": d.reason} for d in method.departs],
        "initial": method.initial,
        "promises_within": _span(method.promises_within),
        "promise_reminders": [_span(each) for each in method.promise_reminders],
        "states": [_state(state) for state in method.states],
        "facts": [
            {
                "name": fact.name,
                "unmet": told(fact.unmet),
                "established_by": list(method.establishing(fact.name)),
                "cites": list(fact.cites),
            }
            for fact in method.facts
        ],
        "acts": [_act(method, rule) for rule in method.rules],
        "carried": [
            {
                "name": cls.__name__,
                "about": about(cls),
                "fields": [_wanted(wanted) for wanted in wanted_of(cls)],
            }
            for cls in carried_by(rule.act for rule in method.rules)
        ],
        "time_limits": [_limit(limit) for limit in method.limits],
        "waivable": sorted(method.waivable),
        "language": [_language(rule) for rule in method.language],
        "notes": [{"clause": clause, "text": text} for clause, text in method.notes],
        "invariants": [_invariant(invariant) for invariant in method.invariants],
        "accepted": [{"finding": key, "reason": reason} for key, reason in method.accepted],
    }


def _state(state: State) -> Data:
    return {
        "name": state.name,
        "about": state.about,
        "step": state.step,
        "final": state.final,
        "waits_for": state.waits_for,
        "inferred": state.inferred,
        "cites": list(state.cites),
    }


def _act(method: Method, rule: Rule) -> Data:
    spec = rule.act.spec
    common = method.requirements(rule)
    return {
        "act": rule.trigger,
        "about": about(rule.act),
        "speaker": spec.speaker,
        "awaits": spec.awaits,
        "remedy": spec.remedy,
        "recognition": spec.recognition,
        "hearing": spec.hearing,
        "expectation": list(spec.expectation),
        "on_the_way": rule.in_way,
        "evidence": [_wanted(wanted) for wanted in wanted_of(rule.act)],
        "needs": [_need(need) for need in common],
        **_consequences(rule),
        "outcomes": _outcomes(method, rule, common),
        "leads": [_lead(edge) for edge in method.edges if edge.trigger == rule.trigger],
        "cites": list(rule.cites),
    }


def _wanted(wanted: Wanted) -> Data:
    choices = [choice.value for choice in choices_of(wanted.base)]
    is_text = wanted.base is str or choices
    return {
        "name": wanted.name,
        "about": wanted.about,
        "type": "text" if is_text else wanted.base.__name__,
        "many": wanted.is_many,
        "choices": choices,
        "voice": wanted.voice,
        "optional": wanted.default is not attrs.NOTHING,
    }


def _outcomes(method: Method, rule: Rule, common: tuple[Requirement, ...]) -> list[Data]:
    means = dict(rule.act.spec.outcomes)
    listed = {outcome.name: outcome for outcome in rule.outcomes}
    names = tuple(dict.fromkeys((*means, *listed)))
    return [
        {
            "name": name,
            "means": means.get(name, ""),
            "needs": [_need(n) for n in method.requirements(rule, name) if n not in common],
            **_consequences(listed.get(name, Outcome(name))),
        }
        for name in names
    ]


def _consequences(part: Rule | Outcome) -> Data:
    return {
        "establishes": sorted(part.establishes),
        "clears": sorted(part.clears),
        "begins_cycle": part.begins_cycle,
        "notify": _notices(part.notify),
    }


def _need(need: Requirement) -> Data:
    return {
        "code": need.code,
        "text": told(need.text),
        "demanded": not need.should,
        "satisfied_by": list(need.satisfied_by),
        "cites": list(need.cites),
    }


def _lead(edge: Edge) -> Data:
    return {
        "from": list(edge.sources),
        "to": edge.target,
        "outcome": edge.outcome,
        "given": sorted(edge.given),
    }


def _notices(notices: Iterable[tuple[str, str]]) -> list[Data]:
    return [{"topic": topic, "to": to} for topic, to in notices]


def _limit(limit: TimeLimit) -> Data:
    return {
        "code": limit.code,
        "text": told(limit.text),
        "within": _span(limit.within),
        "starts": list(limit.starts),
        "ends": list(limit.ends),
        "after_promises": limit.after_promises,
        "recurs": limit.recurs,
        "pausable": limit.pausable,
        "paused_in": list(limit.paused_in),
        "reminders": [_span(each) for each in limit.reminders],
        "notify": _notices(limit.notify),
        "remind": _notices(limit.remind),
        "cites": list(limit.cites),
    }


def _language(rule: LanguageRule) -> Data:
    return {
        "code": rule.code,
        "text": phrased(rule),
        "phrases": list(rule.phrases),
        "wanted": rule.wanted,
        "acts": list(rule.acts),
        "until": sorted(rule.until),
        "blocks": rule.blocks,
        "strong_from": rule.strong_from,
        "whole": rule.whole,
        "unless": list(rule.unless),
        "nothing_taken_up": rule.nothing_taken_up,
        "own_words": rule.own_words,
        "notes": rule.notes,
        "where_limits": rule.where_limits,
        "cites": list(rule.cites),
    }


def _invariant(invariant: Invariant) -> Data:
    return {
        "code": invariant.code,
        "text": invariant.text,
        "template": invariant.template,
        "acts": list(invariant.acts),
        "others": list(invariant.others),
        "undone_by": list(invariant.undone_by),
        "facts": list(invariant.facts),
        "within": None if invariant.within is None else _span(invariant.within),
        "each_cycle": invariant.each_cycle,
        "watch": invariant.watch,
        "cites": list(invariant.cites),
    }


def _span(within: Within) -> Data:
    return {
        "amount": within.amount,
        "unit": within.unit,
        "zone": within.zone,
        "counts_start_day": within.counts_start_day,
        "end_of_day": within.end_of_day,
        "calendar": within.calendar,
        "closes": None if within.closes is None else within.closes.isoformat("minutes"),
    }


def _setting(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    return [str(each) for each in value] if isinstance(value, tuple) else str(value)
