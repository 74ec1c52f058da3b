import re
import sys
from dataclasses import replace

import pytest

from risk.claims.examples import batch_of, claim
from risk.errors import RuleError
from risk.reference import load_reference
from risk.rules import catalogue, example_failures, own_rules, ruleset_version, run_rules
from tests.rules.own_rule_files import HEAD, rule_file, rule_text


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, text in files.items():
            path = tmp_path / "rules" / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "rules"

    return write


def taken(path):
    return own_rules(path, catalogue())


def refusal(path, known=None):
    with pytest.raises(RuleError) as caught:
        own_rules(path, catalogue() if known is None else known)
    return str(caught.value)


def test_the_files_of_a_folder_are_rules_and_a_subfolder_is_their_category(folder):
    own = taken(folder(one=rule_file(), Contracts__two=rule_file(rule_id="OWN002")))
    assert {one.id: one.category for one in own.values()} == {"OWN001": "own", "OWN002": "contracts"}
    batch = batch_of(claim(), claim(payer_id="BAD"))
    found = run_rules(batch, load_reference(), own.values())
    assert found["rule_id"].tolist() == ["OWN001", "OWN002"]
    assert set(found["claim_key"]) == {1}
    assert set(found["message"]) == {"Payer BAD is not ours."}


def test_one_file_may_hold_several_rules_and_a_second_name_of_one_is_no_second_rule(folder):
    text = rule_file() + rule_text("OWN002", name="other_payer") + "\nagain = other_payer\n"
    assert list(taken(folder(both=text))) == ["OWN001", "OWN002"]


def test_a_rule_of_the_tool_that_a_file_imports_is_not_its_own(folder):
    text = rule_file() + "\nfrom risk.rules.registration.sex_missing import sex_missing\n"
    assert list(taken(folder(one=text))) == ["OWN001"]


def test_files_and_folders_with_an_underscore_are_left_alone(folder):
    own = taken(folder(one=rule_file(), _helper="raise KeyError", __init__="", _old__two="raise KeyError"))
    assert list(own) == ["OWN001"]


def test_the_catalogue_stays_as_it_is_and_nothing_is_written_to_the_folder(folder):
    before = dict(catalogue())
    path = folder(one=rule_file())
    taken(path)
    assert catalogue() == before
    assert "OWN001" not in catalogue()
    assert [one.name for one in path.rglob("*")] == ["one.py"]


def test_a_file_that_has_changed_is_read_anew(folder):
    assert taken(folder(one=rule_file()))["OWN001"].fix == "Bill another payer."
    changed = rule_file().replace("Bill another payer.", "Bill another plan..")
    first, second = (
        ruleset_version(load_reference(), taken(folder(one=rule_file())).values()),
        taken(folder(one=changed)),
    )
    assert second["OWN001"].fix == "Bill another plan.."
    assert ruleset_version(load_reference(), second.values()) != first


def test_what_a_rule_does_to_the_tables_is_seen_by_no_other(folder):
    body = '    batch.claims["payer_id"] = "BAD"\n    return batch.claims'
    own = taken(folder(one=rule_file(body=body), two=rule_file(rule_id="OWN002")))
    batch = batch_of(claim())
    assert run_rules(batch, load_reference(), own.values())["rule_id"].tolist() == ["OWN001"]
    assert batch.claims["payer_id"].tolist() == ["EXAMPLEPAYER"]


def test_a_warning_of_an_own_rule_is_not_shown(folder, recwarn):
    body = '    import warnings\n    warnings.warn(str(batch.claims["member_id"].tolist()))\n    return batch.claims'
    own = taken(folder(one=rule_file(body=body)))
    assert len(run_rules(batch_of(claim()), load_reference(), own.values())) == 1
    assert not recwarn.list


def test_an_id_of_the_tool_is_refused_and_both_rules_are_named(folder):
    message = refusal(folder(one=rule_file(rule_id="PTP001")))
    for part in ("one.py", "PTP001", "unwelcome_payer", "bundled_procedure_pair"):
        assert part in message


def test_an_id_of_two_own_rules_is_refused_and_both_files_are_named(folder):
    message = refusal(folder(one=rule_file(), two=rule_file(name="second")))
    for part in ("two.py", "OWN001", "second", "unwelcome_payer", "one.py"):
        assert part in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1\ny = (\n", "one.py, line 2: expected Python that can be imported, found SyntaxError"),
        ("x = 1\nsecret = {}['ZZMARKER']\n", "one.py, line 2: expected Python that can be imported, found KeyError"),
        ("import no_such_module_of_anybody\n", "one.py, line 1: .*ModuleNotFoundError"),
        ("from ._helper import x\n", "one.py, line 1: .*Error"),
        ("import sys\nsys.exit('ZZMARKER')\n", "one.py, line 2: .*SystemExit"),
        ("x = 'a\0b'\n", "one.py.*: expected Python that can be imported, found (SyntaxError|ValueError)"),
        (HEAD, "one.py: expected at least one rule"),
        (rule_file(rule_id="own1"), r"one.py, line \d+, rule own1 \(unwelcome_payer\): expected an id"),
        (rule_file(message="Member {member_id}"), "a message that names nothing identifying"),
        (rule_file(message="Born {subscriber_birth_date}"), "a message that names nothing identifying"),
        (rule_file().replace("Severity.DENY", '"grave"'), "a severity and a reason of their lists"),
        (rule_file(good='"nothing"'), "at least one good and one bad claim"),
    ],
)
def test_a_file_that_gives_no_rule_is_one_line_with_its_place_and_no_text_of_it(text, expected, folder):
    path = folder(one=text)
    message = refusal(path)
    assert re.search(expected, message), message
    assert "ZZMARKER" not in message
    assert "\n" not in message
    if "found" in message:  # not imported
        kept = [one for one in sys.modules.values() if getattr(one, "__file__", None) == str(path / "one.py")]
        assert kept == []


def test_a_folder_without_rules_is_refused(tmp_path):
    assert "at least one rule" in refusal(tmp_path)
    assert "expected a folder" in refusal(tmp_path / "nowhere")


def test_examples_that_hold_are_quiet(folder):
    (one,) = taken(folder(one=rule_file())).values()
    assert example_failures(one, load_reference(), catalogue()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"bad": "claim()"}, ["OWN001 bad example 1 draws no finding"]),
        ({"good": 'claim(), claim(payer_id="BAD")'}, ["OWN001 good example 2 draws a finding"]),
        (
            {"good": 'claim(payer_id="GOOD")', "body": '    return batch.claims[batch.claims["payer_id"] != "GOOD"]'},
            ["OWN001 the clean claim draws a finding"],
        ),
        (
            {"body": '    assert len(batch)\n    return batch.claims[batch.claims["payer_id"] == "BAD"]'},
            ["OWN001 a batch of no claims makes it fail (one.py:25): AssertionError"],
        ),
        ({"more": '\n    unless=["ZZZ999"],'}, ["OWN001 unless: there is no rule ZZZ999"]),
        ({"bad": 'claim(claim_id=None, payer_id="BAD")'}, ["OWN001 bad example 1 is no sound claim: claims.claim_id"]),
        (
            {"message": "{who}", "body": '    rows = batch.claims[batch.claims["payer_id"] == "BAD"]\n'
             '    return rows.assign(who=rows["member_id"])'},
            ["OWN001 bad example 1: its message identifies the patient"],
        ),
        (
            {"message": "{who}", "body": '    rows = batch.claims[batch.claims["payer_id"] == "BAD"]\n'
             '    return rows.assign(who="nan")'},
            ["OWN001 bad example 1: its message is not filled in"],
        ),
    ],
)  # fmt: skip
def test_an_example_that_does_not_hold_is_told(changes, expected, folder):
    (one,) = taken(folder(one=rule_file(**changes))).values()
    problems = example_failures(one, load_reference(), catalogue())
    assert len(problems) == len(expected)
    for problem, beginning in zip(problems, expected, strict=True):
        assert problem.startswith(beginning)


def test_a_rule_of_ones_own_may_look_at_past_claims_and_its_examples_hold_them(folder):
    text = rule_file(
        more="\n    history=True,",
        good='claim(), claim(past=[claim(payer_id="GOOD")])',
        bad='claim(past=[claim(payer_id="BAD")])',
        body='    return batch.claims[(past.claims["payer_id"] == "BAD").any() & batch.claims["claim_key"].ge(0)]',
    ).replace("(batch, reference):", "(batch, reference, past):")
    (one,) = taken(folder(one=text)).values()
    assert one.across_claims, "what it finds on a claim is not asked again of a repaired copy"
    assert example_failures(one, load_reference(), catalogue()) == []
    batch, bad = batch_of(claim(), claim()), batch_of(claim(payer_id="BAD"))
    assert run_rules(batch, load_reference(), [one]).empty
    assert run_rules(batch, load_reference(), [one], past=bad)["claim_key"].tolist() == [0, 1]
    forgetful = replace(one, bad=(claim(),))
    assert example_failures(forgetful, load_reference(), catalogue()) == ["OWN001 bad example 1 draws no finding"]
