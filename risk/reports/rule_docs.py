"""The page of a rule, the list of rules, and docs/rules.md: all from the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from risk.claims.examples import Claim
from risk.rules import Rule


def rule_list(rules: Iterable[Rule]) -> str:
    """One line per rule: id, severity, status where not stable, title."""
    lines = []
    for one in rules:
        status = "" if one.status == "stable" else f" ({one.status})"
        lines.append(f"{one.id}  {one.severity:<6}  {one.category:<17}  {one.title}{status}")
    return "\n".join(lines)


def rule_page(one: Rule) -> str:
    """Everything about one rule, as Markdown."""
    scope = []
    if one.payer_types:
        scope.append("payers: " + ", ".join(one.payer_types))
    if one.since:
        scope.append(f"dates of service from {one.since}")
    if one.until:
        scope.append(f"dates of service to {one.until}")
    facts = [
        f"- severity: {one.severity}; status: {one.status}; reason: {one.reason}",
        f"- a payer answers with CARC {one.carc}" + (f", RARC {one.rarc}" if one.rarc else ""),
        f"- holds for {'; '.join(scope) if scope else 'all payers and dates of service'}",
        f"- source: {one.cite}",
    ]
    if one.unless:
        facts.append(f"- silent where {', '.join(one.unless)} already speaks")
    return "\n".join(
        [
            f"# {one.id} {one.title}",
            "",
            one.explanation,
            "",
            *facts,
            "",
            f"Message: {one.message}",
            "",
            f"Fix ({one.fix_kind}): {one.fix}",
            "",
            "## Found",
            *(f"- {_claim(example)}" for example in one.bad),
            "",
            "## Not found",
            *(f"- {_claim(example)}" for example in one.good),
        ]
    )


def rules_markdown(rules: Sequence[Rule]) -> str:
    """The whole catalogue as one Markdown page."""
    pages = [rule_page(one).replace("\n## ", "\n### ").replace("# ", "## ", 1) for one in rules]
    head = [
        "# Rules",
        "",
        f"{len(rules)} rules, generated from `risk/rules`. `denial-risk rule ID` shows the same page.",
        "CARC and RARC are code numbers only; their wording belongs to X12.",
        "",
        "| id | severity | status | category | defect |",
        "|---|---|---|---|---|",
        *(f"| {one.id} | {one.severity} | {one.status} | {one.category} | {one.title} |" for one in rules),
        "",
    ]
    return "\n".join(head) + "\n" + "\n\n".join(pages) + "\n"


def _claim(example: Claim) -> str:
    from risk.claims.examples import CLEAN

    lines = []
    for own in example.lines:
        values = own.values
        modifiers = [values[f"modifier_{rank}"] for rank in range(1, 5) if values.get(f"modifier_{rank}")]
        code = "-".join([str(values.get("procedure_code")), *modifiers])
        quantity = values.get("quantity")
        units = f" × {quantity:g}" if quantity is not None and quantity != 1 else ""
        on = values.get("service_from_date")
        lines.append(f"{code}{units}" + (f" on {on}" if on else ""))
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
    return "; ".join([", ".join(lines) or "no line", dx, *changed, *blanked, *note])
