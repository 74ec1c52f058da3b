"""The page of a rule, the list of rules, and their index: all from the rules themselves and their measured effects."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable, Sequence

from risk.claims.examples import Claim
from risk.effects.measure import LEAST_KEPT, Effects, RuleEffect
from risk.rules import Rule, Severity

#: File of the index, beside the rules' pages.
INDEX = "index.md"

#: Who can mend what a rule finds.
FIX_KINDS = {
    "data": "data, the claim is corrected",
    "documentation": "documentation, the record or who wrote it must tell",
}


#: When a claim with the defect is never adjudicated, for certain.
CERTAIN = {
    "always": "certain reject: no payer adjudicates a claim with it",
    "837": "certain reject of a claim that says what every 837 says; elsewhere the file may lack the column",
}


def rule_list(rules: Iterable[Rule]) -> str:
    """One line per rule: id, severity, status where not stable, title."""
    lines = []
    for one in rules:
        status = "" if one.status == "stable" else f" ({one.status})"
        lines.append(f"{one.id}  {one.severity:<6}  {one.category:<17}  {one.title}{status}")
    return "\n".join(lines)


def rule_page(one: Rule, shipped: Effects, own: Effects | None = None) -> str:
    """Everything about one rule, as Markdown; its effect on the user's own claims, where that is known."""
    return "\n".join(
        [
            f"# {one.id} {one.title}",
            "",
            *_facts(one),
            "",
            "## Why payers deny it",
            "",
            one.explanation,
            "",
            "## How to fix it",
            "",
            one.fix,
            "",
            f"Kind of fix: {FIX_KINDS[one.fix_kind]}. Message: {one.message}",
            "",
            "## Measured effect",
            "",
            *_measured(one, shipped, own),
            "",
            "## Bad claims: found",
            "",
            *_imported(one),
            *(f"- {_claim(example)}" for example in one.bad),
            "",
            "## Good claims: not found",
            "",
            *(f"- {_claim(example)}" for example in one.good),
        ]
    )


def _imported(one: Rule) -> list[str]:
    """What the examples are judged with, where that is not what is built in."""
    if not one.imported:
        return []
    tables = ", ".join(f"{edition.table} {edition.edition}" for edition in one.imported)
    return [f"Judged, as the good ones, with invented rows of imported tables: {tables}.", ""]


def rule_pages(rules: Iterable[Rule], effects: Effects) -> dict[str, str]:
    """A page for each rule and an index of them, by file name."""
    rules = list(rules)
    pages = {f"{one.id}.md": rule_page(one, effects) + "\n" for one in rules}
    return {INDEX: rules_index(rules, effects), **pages}


def rules_index(rules: Sequence[Rule], effects: Effects) -> str:
    """The catalogue by category, each rule once, with a link to its page."""
    measured = (
        f"How often a rule fires, and how many of the claims it fires on are denied at first (95 % interval; of all: "
        f"{effects.denied_share:.1%}), is measured on {_claims_of(effects)}. `denial-risk train --data` measures it on "
        "claims of your own."
    )
    lines = [
        "# Rules",
        "",
        f"{_counted(rules)}. Generated from `risk/rules`; `denial-risk rule ID` shows the same pages.",
        "CARC and RARC are code numbers only; their wording belongs to X12.",
        "",
        measured,
    ]
    for category in sorted({one.category for one in rules}):
        own = [one for one in rules if one.category == category]
        lines += [
            "",
            f"## {category.replace('_', ' ').capitalize()}",
            "",
            *_described(category),
            f"{_counted(own)}.",
            "",
            "| id | severity | status | defect | fires | denied |",
            "|---|---|---|---|---|---|",
            *(_row(one, effects) for one in own),
        ]
    return "\n".join(lines) + "\n"


def _facts(one: Rule) -> list[str]:
    dates = [f"from {one.since}"] if one.since else []
    dates += [f"to {one.until}"] if one.until else []
    facts = [
        f"- severity: {one.severity}; status: {one.status}; category: {one.category}; reason: {one.reason}",
        f"- a payer answers with CARC {one.carc}, {f'RARC {one.rarc}' if one.rarc else 'no RARC'}",
        f"- dates of service: {' '.join(dates) or 'all'}",
        f"- payers: {', '.join(one.payer_types) or 'all'}",
        f"- source: {one.cite}",
    ]
    facts += [f"- {CERTAIN[one.certain_reject]}"] if one.certain_reject != "never" else []
    facts += ["- where an imported edition told of it, a finding cites that one"] if one.cite_imported else []
    facts += ["- looks at the patient's claims in `--history` too"] if one.history else []
    return [*facts, f"- silent where {', '.join(one.unless)} already speaks"] if one.unless else facts


def _measured(one: Rule, shipped: Effects, own: Effects | None) -> list[str]:
    """What is known of the rule's effect: of the user's claims, and of synthetic ones where those tell too little."""
    lines = []
    if own is not None and one.id in own.rules:
        lines = [f"Measured on your own claims: {_claims_of(own)}.", "", *_effect(own.rules[one.id], own)]
        if own.rules[one.id].fired:
            return lines
        lines.append("")
    if one.id not in shipped.rules:
        why = "the rule is retired" if one.status == "retired" else "the rule is newer than the figures"
        return [*lines, f"Not measured: {why}."]
    return [*lines, f"Measured on {_claims_of(shipped)}.", "", *_effect(shipped.rules[one.id], shipped)]


def _claims_of(effects: Effects) -> str:
    """What the effects were measured on, in half a sentence."""
    if effects.synthetic:
        world = effects.source.removeprefix("synthetic ")
        return f"{effects.claims:,} synthetic claims, not payers' own ({world})"
    origin = f"{effects.claims:,} claims of {effects.source}"
    return f"{origin}, on {effects.measured} with ruleset {effects.basis}"


def _effect(one: RuleEffect, effects: Effects) -> list[str]:
    if one.fired is None:
        return [f"- fires on fewer than {LEAST_KEPT} of them: too few to tell how many it fires on are denied"]
    if one.fired == 0 or one.denied_share is None or one.denied_interval is None:
        return ["- never fires on them, so that nothing is known of how many it fires on are denied"]
    low, high = one.denied_interval
    denied = f"{one.denied_share:.1%} are denied at first, for whatever reason (95 % interval {low:.1%} to {high:.1%})"
    return [
        f"- fires on {one.fired:,} of them ({_rate(one)})",
        f"- of those, {denied}; of all, {effects.denied_share:.1%}",
    ]


def _rate(one: RuleEffect) -> str:
    rate = one.fire_rate or 0.0
    return "under 0.01%" if rate < 0.0001 else f"{rate:.2%}"


def _row(one: Rule, effects: Effects) -> str:
    effect = effects.rules.get(one.id)
    cells = ["not measured", ""]
    if effect is not None:
        cells = ["never", ""]
        if effect.denied_share is not None and effect.denied_interval is not None:
            low, high = effect.denied_interval
            cells = [_rate(effect), f"{effect.denied_share:.0%} ({low:.0%} to {high:.0%})"]
    return f"| {' | '.join([f'[{one.id}]({one.id}.md)', str(one.severity), one.status, one.title, *cells])} |"


def _counted(rules: Sequence[Rule]) -> str:
    """How many rules there are, of which severity, and how many of them are not stable."""
    severities = [(str(one), sum(rule.severity is one for rule in rules)) for one in Severity]
    statuses = [(name, sum(rule.status == name for rule in rules)) for name in ("preview", "retired")]
    parts = [", ".join(f"{count} {name}" for name, count in severities if count)]
    parts += [f"{count} of them {name}" for name, count in statuses if count]
    return f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'}: {'; '.join(parts)}"


def _described(category: str) -> list[str]:
    """What a category is about: the docstring of its folder."""
    described = inspect.getdoc(importlib.import_module(f"risk.rules.{category}"))
    return [" ".join(described.split()), ""] if described else []


def _claim(example: Claim) -> str:
    from risk.claims.examples import CLEAN

    # The date of birth and member id of an example are nobody's, but a page is no place to get used to them.
    hidden = {"total_charge_cents", "claim_id", "member_id", "patient_birth_date"}
    changed = [
        f"{name} {value}" for name, value in example.values.items() if name not in hidden and CLEAN.get(name) != value
    ]
    blanked = [
        f"{name} missing" for name in sorted(hidden - {"total_charge_cents"}) if example.values.get(name, "") is None
    ]
    changed += [f"another {name}" for name in ("member_id",) if example.values.get(name) not in (None, CLEAN[name])]
    rows = [(name.replace("_", " ").removesuffix("s"), row) for name, of in example.tables.items() for row in of]
    changed += [f"{name} with " + ", ".join(f"{column} {value}" for column, value in row.items()) for name, row in rows]
    note = [f"note “{example.note}”"] if example.note else []
    note += [f"line note “{own.values['note']}”" for own in example.lines if own.values.get("note")]
    dx = " ".join(example.dx) if example.dx else "no diagnosis"
    earlier = [f"after {_lines(one)} in the history" for one in example.past]
    return "; ".join([_lines(example) or "no line", *earlier, dx, *changed, *blanked, *note])


def _lines(example: Claim) -> str:
    """The lines of a claim: procedure, modifiers, units other than one, date."""
    lines = []
    for own in example.lines:
        values = own.values
        modifiers = [values[f"modifier_{rank}"] for rank in range(1, 5) if values.get(f"modifier_{rank}")]
        code = "-".join([str(values.get("procedure_code")), *modifiers])
        quantity = values.get("quantity")
        units = f" × {quantity:g}" if quantity is not None and quantity != 1 else ""
        on = values.get("service_from_date")
        lines.append(f"{code}{units}" + (f" on {on}" if on else ""))
    return ", ".join(lines)
