import pytest

from risk.claims.examples import claim, line
from risk.reports.records import claim_records
from risk.reports.summary import MOST_SHOWN, QUEUE_ORDER, Mendable, summarize
from risk.scoring import QUEUES


def test_every_queue_has_its_place():
    assert sorted(QUEUE_ORDER) == sorted(set(QUEUES.values()))


def cents(groups):
    return round(sum(one.dollars for one in groups) * 100)


def test_every_table_adds_up_to_the_total(three):
    scored, fixes = three
    summary = summarize(scored, fixes, range(3))
    for groups in (summary.bands, summary.queues, summary.payers, summary.reasons):
        assert sum(one.claims for one in groups) == summary.total.claims == 3
        assert cents(groups) == scored.claims["expected_denied_cents"].sum()


def test_groups_are_what_the_records_say(three):
    scored, fixes = three
    records = list(claim_records(scored, fixes, range(3)))
    summary = summarize(scored, fixes, range(3))
    assert [one.name for one in summary.bands] == ["critical", "high", "medium", "low"]
    assert tuple(one.name for one in summary.queues) == QUEUE_ORDER
    for groups, of in (
        (summary.bands, lambda record: record["risk_band"]),
        (summary.queues, lambda record: record["queue"]),
        (summary.reasons, lambda record: record["reasons"][0]["reason"] if record["reasons"] else "none"),
    ):
        for one in groups:
            own = [record for record in records if of(record) == one.name]
            assert one.claims == len(own)
            assert one.dollars == pytest.approx(sum(record["expected_denied_amount"] for record in own))
            if own:
                risks = [record["denial_risk"] for record in own]
                assert one.mean_risk == pytest.approx(sum(risks) / len(risks), abs=1e-6)


def test_only_the_claims_that_are_listed_count(three):
    scored, fixes = three
    summary = summarize(scored, fixes, [1])
    assert summary.total.claims == 1
    assert summary.fixes == ()
    assert summarize(scored, fixes, []).total.claims == 0


def test_fixes_compare_the_risk_before_and_after_over_the_same_claims(three):
    scored, fixes = three
    shown = {one.rule_id: one for one in summarize(scored, fixes, range(3)).fixes}
    assert set(shown) == set(fixes["rule_id"])
    for rule_id, own in fixes.groupby("rule_id"):
        again = own.dropna(subset="denial_risk_after")
        assert (shown[rule_id].claims, shown[rule_id].rescored) == (len(own), len(again))
        if len(again):
            assert shown[rule_id].mean_risk_after == pytest.approx(again["denial_risk_after"].mean())
            before = scored.claims.loc[again["claim_key"], "denial_risk"].mean()
            assert shown[rule_id].mean_risk == pytest.approx(before)
        else:
            assert shown[rule_id].mean_risk is shown[rule_id].mean_risk_after is None


def test_a_payer_is_known_by_its_id_and_many_payers_end_in_one_row(score):
    many = [
        claim(
            claim_id=f"C{number}",
            member_id=f"M{number}",
            payer_id=f"P{number}",
            payer_name=None if number else "A\x1b\nB",
            lines=[line("99213", charge=str(1000 - number))],
        )
        for number in range(MOST_SHOWN + 3)
    ]
    payers = summarize(*score(*many), range(len(many))).payers
    assert len(payers) == MOST_SHOWN
    assert [one.name for one in payers[:2]] == ["A\\x1b B (P0)", "P1"]
    assert (payers[-1].name, payers[-1].claims) == ("4 other payers", 4)


def test_claims_that_their_fixes_take_below_are_counted_with_their_risk_before_and_after(three, score, two_to_mend):
    scored, fixes = three
    mendable = summarize(scored, fixes, range(3)).mendable
    own = fixes[fixes["in_smallest_set"]]
    assert (
        (mendable.claims, mendable.conditional) == (own["claim_key"].nunique(), int(own["conditional"].sum())) == (2, 2)
    )
    assert mendable.mean_risk_after == pytest.approx(own["risk_after_smallest_set"].mean())
    assert mendable.mean_risk == pytest.approx(scored.claims.loc[own["claim_key"], "denial_risk"].mean())
    assert mendable.dollars == scored.claims.loc[own["claim_key"], "expected_denied_cents"].sum() / 100
    assert summarize(scored, fixes, [1]).mendable == Mendable(0, 0, 0.0, None, None)
    one = summarize(*score(two_to_mend), [0])
    assert (one.mendable.claims, one.mendable.conditional) == (1, 0)
    assert {fix.rule_id: fix.first for fix in one.fixes} == {"IMG001": 1, "CLM007": 1}
