"""What a history store holds, as a table for people."""

from __future__ import annotations

from datetime import date

from risk.past import Contents


def status_table(contents: Contents) -> str:
    """Counts and days of a store; nothing that tells of one patient or claim."""
    lines = [
        f"history {contents.path}, {contents.size / 1e6:,.1f} MB",
        "",
        f"  claims             {contents.claims:>12,}, {contents.lines:,} lines",
        f"    with an outcome  {contents.answered:>12,}, {contents.denied:,} denied at first",
        f"    without          {contents.claims - contents.answered:>12,}",
        f"  remits             {contents.remits:>12,}, {contents.waiting:,} of claims that are not there",
        "",
        f"  served             {_span(contents.served)}",
        f"  submitted          {_span(contents.submitted)}",
        f"  outcomes known     {_span(contents.known)}",
        "",
        f"  {'submitted':<9}  {'payer type':<18}{'claims':>12}{'outcome':>12}{'denied':>12}",
    ]
    lines += [
        f"  {year or 'unknown':<9}  {payer_type or 'unknown':<18}{claims:>12,}{answered:>12,}{denied:>12,}"
        for year, payer_type, claims, answered, denied in contents.groups
    ]
    return "\n".join(lines)


def _span(days: tuple[date | None, date | None]) -> str:
    first, last = days
    return f"{first} to {last}" if first and last else "no day known"
