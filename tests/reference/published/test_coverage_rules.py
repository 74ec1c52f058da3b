"""Which article holds for a claim, what its words make of its lists, and what NEC007 and NEC008 say of it."""

from __future__ import annotations

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.effects.files import shipped_effects
from risk.reference import load_reference
from risk.reports.rule_docs import rule_page
from risk.rules import catalogue, example_failures, run_rules, select_rules
from tests.reference.published.coverage_files import Article, csvs_of, write_export

RULES = ("NEC", "LCD004", "DX00")


@pytest.fixture
def articles(imported, tmp_path):
    """Import an export of articles and give the reference."""

    def load(*articles, edition="2026-09-28"):
        return imported(write_export(tmp_path / "current_article.zip", csvs_of(*articles)), edition=edition)

    return load


def asked(code="95910", *dx, state="CO", day="2026-10-01", pointers=(1,), place="11", **columns):
    """A Medicare claim of one line."""
    own = line(code, date_of_service=day, pointers=pointers, place_of_service_code=place)
    return claim(payer_type="medicare", dx=dx or ["M54.16"], lines=[own], facility_state=state, **columns)


def rules_of(reference, *claims):
    """Ids of the rules that each claim draws."""
    found = run_rules(batch_of(*claims), reference, select_rules(RULES))
    drawn = found.groupby("claim_key")["rule_id"].agg(lambda ids: " ".join(sorted(ids)))
    return [drawn.get(key, "") for key in range(len(claims))]


def message_of(reference, one):
    (message,) = run_rules(batch_of(one), reference, select_rules(["NEC007", "NEC008"]))["message"]
    return message


def test_without_an_import_nothing_is_said(home):
    assert rules_of(load_reference(), asked()) == [""]
    assert not load_reference().coverage.articles


def test_the_message_names_the_article_the_state_and_the_day(articles):
    reference = articles(Article(), Article(number=70001))
    assert message_of(reference, asked()) == (
        "Line 1: no diagnosis of 95910 is on the list of those that support it in CO on 2026-10-01 "
        "(article A58403 of the Medicare contractor)."
    )


def test_one_pointed_diagnosis_in_any_group_of_any_article_of_the_state_supports(articles):
    reference = articles(
        Article(covered=(("G56.01",), ("M54.12",)), paragraphs=("Primary", "Secondary, report with group 1")),
        Article(number=70001, covered=(("R20.2",),)),
        Article(number=70002, covered=(("M79.2",),), procedures=("95911",)),
    )
    claims = {
        "": [["G56.01"], ["M54.12"], ["R20.2"], ["M54.16", "R20.2"]],
        "NEC007": [["M54.16"], ["M79.2"]],
    }
    for expected, every in claims.items():
        for dx in every:
            assert rules_of(reference, asked("95910", *dx, pointers=range(1, len(dx) + 1))) == [expected], dx
    assert rules_of(reference, asked("95910", "M54.16", "R20.2", pointers=[1])) == ["NEC007"], "not pointed to"


def test_a_category_on_the_list_supports_and_a_code_cut_short_is_another_rules_fault(articles):
    reference = articles(Article(covered=(("M54.1", "S22.000A"),)))
    assert rules_of(reference, asked("95910", "M54.16"), asked("95910", "M54.2")) == ["", "NEC007"]
    assert rules_of(reference, asked("95910", "S22.000"), asked("95910", "M51.3")) == ["DX003", "DX003"]
    assert rules_of(reference, asked("95910", "Q99.99X")) == ["DX001"]


@pytest.mark.parametrize(
    ("state", "expected"), [("CO", "NEC007"), ("NM", "NEC007"), ("TX", ""), (None, ""), ("XX1", ""), ("co", "")]
)
def test_the_state_of_service_decides(articles, state, expected):
    assert rules_of(articles(Article()), asked(state=state)) == [expected]


def test_of_a_state_in_parts_an_article_holds_where_it_has_them_all_and_else_only_supports(articles):
    reference = articles(
        Article(contractors=(510,)),
        Article(number=2, contractors=(510,), procedures=("95911",)),
        Article(number=3, contractors=(511,), procedures=("95911",)),
        Article(number=4, contractors=(510,), procedures=("95911",), covered=(("M54.16",),)),
    )
    assert rules_of(reference, asked(state="NY")) == [""], "downstate only"
    assert rules_of(reference, asked("95911", "M54.2", state="NY")) == ["NEC007"]
    assert rules_of(reference, asked("95911", "M54.16", state="NY")) == [""], "it may be downstate"


def test_a_jurisdiction_narrowed_to_some_states_is_kept_to(articles):
    reference = articles(Article(primary=(39,)))
    assert rules_of(reference, asked(state="NM"), asked(state="CO")) == ["NEC007", ""]


HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131"}


@pytest.mark.parametrize(
    ("contractors", "of_practitioner", "of_hospital"),
    [((500,), "NEC007", ""), ((501,), "", "NEC007"), ((500, 501), "NEC007", "NEC007"), ((520, 530), "", "")],
)
def test_part_a_and_part_b_have_articles_of_their_own_and_equipment_has_none(
    articles, contractors, of_practitioner, of_hospital
):
    reference = articles(Article(contractors=contractors), Article(number=2, procedures=("95999",)))
    assert rules_of(reference, asked(), asked(**HOSPITAL)) == [of_practitioner, of_hospital]


def test_drugs_delivered_to_the_home_are_left_to_the_articles_on_equipment(articles):
    reference = articles(Article(procedures=("J1559", "95910")))
    assert rules_of(reference, asked("J1559"), asked("J1559", place="12"), asked(place="12")) == [
        "NEC007",
        "",
        "NEC007",
    ]


@pytest.mark.parametrize(
    ("payer_type", "expected"), [("medicare_advantage", "NEC007"), ("commercial", ""), ("medicaid", ""), (None, "")]
)
def test_only_medicare_and_its_plans_follow_the_articles(articles, payer_type, expected):
    own = line("95910")
    assert rules_of(articles(Article()), claim(payer_type=payer_type, lines=[own])) == [expected]


def test_a_version_counts_from_its_first_to_its_last_day(articles):
    retired = Article(number=2, procedures=("95911",), status="R", ends="2026-06-30 00:00:00")
    reference = articles(Article(cells={"date_retired": "12/31/2026 12:00:00 AM"}), retired)
    days = ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")
    assert rules_of(reference, *(asked(day=day) for day in days)) == ["", "NEC007", "NEC007", ""]
    days = ("2026-06-30", "2026-07-01")
    assert rules_of(reference, *(asked("95911", day=day) for day in days)) == ["NEC007", ""]


def test_the_version_of_the_date_of_service_counts_and_older_editions_stay(articles):
    articles(Article(version=5), edition="2026-02-02")
    reference = articles(Article(version=6, covered=(("M54.16",),), effective="2026-09-01"), edition="2026-09-28")
    assert [one.name for one in reference.procedures.published.editions if one.table == "coverage_articles"] == [
        "2026-02-02",
        "2026-09-28",
    ]
    for dx, before, after in (("M54.16", "NEC007", ""), ("G56.01", "", "NEC007")):
        days = ("2026-08-31", "2026-09-01", "2027-03-01")
        assert rules_of(reference, *(asked("95910", dx, day=day) for day in days)) == [before, after, after], dx


def test_between_versions_that_were_never_imported_nothing_is_said(articles):
    articles(Article(version=5), edition="2026-02-02")
    reference = articles(Article(version=7, effective="2026-09-01"), edition="2026-09-28")
    days = ("2026-02-02", "2026-02-03", "2026-08-31", "2026-09-01")
    assert rules_of(reference, *(asked(day=day) for day in days)) == ["NEC007", "", "", "NEC007"]


def test_an_article_that_a_later_export_has_no_more_is_known_up_to_its_last_export(articles):
    articles(Article(), edition="2026-02-02")
    reference = articles(Article(number=2, procedures=("95911",)), edition="2026-09-28")
    assert rules_of(reference, asked(day="2026-02-02"), asked(day="2026-02-03")) == ["NEC007", ""]


def test_the_newest_edition_that_has_a_version_tells_of_it(articles):
    articles(Article(covered=(("R20.2",),)), edition="2026-02-02")
    reference = articles(Article(ends="2026-08-31"), edition="2026-09-28")
    days = ("2026-02-02", "2026-08-31", "2026-09-01")
    assert rules_of(reference, *(asked("95910", "R20.2", day=day) for day in days)) == ["NEC007", "NEC007", ""]


def test_an_edition_of_which_a_table_was_deleted_counts_for_nothing(articles, home):
    articles(Article(), edition="2026-09-28")
    (path,) = home.glob("**/coverage_diagnoses/*.arrow")
    path.unlink()
    load_reference.cache_clear()
    assert rules_of(load_reference(), asked()) == [""]


NO_CODES = ("XX000",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"covered": ()}, ""),
        ({"covered": (NO_CODES,)}, ""),
        ({"covered": (NO_CODES, ("G56.01",))}, "NEC007"),
        ({"paragraphs": ("<p>For CPT 95905, 95907&#8211;95913:</p>",)}, "NEC007"),
        ({"paragraphs": ("For CPT 95907 through 95909",)}, ""),
        ({"paragraphs": ("For codes <b>95911</b> and G0255",)}, ""),
        ({"covered": (("G56.01",), NO_CODES), "paragraphs": ("", "No restriction for 95910")}, ""),
        ({"covered": (("G56.01",), ("R20.2",)), "paragraphs": ("For 95911", "For 95910")}, "NEC007"),
        ({"covered": (("G56.01",), ("M54.16",)), "paragraphs": ("For 95910", "For 95911")}, ""),
        ({"paragraphs": ("This list is not all-inclusive",)}, ""),
        ({"paragraphs": ("These are examples only",)}, ""),
        ({"paragraphs": ("&lt;p&gt;All procedures except 95910&lt;/p&gt;",)}, ""),
        ({"paragraphs": ("Note: codes with an asterisk need a second diagnosis",)}, "NEC007"),
        ({"procedures": (*(f"9591{last}" for last in range(9)), "XX000")}, "NEC007"),
    ],
)
def test_only_a_list_that_is_plainly_closed_for_the_procedure_is_held_against_a_claim(articles, changes, expected):
    reference = articles(Article(**changes), Article(number=2, procedures=("95999",)))
    assert rules_of(reference, asked()) == [expected]


def test_a_code_on_a_list_that_cannot_be_read_opens_it(articles):
    many = tuple(f"A{number:02d}.{last}" for number in range(20) for last in range(8))
    reference = articles(Article(covered=((*many, "M5416 *"),)))
    assert rules_of(reference, asked()) == [""]
    assert rules_of(articles(Article(covered=(many,))), asked()) == ["NEC007"]


def test_every_pointed_diagnosis_on_the_list_of_never_is_found_and_some_are_not(articles):
    reference = articles(Article(covered=(NO_CODES,), never=(("R53.83", "Z00.00"),)))
    assert message_of(reference, asked("95910", "R53.83")).startswith("Line 1: every diagnosis of 95910 is listed as")
    claims = [
        asked("95910", "R53.83", "Z00.00", pointers=[1, 2]),
        asked("95910", "R53.83", "E55.9", pointers=[1, 2]),
        asked("95910", "R53.8"),
        asked("95910", "E55.9"),
        asked("95910", "R53.83", state="TX"),
    ]
    assert rules_of(reference, *claims) == ["NEC008", "", "DX003", "", ""]


def test_one_fault_is_told_once_and_what_supports_counts_first(articles):
    reference = articles(
        Article(covered=(("G56.01", "R53.83"),), never=(("R53.83", "Z00.00"),)),
        Article(number=2, procedures=("95911",), covered=(("G56.01",),)),
        Article(number=3, procedures=("95911",), covered=(), never=(("G56.01",),)),
    )
    assert rules_of(reference, asked("95910", "Z00.00"), asked("95910", "R53.83")) == ["NEC008", ""]
    assert rules_of(reference, asked("95911", "G56.01")) == [""]


def test_the_article_named_is_the_one_the_verdict_is_by(articles):
    reference = articles(
        Article(number=1, covered=(NO_CODES,), never=(("Z00.00",),)),
        Article(number=2, covered=(("G56.01",),)),
        Article(number=3, covered=(NO_CODES,), never=(("R53.83",),)),
    )
    assert "(article A2 of" in message_of(reference, asked())
    assert "(article A3 of" in message_of(reference, asked("95910", "R53.83"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "NEC008"),
        ("Never covered for 95910", "NEC008"),
        ("For 95911", ""),
        ("Not covered when reported alone", ""),
        ("Not covered unless documented", ""),
        ("For example", ""),
    ],
)
def test_a_list_of_never_under_a_condition_is_left_alone(articles, words, expected):
    reference = articles(Article(covered=(NO_CODES,), never=(("R53.83",),), never_paragraphs=(words,)))
    assert rules_of(reference, asked("95910", "R53.83")) == [expected]


@pytest.mark.parametrize(
    ("code", "dx", "built_in"),
    [("64493", "M51.360", "NEC006"), ("27096", "M54.16", "NEC003"), ("20552", "M47.812", "NEC005")],
)
def test_the_imported_list_replaces_the_built_in_one_where_it_holds(articles, code, dx, built_in):
    reference = articles(Article(procedures=(code,), covered=(("G56.01",),)))
    assert rules_of(reference, asked(code, dx)) == ["NEC007"]
    assert rules_of(reference, asked(code, dx, state="TX")) == [built_in], "another contractor's state"
    assert rules_of(reference, asked(code, dx, day="2025-11-03")) == [built_in], "before the article"
    assert rules_of(articles(Article(procedures=(code,), covered=((dx,),))), asked(code, dx)) == [""]
    never = articles(Article(procedures=(code,), covered=(NO_CODES,), never=(("R53.83",),)))
    assert rules_of(never, asked(code, dx)) == [built_in], "no list of what supports"


def test_a_surer_rule_of_the_same_defect_speaks_alone(articles):
    reference = articles(Article(procedures=("62323", "64493", "64625"), covered=(("G56.01",),)))
    claims = [asked("62323", "M54.50"), asked("64493", "M54.16"), asked("64625", "M46.1"), asked("62323", "M54.16")]
    assert rules_of(reference, *claims) == ["NEC001", "NEC002", "LCD004", "NEC007"]


def test_lines_of_one_claim_are_judged_apart_and_a_line_twice_named_once(articles):
    reference = articles(Article(procedures=("95910", "95910", "95911")), Article(number=2))
    lines = [line("95910"), line("95911", pointers=[2]), line("95910", pointers=[1, 2]), line("95886"), line(None)]
    one = claim(payer_type="medicare", dx=["M54.16", "G56.01"], lines=lines)
    found = run_rules(batch_of(one), reference, select_rules(["NEC007"]))
    assert found["line_number"].tolist() == [1]


@pytest.mark.parametrize("name", ["NEC007", "NEC008"])
def test_the_examples_bring_their_own_articles_whatever_is_imported(articles, name):
    one, other = catalogue()[name], articles(Article(covered=(("M54.16", "R53.83"),)))
    assert example_failures(one, other, catalogue()) == []
    assert rules_of(other, asked()) == [""]


def test_the_page_of_a_rule_says_what_its_examples_are_judged_with():
    said = "invented rows of imported tables: coverage_articles 2026-09-28"
    pages = {one.id: rule_page(one, shipped_effects()) for one in catalogue().values()}
    assert {name for name, page in pages.items() if said in page} == {"NEC007", "NEC008"}
