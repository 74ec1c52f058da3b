"""The worklist as one HTML file that loads nothing: what it adds up to, then the riskiest claims to sort and open."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

import orjson
import pandas as pd

from risk.fixes import THRESHOLD
from risk.reports.capacity import CapacityLists, reached
from risk.reports.order import riskiest_first
from risk.reports.printable import json_safe, printable
from risk.reports.records import claim_records
from risk.reports.summary import Fix, Group, Summary, summarize
from risk.scoring import ScoredBatch

#: Claims on the page; more would make it slow on a phone.
CLAIMS_SHOWN = 2_000

_PLACE = re.compile("@@([A-Z_]+)@@")

#: Characters that could end a script, as JSON escapes them.
_MARKUP = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


def worklist_page(
    scored: ScoredBatch,
    fixes: pd.DataFrame,
    claim_keys: Sequence[int],
    lists: CapacityLists | None = None,
    *,
    threshold: float = THRESHOLD,
) -> str:
    """Page of the given claims: a summary of all, and rows of the ``CLAIMS_SHOWN`` riskiest of them.

    ``threshold`` is the risk that the smallest sets of ``fixes`` take claims below.

    With ``lists``, the rows are those of the claims of either, half as many of each at most, and the page can show one
    list or the other. The records are those of JSON lines, but for ``versions``, which stands once. Everything of a
    claim is escaped; no script but the page's own may run, and none may reach the network (Content Security Policy by
    digest).
    """
    parts_of = {} if lists is None else {one.name: one.claim_keys[: CLAIMS_SHOWN // 2] for one in lists.both}
    listed = scored.claims.loc[pd.Index(claim_keys, dtype="int64")]
    riskiest = riskiest_first(listed).index[:CLAIMS_SHOWN].tolist()
    shown = list(dict.fromkeys(key for keys in parts_of.values() for key in keys)) if lists else riskiest
    claims = [
        {name: value for name, value in record.items() if name != "versions"}
        for record in claim_records(scored, fixes, shown)
    ]
    places = {key: place for place, key in enumerate(shown)}
    positions = {name: [places[key] for key in keys] for name, keys in parts_of.items()}
    data = orjson.dumps(
        {"versions": scored.versions, "claims": claims, "lists": positions, "threshold": threshold}
    ).decode()
    summary = summarize(scored, fixes, claim_keys)
    style, script = _asset("worklist.css"), _asset("worklist.js")
    parts = {
        "STYLE_HASH": _digest(style),
        "SCRIPT_HASH": _digest(script),
        "STYLE": style,
        "SCRIPT": script,
        "TILES": _tiles(summary, threshold),
        "BELOW": _percent(threshold),
        "PANELS": (_caught_panel(lists) if lists else "") + _panels(summary),
        "MORE": _how_many_of(lists, len(shown)) if lists else _how_many(len(shown), len(claim_keys)),
        "VERSIONS": "".join(_pair(part, version) for part, version in summary.versions.items()),
        "DATA": json_safe(data).translate(_MARKUP),
    }
    return _PLACE.sub(lambda place: parts[place[1]], _asset("worklist.html"))


@cache
def _asset(name: str) -> str:
    return (files("risk.reports") / "data" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Digest by which a policy knows a script or a style (CSP Level 3, 2.3.1)."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _how_many(shown: int, claims: int) -> str:
    if shown == claims:
        return f"{'All ' if claims > 1 else ''}{claims:,} claim{'s' * (claims != 1)}, the riskiest first."
    return (
        f"The {shown:,} riskiest of {claims:,} claims. The summary above counts all; {claims - shown:,} more "
        "are not in this list: <code>-o list.xlsx</code> or <code>-o list.csv</code> holds all."
    )


def _how_many_of(lists: CapacityLists, shown: int) -> str:
    claims = len(lists.costly.claim_keys)
    cut = f" The first {CLAIMS_SHOWN // 2:,} of each are here." if claims > CLAIMS_SHOWN // 2 else ""
    return (
        f"The {claims:,} most costly and the {claims:,} likeliest denied claims: {shown:,} in all.{cut} The totals "
        "above are those of the most costly."
    )


def _caught_panel(lists: CapacityLists) -> str:
    """What as long a list caught of the validation claims; nothing where nobody has measured it."""
    rows = "".join(
        f'<tr><th scope="row">{_text(name)}</th>'
        + "".join(f'<td class="number">{share:.1%}</td>' for share in (one.share, one.denials, one.amount))
        + "</tr>"
        for name, one in reached(lists.both)
    )
    if not rows:
        return ""
    return (
        '<section class="panel wide"><h3>What the first claims caught on validation</h3><table><thead><tr>'
        '<th scope="col">List</th><th scope="col" class="number">Claims looked at</th><th scope="col" class="number">'
        'Of the denials</th><th scope="col" class="number">Of the denied dollars</th></tr></thead><tbody>'
        f"{rows}</tbody></table></section>"
    )


def _text(text: str) -> str:
    return escape(printable(text))


def _words(name: str) -> str:
    return _text(name.replace("_", " "))


def _pair(name: str, value: str) -> str:
    return f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>"


def _tiles(summary: Summary, threshold: float) -> str:
    total, mendable = summary.total, summary.mendable
    worst = [one for one in summary.bands if one.name in ("critical", "high")]
    holds = f"{mendable.conditional:,} of them only under a condition" if mendable.conditional else ""
    return "".join(
        _pair(name, value)
        for name, value in (
            ("Claims", f"{total.claims:,}"),
            ("At stake", f"${total.dollars:,.0f}"),
            ("Mean risk", f"{total.mean_risk:.1%}"),
            ("Critical or high", f"{sum(one.claims for one in worst):,}"),
            ("At stake there", f"${sum(one.dollars for one in worst):,.0f}"),
        )
    ) + (
        f"<div><dt>Mendable to below {_percent(threshold)}</dt><dd>{mendable.claims:,}"
        f'<span class="holds">{holds}</span></dd></div>'
    )


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _panels(summary: Summary) -> str:
    return (
        _dollars_panel("At stake by risk band", "Band", summary.bands, of_bands=True)
        + _dollars_panel("At stake by queue", "Queue", summary.queues)
        + _risk_panel("Risk by payer", "Payer", summary.payers)
        + _dollars_panel("At stake by likeliest reason", "Reason", summary.reasons)
        + _fixes_panel(summary)
    )


def _dollars_panel(title: str, column: str, groups: Sequence[Group], *, of_bands: bool = False) -> str:
    most = max((one.dollars for one in groups), default=0.0)
    return _panel(title, column, groups, [one.dollars / most if most else 0.0 for one in groups], of_bands=of_bands)


def _risk_panel(title: str, column: str, groups: Sequence[Group]) -> str:
    """Bars are the mean risk on a scale that ends with the riskiest of the groups."""
    most = max((one.mean_risk for one in groups), default=0.0)
    return _panel(title, column, groups, [one.mean_risk / most if most else 0.0 for one in groups])


def _panel(title: str, column: str, groups: Sequence[Group], shares: Sequence[float], *, of_bands: bool = False) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_badge(one.name) if of_bands else _name(column, one.name)}</th>'
        f'<td class="bar">{_bar(share)}</td><td class="number">${one.dollars:,.0f}</td>'
        f'<td class="number">{_mean(one)}</td><td class="number">{one.claims:,}</td></tr>'
        for one, share in zip(groups, shares, strict=True)
    )
    return (
        f'<section class="panel"><h3>{_text(title)}</h3><table><thead><tr><th scope="col">{_text(column)}</th>'
        '<td></td><th scope="col" class="number">At stake</th><th scope="col" class="number">Mean risk</th>'
        f'<th scope="col" class="number">Claims</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )


def _mean(group: Group) -> str:
    return f"{group.mean_risk:.1%}" if group.claims else "–"


def _name(column: str, name: str) -> str:
    """Names of payers stay as they are; ours are written as words."""
    return _text(name) if column == "Payer" else _words(name)


def _badge(band: str) -> str:
    return f'<span class="badge {_text(band)}">{_text(band)}</span>'


def _bar(share: float) -> str:
    return (
        '<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" '
        f'height="8"/><rect class="value" width="{100 * share:.1f}" height="8"/></svg>'
    )


def _fixes_panel(summary: Summary) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_text(one.change)} <span class="interval">{_text(one.rule_id)}</span></th>'
        f'<td class="number" data-label="claims">{one.claims:,}</td>'
        f'<td class="number" data-label="do it first">{one.first:,}</td>'
        f'<td class="number" data-label="at stake">${one.dollars:,.0f}</td>'
        f'<td class="number" data-label="risk">{_before_and_after(one)}</td></tr>'
        for one in summary.fixes
    )
    if not rows:
        return ""
    return (
        '<section class="panel wide"><h3>Top fixes</h3><table><thead><tr><th scope="col">Change</th>'
        '<th scope="col" class="number">Claims</th><th scope="col" class="number">Do it first</th>'
        '<th scope="col" class="number">At stake</th>'
        f'<th scope="col" class="number">Mean risk, and after</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )


def _before_and_after(one: Fix) -> str:
    if one.mean_risk is None or one.mean_risk_after is None:
        return "only the record tells"
    some = f" in {one.conditional:,} of {one.rescored:,}" if one.conditional < one.rescored else ""
    holds = f'<span class="holds">if what it requires is so{some}</span>' if one.conditional else ""
    return f"{one.mean_risk:.0%} → {one.mean_risk_after:.0%}{holds}"
