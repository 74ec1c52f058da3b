import numpy as np
import pandas as pd
import pytest

from models import evaluate
from models.evaluate import metrics
from risk.reports.quality import quality_table


@pytest.fixture
def evaluation():
    rng = np.random.default_rng(3)
    risk = rng.uniform(0.01, 0.6, 400)
    denied = rng.random(400) < risk
    payers = pd.Series(np.where(np.arange(400) < 300, "LARGE", "SMALL"))
    return evaluate(risk, denied, payers, pd.Series(["commercial"] * 400))


def test_the_overall_figures_come_first_under_names_people_know(evaluation):
    lines = quality_table(evaluation).splitlines()
    assert lines[0].split() == ["claims", "400"]
    assert any(line.startswith("AUROC ") for line in lines)
    assert any(line.startswith("calibration error") for line in lines)


def test_every_payer_has_a_row_with_its_claims(evaluation):
    rows = quality_table(evaluation).split("\n\n")[1].splitlines()[1:]
    assert {tuple(row.split()[:2]) for row in rows} == {("LARGE", "300"), ("SMALL", "100")}


def test_a_figure_that_does_not_exist_is_a_dash(evaluation):
    evaluation.by_payer.loc[0, "auroc"] = np.nan
    assert "      -" in quality_table(evaluation)


def test_the_figures_of_the_truth_stand_beside_the_models_where_the_truth_is_known(evaluation):
    assert "AUROC of the truth" not in quality_table(evaluation)
    rng = np.random.default_rng(4)
    truth = rng.uniform(0.05, 0.5, 400)
    denied = rng.random(400) < truth
    evaluation.overall.update(metrics(truth, denied, truth))
    assert "AUROC of the truth" in quality_table(evaluation)
