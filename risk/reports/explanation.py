"""One claim as a page says it: what it holds, why it may be denied, what a fix would do, and how claims like it fared.

Terminal and HTML show the same :class:`Explained`; the words they share are here. Nothing in it identifies the patient:
of member, birth date, sex, state and notes there is nothing, of an authorization only that there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features import PAST_DAYS, PRIOR_CLAIMS
from models import DenialModel
from risk.claims.tables import MODIFIERS, POINTERS, ClaimBatch
from risk.reference.icd10 import dotted_code
from risk.reports.records import Record, claim_records
from risk.rules import Rule
from risk.scoring import ScoredBatch, Scorer
from risk.similar import Group, counted_claims, groups_of_history, groups_of_training

#: Strongest drivers shown one by one.
DRIVERS_SHOWN = 12


@dataclass(frozen=True)
class ClaimLine:
    """One service line, as people read it; absent is empty."""

    number: str
    procedure: str
    modifiers: str
    diagnoses: str
    dates: str
    quantity: str
    charge: str
    risk: float


@dataclass(frozen=True)
class Explained:
    """All that a page says of one claim.

    ``record`` is that of JSON lines, with ``DRIVERS_SHOWN`` drivers; ``facts`` are names and values of the claim,
    ``rules`` those its findings are of. ``model_risk`` is what the drivers amount to, ``added`` what the findings then
    add in log-odds; None without a model. ``training`` and ``history`` are past claims like it, ``overall`` what
    those of the training claims are drawn toward.
    """

    record: Record
    facts: tuple[tuple[str, str], ...]
    lines: tuple[ClaimLine, ...]
    rules: dict[str, Rule]
    model_risk: float | None
    added: float | None
    counted: float
    training: tuple[Group, ...]
    history: tuple[Group, ...]
    overall: float | None
    threshold: float


def explained_claims(
    scored: ScoredBatch, scorer: Scorer, fixes: pd.DataFrame, *, threshold: float
) -> Iterator[Explained]:
    """Explain each claim of a scored batch; ``fixes`` as :func:`risk.fixes.fixes_of` gives them at the threshold."""
    keys = range(len(scored.batch))
    records = claim_records(scored, fixes, keys, drivers_shown=DRIVERS_SHOWN)
    model, features = scorer.model, scored.features
    nothing: list[list[Group]] = [[] for _ in keys]
    training = groups_of_training(model, features) if model is not None and features is not None else nothing
    history = groups_of_history(scored.batch, scorer.reference, scorer.history) if scorer.history else nothing
    counted = counted_claims(scored, model)
    for key, record in zip(keys, records, strict=True):
        model_risk, added = _by_model(scored, key)
        yield Explained(
            record=record,
            facts=tuple(_facts(scored.batch, key)),
            lines=tuple(_lines(scored, key)),
            rules={finding["rule_id"]: scored.rules[finding["rule_id"]] for finding in record["findings"]},
            model_risk=model_risk,
            added=added,
            counted=counted[key],
            training=tuple(training[key]),
            history=tuple(history[key]),
            overall=_overall(model),
            threshold=threshold,
        )


def _by_model(scored: ScoredBatch, key: int) -> tuple[float | None, float | None]:
    if scored.features is None:
        return None, None
    log_odds = float(scored.claims["model_log_odds"].iloc[key])
    risk = float(scored.claims["denial_risk"].iloc[key])
    return float(1.0 / (1.0 + np.exp(-log_odds))), float(np.log(risk / (1.0 - risk)) - log_odds)


def _overall(model: DenialModel | None) -> float | None:
    rates = model.summary.get("denial_rate", {}) if model is not None else {}
    return rates.get("train")


def _facts(batch: ClaimBatch, key: int) -> Iterator[tuple[str, str]]:
    """What the claim says, apart from its lines and its patient; absent values are left out."""
    claim = batch.claims.iloc[key]
    own = {name: "" if pd.isna(value) else str(value) for name, value in claim.items()}
    kind = {"professional": "professional (837P)", "institutional": "institutional (837I)"}
    payer = " ".join(part for part in (own["payer_name"], f"({own['payer_id']})" if own["payer_id"] else "") if part)
    served = [_day(dates.iloc[key]) for dates in (batch.first_service_date, batch.last_service_date)]
    pairs = {
        "Kind": kind.get(own["claim_kind"], own["claim_kind"]),
        "Payer": ", ".join(part for part in (payer, own["payer_type"].replace("_", " ")) if part),
        "Billing provider": " ".join(part for part in (own["billing_npi"], own["billing_taxonomy_code"]) if part),
        "Rendering provider": own["rendering_npi"],
        "Referring provider": own["referring_npi"],
        "Facility": " ".join(part for part in (own["facility_npi"], own["facility_state"]) if part),
        "Place of service": own["place_of_service_code"],
        "Type of bill": own["bill_type_code"],
        "Frequency": own["claim_frequency_code"],
        "Served": " to ".join(dict.fromkeys(day for day in served if day)),
        "Submitted": _day(claim["submission_date"]),
        "Authorization": "one is on the claim" if own["prior_auth_number"] else "none on the claim",
        "Total charge": "" if pd.isna(claim["total_charge_cents"]) else dollars(claim["total_charge_cents"] / 100),
        "Diagnoses": ", ".join(_diagnoses(batch, key)),
        "Notes": _notes(batch, key),
    }
    yield from ((name, value) for name, value in pairs.items() if value)


def _diagnoses(batch: ClaimBatch, key: int) -> Iterator[str]:
    own = batch.diagnoses[batch.diagnoses["claim_key"] == key]
    for position, code, qualifier in zip(own["dx_position"], own["dx_code"], own["dx_qualifier"], strict=True):
        kind = "" if pd.isna(qualifier) or qualifier == "other" else f" ({qualifier.replace('_', ' ')})"
        yield f"{position}: {dotted_code(code)}{kind}"


def _notes(batch: ClaimBatch, key: int) -> str:
    count = int((batch.notes["claim_key"] == key).sum())
    return f"{count}, read for facts and not shown" if count else ""


def _lines(scored: ScoredBatch, key: int) -> Iterator[ClaimLine]:
    mine = scored.batch.service_lines["claim_key"] == key
    lines = scored.batch.service_lines[mine]
    for (_, line), risk in zip(lines.iterrows(), scored.line_risks[mine.to_numpy()], strict=True):
        days = dict.fromkeys(_day(line[column]) for column in ("service_from_date", "service_to_date"))
        yield ClaimLine(
            number=str(line["line_number"]),
            procedure=_procedure(line),
            modifiers=" ".join(_present(line, MODIFIERS)),
            diagnoses=", ".join(_present(line, POINTERS)),
            dates=" to ".join(day for day in days if day),
            quantity="" if pd.isna(line["quantity"]) else f"{line['quantity']:g}",
            charge="" if pd.isna(line["line_charge_cents"]) else dollars(line["line_charge_cents"] / 100),
            risk=float(risk),
        )


def _procedure(line: pd.Series) -> str:
    """Procedure code, else the revenue code of an institutional line."""
    revenue = [f"revenue {code}" for code in _present(line, ["revenue_center_code"])]
    return next(iter(_present(line, ["procedure_code"]) + revenue), "")


def _present(line: pd.Series, columns: Sequence[str]) -> list[str]:
    return [str(line[column]) for column in columns if not pd.isna(line[column])]


def _day(value: object) -> str:
    return "" if pd.isna(value) else pd.Timestamp(value).date().isoformat()


# --- words ------------------------------------------------------------------------------------------------------------


def dollars(amount: float) -> str:
    """$1,234.50."""
    return f"${amount:,.2f}"


def percent(probability: float) -> str:
    """A probability as people read it: one decimal below ten percent."""
    return f"{probability:.1%}" if probability < 0.0995 else f"{probability:.0%}"


def source_words(record: Record) -> str:
    """File and place the claim is read from."""
    source = record["source"]
    return f"{source['file']}" + ("" if source["offset"] is None else f", row or byte {source['offset']}")


def driver_words(driver: Record) -> str:
    """What a driver is, and its value on this claim."""
    return str(driver["label"]) if driver["value"] is None else f"{driver['label']}: {driver['value']}"


def driver_bars(drivers: Sequence[Record]) -> list[tuple[Record, float | None]]:
    """Each driver with its bar, −1 to 1, the strongest being 1; none for where all claims start from."""
    lengths = [driver["contribution"] for driver in drivers if driver["feature"] != "base_value"]
    most = max(map(abs, lengths), default=0.0) or 1.0
    bars = [None if driver["feature"] == "base_value" else driver["contribution"] / most for driver in drivers]
    return list(zip(drivers, bars, strict=True))


def drivers_words(one: Explained) -> str:
    """What the drivers add up to, and what the findings make of it."""
    if one.model_risk is None or one.added is None:
        return "Scored by the rules alone: there is no model, and so no drivers."
    total = sum(driver["contribution"] for driver in one.record["drivers"])
    risk, by_model = percent(one.record["denial_risk"]), percent(one.model_risk)
    return (
        f"They add up to {total:+.2f}, the model's log-odds: a risk of {by_model}. What the rules say beyond what the "
        f"model has learnt of them moves it by {one.added:+.2f}: a risk of {risk}."
    )


def interval_words(one: Explained) -> str:
    """What the interval means for this claim."""
    low, high = (percent(end) for end in one.record["denial_risk_interval"])
    rare = one.counted < 10
    if one.model_risk is None:
        return (
            f"The interval of {low} to {high} is that of a rate counted on {one.counted:.0f} claims: no outcome was "
            "counted, the rates of the rules' severities are assumed."
        )
    few = "few: some of its codes are rare there" if rare else "enough to know its codes by"
    alike = "without number" if np.isinf(one.counted) else f"about {one.counted:,.0f}, {few}"
    return (
        f"Of claims like this one, nine in ten should have their true probability between {low} and {high} "
        f"(docs/adr/0009-interval.md). The training claims that share its codes are {alike}. A rule that training "
        "hardly saw widens the interval further."
    )


def fixes_words(one: Explained) -> str:
    """What the smallest set of fixes does, or that there is none."""
    fixes, risk, flag = one.record["fixes"], one.record["denial_risk"], percent(one.threshold)
    returned = one.record["certain_reject"]
    goal = f"below {flag}, and past the payer's front end" if returned else f"below {flag}"
    if not fixes:
        return "No fix is offered." if one.record["findings"] else "No rule found anything to mend."
    if risk < one.threshold and not returned:
        return f"The claim is below {flag} as it is."
    after = one.record["risk_after_smallest_set"]
    if after is None:
        return f"No set of changes that can be made and scored again takes the claim {goal}."
    count = sum(fix["in_smallest_set"] for fix in fixes)
    which = "The change marked ✓ takes" if count == 1 else f"The {count} changes marked ✓ together take"
    conditional = any(fix["in_smallest_set"] and fix["conditional"] for fix in fixes)
    holds = ", where what is required holds" if conditional else ""
    return f"{which} the claim {goal}{holds}: {percent(risk)} → {percent(after)}."


def after_words(fix: Record, risk: float) -> str:
    """The risk before and after one fix."""
    if fix["denial_risk_after"] is None:
        return "risk after it: only the record or a person can tell"
    holds = ", where this holds" if fix["conditional"] else ""
    return f"risk {percent(risk)} → {percent(fix['denial_risk_after'])}{holds}"


def training_words(one: Explained) -> str:
    """What the figures of the training claims are."""
    toward = "the overall rate" if one.overall is None else f"the overall rate of {percent(one.overall)}"
    return f"Of the model's training claims; each rate is drawn toward {toward}, the more the fewer the claims."


def history_words() -> str:
    """What the figures of the history are."""
    return (
        f"Of the history's claims answered in the {PAST_DAYS} days before this one was submitted; each rate is drawn "
        f"toward the overall rate of that time as if by {PRIOR_CLAIMS:.0f} further claims."
    )


def group_words(group: Group) -> tuple[str, str]:
    """Count and rate of a group of past claims."""
    if group.claims is None:
        return "fewer than 5", "–"
    if not group.claims:
        return "none", "–"
    denied = "" if group.denials is None else f", {group.denials:,} denied"
    return f"{group.claims:,}{denied}", "–" if group.rate is None else percent(group.rate)
