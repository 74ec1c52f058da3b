from dataclasses import replace

import pytest

from risk.effects import (
    Effects,
    RuleEffect,
    keep_own_effects,
    own_effects,
    read_effects,
    shipped_effects,
    written_effects,
)
from risk.effects.files import own_effects_path
from risk.errors import InputError
from risk.rules import select_rules

EFFECTS = Effects(
    source="labels.parquet",
    synthetic=False,
    claims=900,
    denied=100,
    basis="abc123",
    measured="2026-11-01",
    rules={
        "PTP001": RuleEffect(900, 40, 30),
        "REG001": RuleEffect(900, 0, 0),
        "DX004": RuleEffect(900, 4, 1),
        "DX005": RuleEffect(900, 5, 0),
    },
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path))
    return tmp_path


def test_what_is_written_is_read_again():
    assert read_effects(written_effects(EFFECTS), "x") == EFFECTS
    synthetic = replace(EFFECTS, synthetic=True, measured="")
    assert read_effects(written_effects(synthetic), "x") == synthetic


def test_the_shipped_effects_are_of_every_rule_that_runs():
    shipped = shipped_effects()
    assert shipped.synthetic
    assert shipped.claims >= 50_000
    assert 0.05 < shipped.denied_share < 0.2
    fired = [one for one in shipped.rules.values() if one.fired]
    assert len(fired) > len(shipped.rules) / 2
    assert set(shipped.rules) == {one.id for one in select_rules()}


def test_the_users_own_effects_are_those_kept_last(home):
    assert own_effects() is None
    keep_own_effects(replace(EFFECTS, claims=10_000))
    assert keep_own_effects(EFFECTS) == own_effects_path()
    assert own_effects_path().is_relative_to(home)
    assert own_effects().rules["PTP001"] == RuleEffect(900, 40, 30)


def test_small_counts_of_the_users_claims_are_not_kept(home):
    keep_own_effects(EFFECTS)
    kept = own_effects().rules
    assert (kept["DX004"].fired, kept["DX004"].fired_denied) == (None, None)
    assert (kept["REG001"].fired, kept["DX005"].fired) == (0, 5)
    assert "DX004,,\n" in own_effects_path().read_text("utf-8")


@pytest.mark.parametrize("name", ["two\nlines.csv", "odd\u2028name.csv", "not text \udcff.csv", "a: b # c.csv"])
def test_any_file_name_can_be_told(name, home):
    keep_own_effects(replace(EFFECTS, source=name))
    assert own_effects() == replace(
        EFFECTS.without_small_counts(), source=" ".join(name.replace("\udcff", "\\udcff").split())
    )


WRITTEN = written_effects(EFFECTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufffd\ufffd",
        WRITTEN.replace("# claims: 900\n", ""),
        WRITTEN.replace("# claims: 900", "# claims: many"),
        WRITTEN.replace("PTP001,40,30", "PTP001,40"),
        WRITTEN.replace("PTP001,40,30", "PTP001,30,40"),
        WRITTEN.replace("PTP001,40,30", "PTP001,901,30"),
        WRITTEN.replace("rule_id,fired,fired_denied", "rule_id,fired"),
    ],
)
def test_a_damaged_file_is_one_line_that_says_where_and_what_to_do(text, home):
    own_effects_path().parent.mkdir()
    own_effects_path().write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"rule_effects\.csv.*train --data"):
        own_effects()


def test_a_file_that_is_no_text_is_damaged_too(home):
    own_effects_path().parent.mkdir()
    own_effects_path().write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="measured effects"):
        own_effects()
