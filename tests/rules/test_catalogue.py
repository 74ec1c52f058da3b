from pathlib import Path

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.errors import RuleError
from risk.reference import load_reference
from risk.rules import _catalogue, catalogue, rule, ruleset_version, run_rules, select_rules
from risk.rules._rule import Reason, Severity


def declared(**changes):
    facts = {
        "severity": Severity.DENY,
        "reason": Reason.CODING,
        "carc": "4",
        "cite": "A source",
        "message": "Line {line_number} is wrong.",
        "fix": "Mend it.",
        "fix_kind": "data",
        "good": [claim()],
        "bad": [claim()],
    }

    def broken_thing(batch, reference):
        """A defect.

        Why it is one.
        """
        return batch.service_lines

    broken_thing.__module__ = "risk.rules.coding.broken_thing"
    return rule("TST001", **(facts | changes))(broken_thing)


def test_a_rule_knows_its_category_from_its_folder_and_its_title_from_its_docstring():
    one = declared()
    assert (one.category, one.title, one.explanation) == ("coding", "A defect", "Why it is one.")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cite": ""}, "citation"),
        ({"good": []}, "good"),
        ({"payer_types": ["martian"]}, "payer types"),
        ({"message": "Member {member_id}"}, "identifying"),
    ],
)
def test_a_rule_that_is_declared_halfway_is_refused(changes, expected):
    with pytest.raises(RuleError, match=expected):
        declared(**changes)


def test_a_rule_holds_only_for_its_payers():
    batch = batch_of(claim(payer_type="medicare"), claim(payer_type="commercial"), claim(payer_type=None))
    found = run_rules(batch, load_reference(), [declared(payer_types=["medicare"])])
    assert found["claim_key"].tolist() == [0]


def test_a_void_claim_draws_rejects_only():
    void = batch_of(claim(claim_frequency_code="8"))
    assert run_rules(void, load_reference(), [declared()]).empty
    assert len(run_rules(void, load_reference(), [declared(severity=Severity.REJECT)])) == 1


def test_a_finding_is_dropped_where_its_prerequisite_already_fired():
    first = declared()
    second = rule(
        "TST002",
        severity=first.severity,
        reason=first.reason,
        carc="4",
        cite="x",
        message="m",
        fix="f",
        fix_kind="data",
        good=[claim()],
        bad=[claim()],
        unless=["TST001"],
    )(first.query)
    found = run_rules(batch_of(claim()), load_reference(), [first, second])
    assert found["rule_id"].tolist() == ["TST001"]
    assert run_rules(batch_of(claim()), load_reference(), [second])["rule_id"].tolist() == ["TST002"]


def test_rules_are_chosen_by_id_prefix_or_category():
    an_id = next(iter(catalogue()))
    assert [one.id for one in select_rules([an_id])] == [an_id]
    category = catalogue()[an_id].category
    assert {one.category for one in select_rules([category])} == {category}
    assert an_id not in {one.id for one in select_rules(ignore=[an_id])}


def test_a_word_that_matches_no_rule_is_an_error_that_says_what_to_do():
    with pytest.raises(RuleError, match="denial-risk rule"):
        select_rules(["XYZ999"])


def test_the_ruleset_version_depends_on_the_rules_chosen_and_not_on_their_order():
    reference = load_reference()
    everything = ruleset_version(reference)
    assert everything == ruleset_version(reference, reversed(select_rules()))
    assert everything != ruleset_version(reference, select_rules(ignore=[next(iter(catalogue()))]))


def test_the_ruleset_version_depends_on_the_reference_data(tmp_path):
    terms = tmp_path / "terms.toml"
    terms.write_text('[[timely_filing]]\npayer = "One"\nnames = ["One"]\ndays = 90\nsource = "contract"\n')
    assert ruleset_version(load_reference(terms)) != ruleset_version(load_reference())


def test_the_ruleset_version_depends_on_what_rules_share(monkeypatch):
    before = ruleset_version(load_reference(), [])
    read = Path.read_bytes
    touched = {"_units.py": 0, "lexicon.py": 0, "procedures.py": 0, "terms.toml": 0}

    def read_and_change(path):
        changed = path.name == changing
        touched[path.name] = touched.get(path.name, 0) + changed
        return read(path) + (b" " if changed else b"")

    monkeypatch.setattr(Path, "read_bytes", read_and_change)
    for changing in ("_units.py", "lexicon.py", "procedures.py", "terms.toml"):
        _catalogue._shared_digest.cache_clear()
        assert ruleset_version(load_reference(), []) != before, changing
        assert touched[changing] == 1
    monkeypatch.undo()
    _catalogue._shared_digest.cache_clear()
    assert ruleset_version(load_reference(), []) == before


def test_findings_come_by_claim_then_line_then_rule():
    batch = batch_of(
        claim(lines=[line("62323"), line("64483")]), claim(dx=["M54.5"]), claim(dx=["M54.5"], billing_npi="1234567890")
    )
    found = run_rules(batch, load_reference())
    order = list(zip(found["claim_key"], found["line_number"].fillna(0), found["rule_id"], strict=True))
    assert order == sorted(order)
    assert set(found["claim_key"]) == {0, 1, 2}
