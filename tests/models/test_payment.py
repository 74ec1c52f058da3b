"""What payers allow of their charges: learnt, drawn together, and looked up."""

import json
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from models.payment import SOURCES, PaymentRatios, fit_payment_ratios
from models.storage import ARRAYS, DESCRIPTION, SUMS, load_model, save_model


def claims(**payers):
    """Claims of each payer: its type, true ratio, number of claims, and spread of the claims around the ratio."""
    rng = np.random.default_rng(5)
    parts = []
    for name, (kind, ratio, count, spread) in payers.items():
        charge = rng.uniform(5_000, 90_000, count).round()
        allowed = charge * np.clip(rng.normal(ratio, spread, count), 0, 1)
        amounts = {"allowed_cents": allowed, "allowed_of_cents": charge}
        parts.append(pd.DataFrame(amounts).assign(payer_id=name, payer_type=kind))
    return pd.concat(parts, ignore_index=True)


def ratio_of(fitted, payer, kind):
    (ratio,), (source,) = fitted.of(pd.Series([payer]), pd.Series([kind]))
    return ratio, SOURCES[source]


@pytest.fixture(scope="module")
def fitted():
    return fit_payment_ratios(
        claims(
            BIG=("commercial", 0.7, 800, 0.05),
            OTHER=("commercial", 0.5, 800, 0.05),
            SMALL=("commercial", 0.1, 6, 0.3),
            TINY=("commercial", 0.9, 3, 0.05),
            FEDERAL=("medicare", 0.35, 700, 0.05),
        )
    )


def test_a_payer_of_many_claims_has_its_own_ratio(fitted):
    assert ratio_of(fitted, "BIG", "commercial") == (pytest.approx(0.7, abs=0.01), "payer_id")
    assert ratio_of(fitted, "FEDERAL", "medicare") == (pytest.approx(0.35, abs=0.01), "payer_id")


def test_a_payer_of_few_unlike_claims_is_drawn_to_its_type(fitted):
    own = claims(SMALL=("commercial", 0.1, 6, 0.3))
    alone = own["allowed_cents"].sum() / own["allowed_of_cents"].sum()
    small, of_type = fitted.by_payer["SMALL"], fitted.by_type["commercial"]
    assert alone < small < of_type
    assert small - alone > 0.05


def test_what_is_not_known_falls_back_to_type_then_to_all_then_to_the_charge(fitted):
    assert "TINY" not in fitted.by_payer  # too few to be named in a model
    assert ratio_of(fitted, "TINY", "commercial") == (fitted.by_type["commercial"], "payer_type")
    assert ratio_of(fitted, "NEW", "tricare") == (fitted.overall, "overall")
    assert ratio_of(fitted, None, None) == (fitted.overall, "overall")
    assert ratio_of(PaymentRatios(), "BIG", "commercial") == (1.0, "charge")


def test_labels_without_amounts_teach_nothing():
    labels = claims(BIG=("commercial", 0.7, 50, 0.05))
    assert fit_payment_ratios(labels[["payer_id", "payer_type"]]) == PaymentRatios()
    assert fit_payment_ratios(labels.assign(allowed_cents=np.nan)) == PaymentRatios()
    assert fit_payment_ratios(labels.iloc[:0]) == PaymentRatios()


def test_payers_that_do_not_differ_share_one_ratio():
    alike = {f"P{n}": ("commercial", 0.5, 40, 0.2) for n in range(12)}
    fitted = fit_payment_ratios(claims(**alike))
    spread = np.ptp(list(fitted.by_payer.values()))
    own = claims(**alike).groupby("payer_id")[["allowed_cents", "allowed_of_cents"]].sum()
    assert spread < 0.5 * np.ptp(own["allowed_cents"] / own["allowed_of_cents"])


def test_exact_ratios_are_taken_as_they_are():
    fitted = fit_payment_ratios(claims(A=("commercial", 0.4, 9, 0.0), B=("commercial", 0.8, 9, 0.0)))
    assert fitted.by_payer == {"A": pytest.approx(0.4), "B": pytest.approx(0.8)}


def test_ratios_are_kept_with_the_model_and_a_model_of_before_has_none(trained, fitted, tmp_path):
    save_model(replace(trained.model, payment=fitted), tmp_path)
    assert load_model(tmp_path).payment == fitted
    described = json.loads((tmp_path / DESCRIPTION).read_text())
    del described["payment"]
    (tmp_path / DESCRIPTION).write_text(json.dumps(described))
    lines = [f"{sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n" for name in (DESCRIPTION, ARRAYS)]
    (tmp_path / SUMS).write_text("".join(lines))
    assert load_model(tmp_path).payment == PaymentRatios()


def test_claims_without_amounts_train_a_model_without_ratios(trained):
    assert trained.model.payment == PaymentRatios()
