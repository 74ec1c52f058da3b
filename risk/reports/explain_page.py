"""Explained claims as one HTML file: no script, no network, light and dark, narrow and wide, to read and to print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from risk.reports.do_first import first_ones_first
from risk.reports.explanation import (
    ClaimLine,
    Explained,
    after_words,
    dollars,
    driver_bars,
    driver_words,
    drivers_words,
    fixes_words,
    group_words,
    history_words,
    interval_words,
    percent,
    source_words,
    training_words,
)
from risk.reports.page import _PLACE, _asset, _badge, _bar, _digest, _pair, _text, _words
from risk.reports.records import Record
from risk.similar import Group


def explained_page(claims: Sequence[Explained]) -> str:
    """Page of the claims, one below the other, with the worklist's colours. Everything of a claim is escaped."""
    style = _asset("worklist.css") + _asset("explain.css")
    versions = claims[0].record["versions"] if claims else {}
    parts = {
        "STYLE_HASH": _digest(style),
        "STYLE": style,
        "TITLE": "Denial risk of a claim" if len(claims) == 1 else f"Denial risk of {len(claims)} claims of one id",
        "CLAIMS": "".join(_claim(one) for one in claims),
        "VERSIONS": "".join(_pair(part, version) for part, version in versions.items()),
    }
    return _PLACE.sub(lambda place: parts[place[1]], _asset("explain.html"))


def _claim(one: Explained) -> str:
    record = one.record
    return (
        f'<article><h2>Claim {_text(record["claim_id"])}</h2><p class="more">{_text(source_words(record))}</p>'
        f'<dl class="tiles">{_tiles(record)}</dl><div class="panels">'
        + _panel("The claim", f'<dl class="facts">{"".join(_pair(*fact) for fact in one.facts)}</dl>')
        + '<div class="column">'
        + _panel("Reasons a payer may give", _reasons(record["reasons"]))
        + _panel("What the interval means", f"{_scale(record)}<p>{_text(interval_words(one))}</p>")
        + "</div>"
        + _panel("Lines", _lines(one), wide=True)
        + _panel("What the rules saw", _findings(one), wide=True)
        + _panel("What a fix does", _fixes(one), wide=True)
        + _panel("What drives the model's risk (log-odds)", _drivers(one))
        + '<div class="column">'
        + _groups("How similar training claims ended", one.training, training_words(one))
        + _groups("How similar claims of the history ended", one.history, history_words())
        + "</div>"
        + "</div></article>"
    )


def _tiles(record: Record) -> str:
    low, high = record["denial_risk_interval"]
    reason = _words(record["reasons"][0]["reason"]) if record["reasons"] else "–"
    return (
        f"<div><dt>Risk of a denial</dt><dd>{percent(record['denial_risk'])} {_badge(record['risk_band'])}</dd></div>"
        f"<div><dt>90 % interval</dt><dd>{percent(low)} to {percent(high)}</dd></div>"
        + _pair("At stake", dollars(record["expected_denied_amount"]))
        + f"<div><dt>Likeliest reason</dt><dd>{reason}</dd></div>"
        f"<div><dt>Queue</dt><dd>{_words(record['queue'])}</dd></div>"
    )


def _panel(title: str, content: str, *, wide: bool = False) -> str:
    return f'<section class="panel{" across" if wide else ""}"><h3>{_text(title)}</h3>{content}</section>'


def _table(heads: Sequence[tuple[str, str]], rows: Iterable[str], *, kind: str = "") -> str:
    """Heads are a name and a class; rows are made already."""
    head = "".join(
        f'<th scope="col" class="{kind}">{_text(name)}</th>' if name else "<td></td>" for name, kind in heads
    )
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _lines(one: Explained) -> str:
    heads = ("Line", "Procedure", "Modifiers", "Diagnoses", "Served", "Units", "Charge", "Risk", "")
    return _table([(head, "") for head in heads], (_line(own) for own in one.lines), kind="lines")


def _line(own: ClaimLine) -> str:
    cells = {"Procedure": own.procedure, "Modifiers": own.modifiers, "Diagnoses": own.diagnoses, "Served": own.dates}
    cells |= {"Units": own.quantity, "Charge": own.charge, "Risk": percent(own.risk)}
    return (
        f'<tr><th scope="row"><span class="narrow">Line </span>{_text(own.number)}</th>'
        + "".join(f'<td data-label="{name}">{_text(cell)}</td>' for name, cell in cells.items())
        + f'<td class="bar">{_bar(own.risk)}</td></tr>'
    )


def _reasons(reasons: Sequence[Record]) -> str:
    if not reasons:
        return "<p>Nothing speaks for one reason more than another.</p>"
    rows = [
        f'<tr><th scope="row">{_words(reason["reason"])}<span class="interval">'
        + _text("".join(f" CARC {one['code']} ({percent(one['probability'])})" for one in reason["carcs"]))
        + f'</span></th><td class="bar">{_bar(reason["probability"])}</td>'
        f'<td class="number">{percent(reason["probability"])}</td></tr>'
        for reason in reasons
    ]
    return _table([("Reason, and its CARCs", ""), ("", ""), ("Risk", "number")], rows)


def _findings(one: Explained) -> str:
    if not one.record["findings"]:
        return "<p>Nothing: no rule found anything.</p>"
    return f"<ul>{''.join(_finding(one, finding) for finding in one.record['findings'])}</ul>"


def _finding(one: Explained, finding: Record) -> str:
    rule = one.rules[finding["rule_id"]]
    place = "claim" if finding["line_number"] is None else f"line {finding['line_number']}"
    codes = ", ".join(f"{kind.upper()} {finding[kind]}" for kind in ("carc", "rarc") if finding[kind])
    kinds = [finding["severity"], finding["category"].replace("_", " "), place, codes]
    kinds += ["preview: moves no risk"] if rule.status == "preview" else []
    return (
        f"<li><p><strong>{_text(finding['rule_id'])}</strong> {_text(rule.title)}</p><p>{_text(finding['message'])}</p>"
        f'<p class="small">{_text(" · ".join(kinds))}</p><p class="small">Source: {_text(finding["citation"])}</p></li>'
    )


def _fixes(one: Explained) -> str:
    items = "".join(_fix(fix, one.record["denial_risk"]) for fix in first_ones_first(one.record))
    return f"<ul>{items}</ul><p>{_text(fixes_words(one))}</p>"


def _fix(fix: Record, risk: float) -> str:
    mark = "✓ " if fix["in_smallest_set"] else ""
    return (
        f"<li><p><strong>{mark}{_text(fix['rule_id'])}</strong> {_text(fix['change'])}</p>"
        f'<p class="small"><strong>{_text(after_words(fix, risk))}</strong> · {_words(fix["kind"])}: '
        f"{_text(fix['requires'])}</p></li>"
    )


def _drivers(one: Explained) -> str:
    drivers = one.record["drivers"]
    words = f"<p>{_text(drivers_words(one))}</p>"
    if not drivers:
        return words
    rows = [
        f'<tr><th scope="row">{_text(driver_words(driver))}</th>'
        f'<td class="bar">{"" if share is None else _both_ways(share)}</td>'
        f'<td class="number">{driver["contribution"]:+.2f}</td></tr>'
        for driver, share in driver_bars(drivers)
    ]
    return _table([("Driver", ""), ("", ""), ("Adds", "number")], rows) + words


def _both_ways(share: float) -> str:
    """A bar from the middle: to the right where the risk rises, to the left where it falls; ``share`` is −1 to 1."""
    start, kind = (50.0, "up") if share > 0 else (50.0 + 50.0 * share, "down")
    return (
        '<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" '
        f'height="8"/><rect class="{kind}" x="{start:.1f}" width="{50.0 * abs(share):.1f}" height="8"/>'
        '<rect class="middle" x="49.75" width="0.5" height="8"/></svg>'
    )


def _scale(record: Record) -> str:
    """The interval on a scale of 0 to 1, the risk in it."""
    low, high = (100.0 * end for end in record["denial_risk_interval"])
    return (
        '<p class="bar"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" '
        f'width="100" height="8"/><rect class="value" x="{low:.1f}" width="{high - low:.1f}" height="8"/>'
        f'<rect class="middle" x="{100.0 * record["denial_risk"] - 0.4:.1f}" width="0.8" height="8"/></svg></p>'
    )


def _groups(title: str, groups: Sequence[Group], what: str) -> str:
    if not groups:
        return ""
    rows = [
        f'<tr><th scope="row">{_text(group.likeness)}</th><td class="number">{_text(count)}</td>'
        f'<td class="bar">{_bar(group.rate or 0.0)}</td><td class="number">{_text(rate)}</td></tr>'
        for group in groups
        for count, rate in [group_words(group)]
    ]
    table = _table([("In common", ""), ("Claims", "number"), ("", ""), ("Denied", "number")], rows, kind="groups")
    return _panel(title, f"{table}<p class='small'>{_text(what)}</p>")
