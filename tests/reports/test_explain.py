"""Explained claims as text and as a page."""

import io
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from risk.claims.examples import claim, line
from risk.fixes import THRESHOLD
from risk.reports.explain_page import explained_page
from risk.reports.explain_text import write_explained_text
from risk.reports.explanation import driver_bars, explained_claims, fixes_words, percent

HOSTILE = ["<script>alert(1)</script>", "</style><b>", "\" onmouseover='x'", "@@STYLE@@", "[red]A[/red]\x1b[31m\u202eB"]
PATIENT = {
    "member_id": "ZZMARKERMEMBER",
    "patient_sex": "F",
    "patient_state": "WY",
    "prior_auth_number": "ZZMARKERAUTH",
}


@pytest.fixture
def explained(score, scorer):
    def of(*claims):
        scored, fixes = score(*claims)
        return list(explained_claims(scored, scorer, fixes, threshold=THRESHOLD))

    return of


@pytest.fixture
def risky(explained):
    lines = [
        line("64483", charge="600.00"),
        line("77003", charge="90.00"),
        line("99213", modifiers=["25", "25"], charge="120.00"),
    ]
    return explained(claim(lines=lines, note="ZZMARKERNOTE", source_offset=7, **PATIENT))


def text_of(claims, terminal=False):
    stream = io.StringIO()
    stream.isatty = lambda: terminal
    write_explained_text(claims, stream)
    return stream.getvalue()


def tags_of(page):
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, sorted(name for name, _ in attributes)))
    parser.feed(page)
    return found


def test_text_is_plain_unless_on_a_terminal(risky):
    plain = text_of(risky)
    assert "\x1b" not in plain
    assert all(row == row.rstrip() for row in plain.splitlines())


def test_both_say_what_the_rules_saw_and_what_the_smallest_set_does(risky):
    (one,) = risky
    after = one.record["risk_after_smallest_set"]
    assert after < THRESHOLD <= one.record["denial_risk"]
    assert fixes_words(one) in " ".join(text_of(risky).split())
    page = explained_page(risky)
    assert fixes_words(one) in page
    assert f"{percent(one.record['denial_risk'])} → {percent(after)}" in page
    for finding in one.record["findings"]:
        assert finding["message"] in page
        assert finding["rule_id"] in text_of(risky)
    assert page.count("<strong>✓ ") == 2
    assert text_of(risky).count("✓ IMG001") == text_of(risky).count("✓ CLM007") == 1


def test_a_certain_reject_is_never_well_as_it_is(explained):
    def words(*lines, **others):
        (one,) = explained(claim(lines=[line("99213", charge="120.10"), *lines], **others))
        assert one.record["certain_reject"]
        return fixes_words(replace(one, threshold=0.9)), fixes_words(one)

    well, _ = words(total_charge_cents=12000)
    assert "past the payer's front end" in well
    assert well.startswith("The change marked ✓ takes")
    beyond, _ = words(line("20610", pointers=[]), dx=["M25.561", "M54.16"])
    assert beyond.startswith("No set of changes")
    assert "past the payer's front end" in beyond


def test_nothing_of_the_patient_is_told(risky):
    for told in (explained_page(risky), text_of(risky)):
        assert "ZZMARKER" not in told
        assert "1968" not in told
        assert "WY" not in told.split("<style>")[0] + told.split("</style>")[-1]
        assert "one is on the claim" in told
        assert "1, read for facts and not shown" in told


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_claim_says_is_never_markup(text, explained):
    plain = explained_page(explained(claim(claim_id="A", payer_name="B", lines=[line("C")])))
    hostile = explained(claim(claim_id=text, payer_name=text, lines=[line(text)]))
    page = explained_page(hostile)
    assert tags_of(page) == tags_of(plain)
    assert page.count("<style>") == 1
    for told in (page, text_of(hostile)):
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", told)


def test_only_the_pages_own_style_may_run_and_nothing_is_loaded(risky):
    page = explained_page(risky)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
    assert set(rules) == {"default-src", "style-src", "base-uri", "form-action"}
    assert not re.search(r"(?i)https?:|@import|url\(|\bsrc=|<script|\bstyle=", page)
    assert not re.search("@@[A-Z_]+@@", page)


def test_a_page_of_two_claims_says_so_and_holds_both(explained):
    page = explained_page(explained(claim(), claim(member_id="OTHER")))
    assert "Denial risk of 2 claims of one id" in page
    assert page.count("<article>") == 2


def test_bars_are_shares_of_the_strongest_driver_and_the_start_has_none():
    drivers = [{"feature": name, "contribution": own} for name, own in [("a", 0.5), ("b", -1.0), ("base_value", -3.0)]]
    assert [bar for _, bar in driver_bars(drivers)] == [0.5, -1.0, None]
    assert driver_bars([]) == []


def test_a_clean_claim_has_nothing_to_mend(explained):
    text = text_of(explained(claim()))
    assert "no rule found anything" in text
    assert "No rule found anything to mend." in text


def test_a_line_without_a_procedure_is_told_by_its_revenue_code(explained):
    (one,) = explained(claim(lines=[line(None, revenue_center_code="0250"), line("99213", revenue_center_code="0510")]))
    assert [own.procedure for own in one.lines] == ["revenue 0250", "99213"]
