from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from models import tracking
from risk.allowed_table import AllowedTable
from risk.claims.examples import CLEAN, batch_of, claim, line
from risk.fixes import fixes_of
from risk.preferences import Preferences
from risk.reference import load_reference
from risk.rules import Severity, select_rules
from risk.scoring import BANDS, Scorer, risk_bands, score_batch


@pytest.fixture(scope="module")
def scorer(workspace):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(workspace)
        return Scorer(load_reference(), tracking.load("champion"), select_rules())


PAIR = [
    line("62323", charge="900.00"),
    line("64483", charge="700.00"),
    line("99213", modifiers=["25"], charge="120.00"),
]


@pytest.mark.parametrize("with_model", [True, False])
def test_a_bundled_line_bears_the_risk_of_its_claim_and_its_neighbours_little(scorer, with_model):
    scored = score_batch(batch_of(claim(lines=PAIR)), scorer if with_model else replace(scorer, model=None))
    of_claim = scored.claims["denial_risk"].iloc[0]
    epidural, transforaminal, visit = scored.line_risks
    assert 0.85 * of_claim < transforaminal < of_claim
    assert max(epidural, visit) < 0.3 * of_claim


@pytest.mark.parametrize("with_model", [True, False])
def test_a_claim_filed_too_late_is_at_risk_with_every_line(scorer, with_model):
    late = claim(payer_type="medicare", lines=PAIR[:1] + PAIR[2:], submission_date=date(2028, 3, 1))
    scored = score_batch(batch_of(late), scorer if with_model else replace(scorer, model=None))
    assert "timely_filing" in {str(scored.rules[rule_id].reason) for rule_id in scored.findings["rule_id"]}
    assert (scored.line_risks > 0.8 * scored.claims["denial_risk"].iloc[0]).all()


@pytest.mark.parametrize("with_model", [True, False])
def test_no_line_is_riskier_than_its_claim_and_lines_add_up_to_no_less(scorer, with_model):
    bad = [claims[0] for one in select_rules() if (claims := [*one.bad])]
    scored = score_batch(batch_of(*bad, claim(lines=PAIR[:1])), scorer if with_model else replace(scorer, model=None))
    keys, of_claim = scored.batch.service_lines["claim_key"], scored.claims["denial_risk"].to_numpy()
    assert (scored.line_risks.to_numpy() <= of_claim[keys]).all()
    assert (np.bincount(keys, weights=scored.line_risks) >= of_claim * (1 - 1e-12)).all()
    assert scored.line_risks.iloc[-1] == of_claim[-1], "the only line of its claim"


def test_a_model_knows_which_lines_payers_refuse_and_what_that_was_worth(scorer):
    assert scorer.model.lines.claims > scorer.model.summary["line_risk"]["taught_claims"] > 50
    told = scorer.model.summary["line_risk"]
    assert told["lines"] > scorer.model.summary["claims"]["test"]
    assert told["log_loss"] < 0.4
    assert told["ece"] < 0.1


def test_expected_denied_dollars_are_the_lines_risks_times_what_would_be_allowed(scorer):
    scored = score_batch(batch_of(claim(payer_id="60054", lines=PAIR)), scorer)
    ratios, payer = scorer.model.payment, "60054"
    known = ratios.by_procedure[payer]
    families = ratios.by_family[payer]
    own = [
        known.get(code, families.get(family, ratios.by_payer[payer]))
        for code, family in (
            ("62323", "epidural_interlaminar"),
            ("64483", "epidural_transforaminal"),
            ("99213", "office_visit"),
        )
    ]
    assert all(0.3 < one < 0.8 for one in own)
    assert len(set(own)) > 1, "procedures differ"
    expected = sum(scored.line_risks * [90000, 70000, 12000] * own)
    assert scored.claims["expected_denied_cents"].iloc[0] == round(expected)


def test_rules_alone_put_the_charge_at_stake_and_the_users_table_what_it_says(scorer):
    alone = replace(scorer, model=None)
    batch = batch_of(claim(lines=PAIR))
    scored = score_batch(batch, alone)
    assert scored.claims["expected_denied_cents"].iloc[0] == round(sum(scored.line_risks * [90000, 70000, 12000]))
    table = AllowedTable({("payer_id",): {(batch.claims["payer_id"].iloc[0],): 0.5}}, version="t")
    half = score_batch(batch, replace(alone, preferences=Preferences(allowed=table)))
    assert half.claims["expected_denied_cents"].iloc[0] == pytest.approx(
        scored.claims["expected_denied_cents"].iloc[0] / 2, abs=1
    )
    assert half.versions["reference"] != scored.versions["reference"]


def test_bands_and_queues_are_as_preferred(scorer):
    batch = batch_of(claim(lines=PAIR))
    scored = score_batch(batch, scorer)
    rule = scored.rules[scored.findings["rule_id"].iloc[0]]
    risk = float(scored.claims["denial_risk"].iloc[0])
    bands = {"low": 0.0, "medium": risk / 3, "high": risk / 2, "critical": risk}
    for word in (rule.id, rule.id[:3], rule.category, str(rule.reason)):
        own = Preferences(bands=bands, queues={word: "registration", "ZZZ": "billing"})
        again = score_batch(batch, replace(scorer, preferences=own))
        assert again.claims["queue"].iloc[0] == "registration" != scored.claims["queue"].iloc[0], word
        assert again.claims["risk_band"].iloc[0] == "critical"
        assert again.claims["denial_risk"].iloc[0] == risk
    both = Preferences(queues={rule.id[:3]: "billing", rule.id: "registration", rule.category: "authorization"})
    assert both.queue_of_rule(rule) == "registration"
    nobody = score_batch(batch_of(claim()), replace(scorer, preferences=Preferences(queues={})))
    reason = nobody.reasons["reason"].iloc[0]
    moved = Preferences(queues={reason: "authorization"})
    assert score_batch(batch_of(claim()), replace(scorer, preferences=moved)).claims["queue"].iloc[0] == "authorization"


def test_a_claim_scores_the_same_alone_and_among_others(scorer):
    claims = [claim(claim_id=f"C{n}", member_id=f"M{n}", lines=PAIR[: n % 3 + 1]) for n in range(9)]
    together = score_batch(batch_of(*claims), scorer)
    for position, one in enumerate(claims):
        alone = score_batch(batch_of(one), scorer)
        for column in ("denial_risk", "risk_low", "risk_high", "expected_denied_cents"):
            assert alone.claims[column].iloc[0] == pytest.approx(together.claims[column].iloc[position], rel=1e-9)


def test_a_batch_of_no_claims_scores(scorer):
    assert len(score_batch(batch_of(), scorer).claims) == 0
    assert len(score_batch(batch_of(), Scorer(load_reference(), None, select_rules())).claims) == 0


def test_bands_begin_where_they_say():
    starts = list(BANDS.values())
    assert list(risk_bands(np.array(starts))) == list(BANDS)
    assert list(risk_bands(np.array(starts[1:]) - 1e-9)) == list(BANDS)[:-1]


def test_a_preview_rule_is_shown_and_moves_nothing(scorer):
    preview = next(one for one in select_rules() if one.status == "preview")
    without = Scorer(scorer.reference, scorer.model, [one for one in scorer.rules if one.id != preview.id])
    batch = batch_of(*preview.bad)
    with_it, without_it = score_batch(batch, scorer), score_batch(batch, without)
    assert preview.id in set(with_it.findings["rule_id"])
    assert with_it.claims["denial_risk"].tolist() == without_it.claims["denial_risk"].tolist()


def test_what_a_model_has_counted_stands_whatever_the_severity_and_what_it_has_not_follows_it(scorer):
    batch = batch_of(claim(lines=PAIR))

    def risk(severity, rule_id="PTP001"):
        of_pair = next(one for one in scorer.rules if one.id == "PTP001")
        rules = [one for one in scorer.rules if one.id != "PTP001"]
        chosen = replace(scorer, rules=[*rules, replace(of_pair, id=rule_id, severity=severity)])
        return score_batch(batch, chosen).claims["denial_risk"].iloc[0]

    assert "PTP001" in scorer.model.combiner.rules
    assert risk(Severity.REVIEW) == risk(Severity.DENY) == risk(Severity.REJECT)
    new = [risk(severity, "OWN001") for severity in (Severity.REVIEW, Severity.DENY, Severity.REJECT)]
    assert new[0] < new[2]
    assert len(set(new)) == 3


def test_a_mechanical_repair_is_scored_again(scorer):
    guidance = claim(lines=[line("64483", charge="600.00"), line("77003", charge="90.00")])
    scored = score_batch(batch_of(guidance), scorer)
    fixes = fixes_of(scored, scorer).set_index("rule_id")
    assert fixes.loc["IMG001", "denial_risk_after"] < scored.claims["denial_risk"].iloc[0]
    mended = score_batch(batch_of(claim(lines=[line("64483", charge="600.00")])), scorer)
    assert fixes.loc["IMG001", "denial_risk_after"] == pytest.approx(mended.claims["denial_risk"].iloc[0], rel=1e-9)


def test_a_repair_does_not_lift_what_other_claims_cause(scorer):
    twice = [
        claim(claim_id=name, lines=[line("64483", charge="600.00"), line("77003", charge="90.00")]) for name in "AB"
    ]
    scored = score_batch(batch_of(*twice), scorer)
    second = fixes_of(scored, scorer).query("claim_key == 1").set_index("rule_id")
    assert {"DUP001", "IMG001"} <= set(second.index)
    assert second.loc["IMG001", "denial_risk_after"] > 0.3, "still a duplicate of the first"


def test_a_fix_that_only_the_record_can_settle_has_no_risk_after(scorer):
    scored = score_batch(batch_of(claim(dx=["M54.9"], lines=[line("27096")])), scorer)
    fixes = fixes_of(scored, scorer).set_index("rule_id")
    assert np.isnan(fixes.loc["DX004", "denial_risk_after"])
    assert fixes.loc["DX004", "kind"] == "documentation"


def test_clean_claims_of_payers_and_providers_never_seen_are_not_flagged(scorer):
    visits = {
        "99213": "J020",
        "97110": "M25561",
        "80053": "E1165",
        "93000": "I4891",
        "17000": "L570",
        "90837": "F331",
        "92014": "H2513",
        "71046": "R05.9",
    }
    claims = [
        claim(
            claim_id=code, member_id=code, payer_id="ELSEWHERE", billing_npi="1679576722", lines=[line(code)], dx=[dx]
        )
        for code, dx in visits.items()
    ]
    scored = score_batch(batch_of(*claims), scorer)
    assert scored.findings.empty, scored.findings
    assert (scored.claims["denial_risk"] < BANDS["high"]).all(), scored.claims


def test_columns_that_a_file_does_not_have_are_no_mark_of_risk(scorer):
    bare = dict.fromkeys(column for column in CLEAN if column not in ("claim_id", "payer_id", "claim_kind"))
    sparse = [
        claim(claim_id=code, dx=[dx], lines=[line(code, pointers=())], total_charge_cents=None, **bare)
        for code, dx in {"99213": "I10", "83036": "E11.9", "64483": "M54.16", "97110": "M25.561"}.items()
    ]
    scored = score_batch(batch_of(*sparse), scorer)
    assert scored.findings.empty, scored.findings
    assert (scored.claims["denial_risk"] < BANDS["high"]).all(), scored.claims
