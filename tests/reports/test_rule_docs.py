import pytest

from risk.reports.rule_docs import rule_list, rule_page, rules_markdown
from risk.rules import catalogue

RULES = list(catalogue().values())


def test_the_list_has_one_line_per_rule():
    lines = rule_list(RULES).splitlines()
    assert [line.split()[0] for line in lines] == [one.id for one in RULES]


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_a_page_says_everything_about_its_rule(one):
    page = rule_page(one)
    assert page.startswith(f"# {one.id} {one.title}\n")
    for fact in (one.explanation, one.cite, one.message, one.fix, str(one.severity), one.carc):
        assert fact in page
    found, not_found = page.split("## Found\n")[1].split("\n\n## Not found\n")
    assert found.count("\n- ") + 1 == len(one.bad)
    assert not_found.count("\n- ") + 1 == len(one.good)


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_no_page_shows_a_birth_date_or_member_id_that_a_reader_could_take_for_real(one):
    assert "EXAMPLEMEMBER" not in rule_page(one)
    assert "1968-04-02" not in rule_page(one)


def test_the_whole_catalogue_is_one_page_with_one_heading_of_the_first_order():
    page = rules_markdown(RULES)
    assert [line for line in page.splitlines() if line.startswith("# ")] == ["# Rules"]
    assert all(f"\n## {one.id} " in page and f"| {one.id} |" in page for one in RULES)
