"""What payers allow of their charges: learnt by procedure, drawn together level by level, and looked up."""

import json
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest

from models.fit import Claims
from models.payment import PAID_COLUMNS, SOURCES, PaymentRatios, fit_payment_ratios
from models.services import services_of
from models.storage import ARRAYS, DESCRIPTION, SUMS, load_model, save_model
from risk.reference import load_reference


def lines(*groups):
    """Paid lines of groups: payer, type, family, procedure, true ratio, number of lines, spread around the ratio.

    Each line is one claim's only one.
    """
    rng = np.random.default_rng(5)
    parts = []
    for payer, kind, family, procedure, ratio, count, spread in groups:
        charge = rng.uniform(5_000, 90_000, count).round()
        allowed = charge * np.clip(rng.normal(ratio, spread, count), 0, 1)
        names = {"payer_id": payer, "payer_type": kind, "family": family, "procedure": procedure}
        parts.append(pd.DataFrame({"charge_cents": charge, "allowed_cents": allowed}).assign(**names))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(claim=range(len(table)))[list(PAID_COLUMNS)]


def of_payers(**payers):
    """Lines of one procedure."""
    return lines(*((name, kind, "visit", "99213", *rest) for name, (kind, *rest) in payers.items()))


def ratio_of(fitted, payer, kind, family=None, procedure=None):
    asked = {"payer_id": [payer], "payer_type": [kind], "family": [family], "procedure": [procedure]}
    (ratio,), (source,) = fitted.of(pd.DataFrame(asked, dtype="str"))
    return ratio, SOURCES[source]


@pytest.fixture(scope="module")
def fitted():
    return fit_payment_ratios(
        of_payers(
            BIG=("commercial", 0.7, 800, 0.05),
            OTHER=("commercial", 0.5, 800, 0.05),
            SMALL=("commercial", 0.1, 6, 0.3),
            TINY=("commercial", 0.9, 3, 0.05),
            FEDERAL=("medicare", 0.35, 700, 0.05),
        )
    )


@pytest.fixture(scope="module")
def by_procedure():
    """One payer that allows procedures differently, and a second one that does the same."""
    ratios = {("visit", "99213"): 0.8, ("visit", "99214"): 0.75, ("epidural", "62323"): 0.4, ("epidural", "64483"): 0.3}
    return lines(
        *(
            (payer, "commercial", family, procedure, ratio * level, 300, 0.04)
            for payer, level in (("P1", 1.0), ("P2", 0.7))
            for (family, procedure), ratio in ratios.items()
        ),
        ("P1", "commercial", "epidural", "62321", 0.9, 7, 0.3),
        ("P1", "commercial", "epidural", "64479", 0.9, 3, 0.0),
    )


def test_a_payer_of_many_claims_has_its_own_ratio(fitted):
    assert ratio_of(fitted, "BIG", "commercial") == (pytest.approx(0.7, abs=0.01), "payer_id")
    assert ratio_of(fitted, "FEDERAL", "medicare") == (pytest.approx(0.35, abs=0.01), "payer_id")


def test_a_payer_of_few_unlike_claims_is_drawn_to_its_type(fitted):
    own = of_payers(SMALL=("commercial", 0.1, 6, 0.3))
    alone = own["allowed_cents"].sum() / own["charge_cents"].sum()
    small, of_type = fitted.by_payer["SMALL"], fitted.by_type["commercial"]
    assert alone < small < of_type


def test_a_procedure_of_many_claims_has_the_payers_own_ratio(by_procedure):
    found = fit_payment_ratios(by_procedure)
    assert ratio_of(found, "P1", "commercial", "visit", "99213") == (pytest.approx(0.8, abs=0.01), "payer_procedure")
    assert ratio_of(found, "P2", "commercial", "epidural", "64483") == (
        pytest.approx(0.21, abs=0.01),
        "payer_procedure",
    )


def test_a_procedure_of_few_claims_is_drawn_to_its_family_and_one_of_fewer_takes_that(by_procedure):
    found = fit_payment_ratios(by_procedure)
    family, payer = found.by_family["P1"]["epidural"], found.by_payer["P1"]
    own = by_procedure[by_procedure["procedure"] == "62321"]
    alone = own["allowed_cents"].sum() / own["charge_cents"].sum()
    few = found.by_procedure["P1"]["62321"]
    assert family < few < alone
    assert "64479" not in found.by_procedure["P1"]
    assert ratio_of(found, "P1", "commercial", "epidural", "64479") == (family, "payer_family")
    assert ratio_of(found, "P1", "commercial", "imaging", "72148") == (payer, "payer_id")
    assert family < payer, "an epidural is allowed less of than a visit"


def test_the_noisier_the_lines_the_more_a_group_is_drawn_to_the_level_above():
    def drawn(spread):
        found = fit_payment_ratios(
            lines(
                *(("P1", "medicare", "visit", f"9921{n}", 0.4 + n / 20, 40, spread) for n in range(5)),
                ("P1", "medicare", "visit", "99291", 0.75, 6, 0.0),
            )
        )
        return found.by_procedure["P1"]["99291"]

    assert drawn(0.01) > 0.75 - 0.01
    assert drawn(0.35) < drawn(0.1) < drawn(0.01)


def test_what_is_not_known_falls_back_to_type_then_to_all_then_to_the_charge(fitted):
    assert "TINY" not in fitted.by_payer  # too few to be named in a model
    assert ratio_of(fitted, "TINY", "commercial") == (fitted.by_type["commercial"], "payer_type")
    assert ratio_of(fitted, "NEW", "tricare", "visit", "99213") == (fitted.overall, "overall")
    assert ratio_of(fitted, None, None) == (fitted.overall, "overall")
    assert ratio_of(PaymentRatios(), "BIG", "commercial") == (1.0, "charge")


def test_claims_are_counted_and_not_their_lines():
    repeated = of_payers(ONE=("medicare", 0.4, 3, 0.05), MANY=("medicare", 0.4, 300, 0.05))
    repeated = pd.concat([repeated, *[repeated[repeated["payer_id"] == "ONE"]] * 9], ignore_index=True)
    found = fit_payment_ratios(repeated)
    assert set(found.by_payer) == {"MANY"}
    assert found.claims == 303


def test_without_amounts_there_is_nothing_to_learn():
    some = of_payers(BIG=("commercial", 0.7, 50, 0.05))
    assert fit_payment_ratios(None) == PaymentRatios()
    assert fit_payment_ratios(some.iloc[:0]) == PaymentRatios()
    assert fit_payment_ratios(some.assign(charge_cents=0)) == PaymentRatios()


def test_lines_without_payer_or_procedure_teach_what_they_say():
    some = lines(("P1", "medicare", "visit", "99213", 0.5, 60, 0.02), ("P1", "medicare", None, None, 0.5, 60, 0.02))
    nameless = some.assign(payer_id=some["payer_id"].where(some.index < 60))
    found = fit_payment_ratios(nameless)
    assert found.claims == 120
    assert found.by_procedure["P1"].keys() == {"99213"}
    assert ratio_of(found, None, "medicare", "visit", "99213") == (found.by_type["medicare"], "payer_type")


def test_payers_that_do_not_differ_share_one_ratio():
    alike = {f"P{n}": ("commercial", 0.5, 40, 0.2) for n in range(12)}
    fitted = fit_payment_ratios(of_payers(**alike))
    own = of_payers(**alike).groupby("payer_id")[["allowed_cents", "charge_cents"]].sum()
    assert np.ptp(list(fitted.by_payer.values())) < 0.5 * np.ptp(own["allowed_cents"] / own["charge_cents"])


def test_exact_ratios_are_taken_as_they_are():
    found = fit_payment_ratios(of_payers(A=("commercial", 0.4, 9, 0.0), B=("commercial", 0.8, 9, 0.0)))
    assert found.by_payer == {"A": pytest.approx(0.4), "B": pytest.approx(0.8)}
    one = fit_payment_ratios(of_payers(A=("commercial", 0.4, 9, 0.0)))
    assert (one.overall, one.by_payer) == (pytest.approx(0.4), {"A": pytest.approx(0.4)})


def test_ratios_do_not_depend_on_the_order_of_the_lines(by_procedure):
    found, turned = fit_payment_ratios(by_procedure), fit_payment_ratios(by_procedure.iloc[::-1])
    assert turned.by_procedure == {name: pytest.approx(own) for name, own in found.by_procedure.items()}
    assert list(turned.by_procedure["P1"]) == list(found.by_procedure["P1"]), "the same model, byte by byte"


def test_a_facility_line_is_of_its_revenue_centre_and_a_practitioners_of_its_family():
    asked = {
        "procedure_code": ["62323", "99213", "62323", None, None],
        "revenue_center_code": [None, None, "0361", "0636", None],
    }
    found = services_of(pd.DataFrame(asked, dtype="str"), load_reference())
    assert found["procedure"].fillna("").tolist() == ["62323", "99213", "0361 62323", "0636 -", ""]
    assert found["family"].fillna("").tolist() == [
        "epidural_interlaminar",
        "office_visit",
        "revenue 036",
        "revenue 063",
        "",
    ]


def test_ratios_are_kept_with_the_model_and_a_model_of_before_has_none(trained, by_procedure, tmp_path):
    own = fit_payment_ratios(by_procedure)
    save_model(replace(trained.model, payment=own), tmp_path)
    assert load_model(tmp_path).payment == own
    described = json.loads((tmp_path / DESCRIPTION).read_text())

    def rewrite():
        (tmp_path / DESCRIPTION).write_text(json.dumps(described))
        sums = [f"{sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n" for name in (DESCRIPTION, ARRAYS)]
        (tmp_path / SUMS).write_text("".join(sums))

    for name in ("by_family", "by_procedure"):  # as models were stored that knew payers alone
        del described["payment"][name]
    rewrite()
    assert load_model(tmp_path).payment == replace(own, by_family={}, by_procedure={})
    del described["payment"]
    rewrite()
    assert load_model(tmp_path).payment == PaymentRatios()


def test_some_claims_take_their_own_lines_with_them():
    paid = of_payers(A=("commercial", 0.4, 6, 0.1)).assign(claim=[0, 1, 1, 2, 3, 3])
    table = pd.DataFrame({"denied": [0.0, 1.0, 0.0, 0.0]})
    some = Claims.of(table, None, table, {}, table, paid=paid).select(np.array([1, 3]))
    assert some.paid["claim"].tolist() == [0, 0, 1, 1]
    assert some.paid["charge_cents"].tolist() == paid["charge_cents"].iloc[[1, 2, 4, 5]].tolist()
    assert some.select(np.array([1])).paid["claim"].tolist() == [0, 0]


def test_claims_without_amounts_train_a_model_without_ratios(trained):
    assert trained.model.payment == PaymentRatios()
