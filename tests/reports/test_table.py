import re

import pytest

from risk.claims.examples import claim
from risk.reports.table import SCREENFUL, worklist_table
from risk.reports.write import worklist_order


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


def table(scored_and_fixes, *, whole=True):
    scored, fixes = scored_and_fixes
    return worklist_table(scored, fixes, worklist_order(scored, "table", None), whole=whole)


def test_the_riskiest_claim_stands_first_with_why_and_what_to_do(three):
    lines = table(three).splitlines()
    riskiest = max(range(3), key=lambda key: three[0].claims["denial_risk"][key])
    assert three[0].batch.claims["claim_id"][riskiest] in lines[1]
    assert lines[2].strip()
    assert any(line.strip().startswith("do first: ") for line in lines)


def joined(text):
    return " ".join(text.split())


def test_what_to_do_first_is_numbered_with_the_risk_after_all_of_it(score, two_to_mend):
    scored, fixes = score(two_to_mend)
    text = joined(table((scored, fixes)))
    own = fixes.set_index("rule_id")
    assert own["in_smallest_set"].to_dict() == {"IMG001": True, "CLM007": True}
    places = [text.index(words) for words in ("do first (1 of 2): ", "do first (2 of 2): ", "with these 2 together")]
    assert places == sorted(places)
    assert f"with these 2 together → {own['risk_after_smallest_set'].iloc[0]:.0%}" in text
    assert text.count("do first") == 2


def test_a_condition_stands_beside_what_holds_only_under_it(three):
    text = joined(table(three))
    own = three[1].set_index("rule_id").loc["PTP001"]
    assert own["conditional"]
    assert f"do first: {own['change']} → {own['denial_risk_after']:.0%}, if: {own['requires']}" in text


def test_a_claim_without_a_reason_shows_its_risk_interval_and_queue_alone(three):
    (clean,) = [line for line in table(three).splitlines() if "CLEAN" in line]
    assert re.fullmatch(r" +\d+% \d+%–\d+% +low +[\d.,]+  CLEAN +registration", clean)


def test_no_line_is_wider_than_the_terminal_but_for_long_names(three):
    assert all(len(line) <= 120 for line in table(three).splitlines())


def test_a_screenful_is_shown_unless_all_are_asked_for(score):
    many = score(*(claim(claim_id=f"C{number:03d}", member_id=f"M{number}") for number in range(SCREENFUL + 3)))
    assert "… and 3 more claims" in table(many, whole=False)
    assert table(many, whole=True).count("\n") == SCREENFUL + 4


def test_no_claims_are_a_head_line_alone(score, three):
    scored, fixes = three
    (head,) = worklist_table(scored, fixes, [], whole=True).splitlines()
    assert head.split() == table(three).splitlines()[0].split()


@pytest.mark.parametrize("trick", ["\x1b[31mRED", "A\x9b2J", "A\u202eB", "A\u2028B", "A\rB", "A\tB", "A\x07", "A\nB"])
def test_a_claim_id_cannot_steer_the_terminal(trick, score):
    text = table(score(claim(claim_id=trick)))
    assert len(text.splitlines()) == 2
    assert all(character.isprintable() for line in text.splitlines() for character in line)


def test_letters_of_any_language_stay_as_they_are(score):
    assert "Zoë-漢字-Ж" in table(score(claim(claim_id="Zoë-漢字-Ж")))
