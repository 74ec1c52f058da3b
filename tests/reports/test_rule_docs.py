import re
from dataclasses import replace

import pytest

from risk.effects import Effects, RuleEffect, shipped_effects
from risk.reports.rule_docs import INDEX, rule_list, rule_page, rule_pages
from risk.rules import catalogue

RULES = list(catalogue().values())
SHIPPED = shipped_effects()
SECTIONS = ["Why payers deny it", "How to fix it", "Measured effect", "Bad claims: found", "Good claims: not found"]
PTP001 = catalogue()["PTP001"]
OWN = Effects(
    source="labels.parquet",
    synthetic=False,
    claims=900,
    denied=90,
    basis="abc123",
    measured="2026-11-01",
    rules={"PTP001": RuleEffect(900, 40, 30)},
)


def sections_of(page):
    head, *parts = re.split(r"^## (.+)\n\n", page, flags=re.MULTILINE)
    return head, dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_list_has_one_line_per_rule():
    lines = rule_list(RULES).splitlines()
    assert [line.split()[0] for line in lines] == [one.id for one in RULES]


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_a_page_has_all_its_parts(one):
    head, sections = sections_of(rule_page(one, SHIPPED))
    assert head.startswith(f"# {one.id} {one.title}\n")
    assert f"severity: {one.severity}; status: {one.status}; category: {one.category}" in head
    assert f"CARC {one.carc}, {f'RARC {one.rarc}' if one.rarc else 'no RARC'}\n" in head
    dates = [str(day) for day in (one.since, one.until) if day] or ["all"]
    told = re.search(r"^- dates of service: (.*)$", head, re.MULTILINE)[1]
    assert all(day in told for day in dates)
    assert f"- source: {one.cite}\n" in head
    assert list(sections) == SECTIONS
    assert one.explanation in sections["Why payers deny it"]
    assert one.fix in sections["How to fix it"]
    assert one.message in sections["How to fix it"]
    assert "synthetic claims, not payers' own" in sections["Measured effect"]
    assert "\n- fires on " in sections["Measured effect"] or "\n- never fires" in sections["Measured effect"]
    assert len(re.findall("^- ", sections["Bad claims: found"], re.MULTILINE)) == len(one.bad)
    assert len(re.findall("^- ", sections["Good claims: not found"], re.MULTILINE)) == len(one.good)


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_no_page_shows_a_birth_date_or_member_id_that_a_reader_could_take_for_real(one):
    assert "EXAMPLEMEMBER" not in rule_page(one, SHIPPED)
    assert "1968-04-02" not in rule_page(one, SHIPPED)


def test_dates_and_payers_a_rule_is_bound_to_are_told():
    dated = next(one for one in RULES if one.since)
    assert f"- dates of service: from {dated.since}\n" in rule_page(dated, SHIPPED)
    ended = replace(dated, until=dated.since)
    assert f"- dates of service: from {dated.since} to {dated.since}\n" in rule_page(ended, SHIPPED)
    scoped = next(one for one in RULES if one.payer_types)
    assert f"- payers: {', '.join(scoped.payer_types)}\n" in rule_page(scoped, SHIPPED)


def effect_on(page):
    return sections_of(page)[1]["Measured effect"].strip()


def test_an_effect_is_told_with_its_interval_and_beside_the_share_of_all_claims():
    shipped = replace(SHIPPED, claims=2000, denied=200, rules={"PTP001": RuleEffect(2000, 263, 81)})
    told = effect_on(rule_page(PTP001, shipped))
    assert "- fires on 263 of them (13.15%)" in told
    assert "30.8% are denied at first, for whatever reason (95 % interval 25.5% to 36.6%); of all, 10.0%" in told


def test_a_rule_that_never_fires_says_that_nothing_is_known():
    shipped = replace(SHIPPED, rules={"PTP001": RuleEffect(2000, 0, 0)})
    told = effect_on(rule_page(PTP001, shipped))
    assert told.endswith("- never fires on them, so that nothing is known of how many it fires on are denied")
    assert "%" not in told


def test_a_rule_that_was_not_measured_says_why():
    none = replace(SHIPPED, rules={})
    assert effect_on(rule_page(PTP001, none)) == "Not measured: the rule is newer than the figures."
    assert effect_on(rule_page(replace(PTP001, status="retired"), none)) == "Not measured: the rule is retired."


def test_the_users_own_effect_takes_precedence_and_names_its_origin_and_date():
    told = effect_on(rule_page(PTP001, SHIPPED, OWN))
    assert told.startswith("Measured on your own claims: 900 claims of labels.parquet, on 2026-11-01")
    assert "- fires on 40 of them" in told
    assert "synthetic" not in told


@pytest.mark.parametrize(("fired", "denied", "said"), [(None, None, "fewer than 5"), (0, 0, "never fires")])
def test_where_the_users_own_claims_tell_nothing_the_synthetic_ones_are_told_too(fired, denied, said):
    own = replace(OWN, rules={"PTP001": RuleEffect(900, fired, denied)})
    told = effect_on(rule_page(PTP001, SHIPPED, own))
    assert told.index("labels.parquet") < told.index(said) < told.index("not payers' own")


def test_a_rule_the_users_claims_were_not_measured_with_shows_the_synthetic_effect_alone():
    assert rule_page(RULES[0], SHIPPED, OWN) == rule_page(RULES[0], SHIPPED)


def test_there_is_a_page_for_each_rule_and_the_index_links_each_once():
    pages = rule_pages(RULES, SHIPPED)
    assert set(pages) == {INDEX, *(f"{one.id}.md" for one in RULES)}
    links = re.findall(r"^\| \[(\w+)\]\((\S+)\) \|", pages[INDEX], re.MULTILINE)
    assert sorted(links) == [(one.id, f"{one.id}.md") for one in RULES]


def test_the_index_counts_the_rules_and_says_of_each_what_it_is():
    index = rule_pages(RULES, SHIPPED)[INDEX]
    assert f"\n{len(RULES)} rules: " in index
    head, sections = sections_of(index)
    assert "synthetic claims, not payers' own" in head
    assert list(sections) == sorted({one.category.replace("_", " ").capitalize() for one in RULES})
    counted = [int(re.search(r"^(\d+) rules?: ", part, re.MULTILINE)[1]) for part in sections.values()]
    assert sum(counted) == len(RULES)
    for one in RULES:
        part = sections[one.category.replace("_", " ").capitalize()]
        assert f"| [{one.id}]({one.id}.md) | {one.severity} | {one.status} | {one.title} | " in part


def test_the_index_says_how_often_a_rule_fires_or_that_it_never_does():
    rare = {"PTP001": RuleEffect(200_000, 15, 12), "DX001": RuleEffect(200_000, 0, 0)}
    index = rule_pages(RULES, replace(SHIPPED, rules=rare))[INDEX]
    rows = {line.split("]")[0][3:]: line for line in index.splitlines() if line.startswith("| [")}
    assert rows["PTP001"].endswith("| under 0.01% | 80% (55% to 93%) |")
    assert rows["DX001"].endswith("| never |  |")
    assert rows["DX002"].endswith("| not measured |  |")


def test_the_page_of_a_rule_that_looks_at_past_claims_tells_so_and_shows_them():
    one = next(one for one in RULES if one.id == "FRQ004")
    head, sections = sections_of(rule_page(one, SHIPPED))
    assert "\n- looks at the patient's claims in `--history` too" in head
    assert "20553 on 2026-10-01; after 20553 on 2026-02-01, 20552 on 2026-04-01" in sections["Bad claims: found"]
    others = [rule_page(other, SHIPPED) for other in RULES if not other.history]
    assert others
    assert not any("--history" in page for page in others)
