"""denial-risk.toml: what it may say, which of two files wins, and what is said of a file that is wrong."""

import re

import pytest

from risk.configuration import Configuration, chosen_rules, known_rules, load_configuration
from risk.errors import ConfigurationError, DenialRiskError, RuleError
from risk.reference import load_reference
from risk.rules import Severity, catalogue, ruleset_version, select_rules
from tests.rules.own_rule_files import rule_file


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "config"


@pytest.fixture
def folder(tmp_path, home, monkeypatch):
    """The working folder, with the means to write files in it."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


def write(place, text):
    place.mkdir(parents=True, exist_ok=True)
    (place / "denial-risk.toml").write_text(text)


def with_own_rule(place, **changes):
    (place / "ours").mkdir(parents=True, exist_ok=True)
    (place / "ours" / "one.py").write_text(rule_file(**changes))


def test_without_a_file_all_is_as_it_comes(folder):
    assert load_configuration() == Configuration()
    assert known_rules(Configuration()) == catalogue()
    assert chosen_rules(Configuration()) == select_rules()


def test_paths_are_relative_to_the_file(folder, home):
    write(home, 'payer_terms = "terms.toml"\n')
    (home / "terms.toml").touch()
    write(folder, 'rules_folder = ["ours", "ours/"]\n')
    with_own_rule(folder)
    read = load_configuration()
    assert read.payer_terms == home / "terms.toml"
    assert read.rules_folders == (folder / "ours",)
    assert load_configuration(folder) == read


def test_the_working_folders_file_wins_key_by_key(folder, home):
    write(home, 'select = ["PTP"]\nignore = ["DX"]\n[severity]\nDX004 = "deny"\nPTP001 = "reject"\n')
    write(folder, 'select = ["LAT", "registration"]\n[severity]\nPTP001 = "review"\n')
    read = load_configuration()
    assert (read.select, read.ignore) == (("LAT", "registration"), ("DX",))
    assert read.severity == {"DX004": Severity.DENY, "PTP001": Severity.REVIEW}
    assert read.place("severity.DX004") == f"{home / 'denial-risk.toml'}, line 4, severity.DX004"
    assert read.place("severity.PTP001") == f"{folder / 'denial-risk.toml'}, line 3, severity.PTP001"


def test_an_empty_list_takes_a_list_back(folder, home):
    write(home, 'ignore = ["DX"]\n')
    write(folder, "ignore = []\n")
    assert chosen_rules(load_configuration()) == select_rules()


def test_one_file_for_both_is_read_once(folder, home, monkeypatch):
    write(home, 'ignore = ["DX"]\n')
    monkeypatch.chdir(home)
    assert load_configuration().ignore == ("DX",)


def test_a_file_with_a_byte_order_mark_is_read(folder):
    (folder / "denial-risk.toml").write_bytes(b'\xef\xbb\xbfignore = ["DX"]\n')
    assert load_configuration().ignore == ("DX",)


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("x = [", "end of document", "valid TOML"),
        ("\nx = y", "line 2, column 5", "valid TOML"),
        (
            "colour = 1",
            "colour",
            "expected one of payer_terms, rules_folder, select, ignore, severity, thresholds, queues",
        ),
        ("payer_terms = 3", "payer_terms", "path of a file"),
        ('payer_terms = " "', "payer_terms", "path of a file"),
        ('payer_terms = "nowhere.toml"', "payer_terms", r"expected a file, and \S+nowhere.toml is none"),
        ('payer_terms = "~nobody-of-this-name/x"', "payer_terms", "expected a file"),
        ("rules_folder = true", "rules_folder", "path of a folder"),
        ('rules_folder = ["ours", 2]', "rules_folder", "path of a folder"),
        ('rules_folder = "nowhere"', "rules_folder", r"expected a folder, and \S+nowhere is none"),
        ('select = "DX"', "select", "a list of rule ids"),
        ("ignore = [1]", "ignore", "a list of rule ids"),
        ('ignore = [""]', "ignore", "a list of rule ids"),
        ('select = ["ZZZ9"]', "select, 'ZZZ9'", "a rule id, prefix or category"),
        ('ignore = ["ZZZ9"]', "ignore, 'ZZZ9'", "a rule id, prefix or category"),
        ('severity = "deny"', "severity", r"a table \[severity\]"),
        ('[severity]\nDX004 = "grave"', "severity.DX004", "expected one of reject, deny, review"),
        ("[severity]\nDX004 = [1]", "severity.DX004", "expected one of reject, deny, review"),
        ('[severity]\nZZZ999 = "deny"', "severity.ZZZ999", "expected the id of a rule"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key_in_one_line(text, key, expected, folder):
    write(folder, text)
    with pytest.raises(ConfigurationError) as caught:
        known_rules(load_configuration())
    message = str(caught.value)
    assert re.match(rf"{re.escape(str(folder / 'denial-risk.toml'))}, (line \d+, )?({key}): ", message), message
    assert re.search(expected, message), message
    assert "\n" not in message


def test_a_file_that_is_no_text_or_no_file_is_told(folder):
    (folder / "denial-risk.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="expected UTF-8 text"):
        load_configuration()
    (folder / "denial-risk.toml").unlink()
    (folder / "denial-risk.toml").mkdir()
    with pytest.raises(ConfigurationError, match="expected a readable file"):
        load_configuration()


def test_own_rules_are_known_chosen_and_given_severities_and_the_catalogue_is_not_touched(folder):
    with_own_rule(folder)
    write(folder, 'rules_folder = "ours"\n[severity]\nOWN001 = "review"\nDX004 = "reject"\n')
    known = known_rules(load_configuration())
    assert list(known) == sorted([*catalogue(), "OWN001"])
    assert (known["OWN001"].severity, known["DX004"].severity) == (Severity.REVIEW, Severity.REJECT)
    assert [one.id for one in chosen_rules(load_configuration(), ["OWN"])] == ["OWN001"]
    assert [one.id for one in chosen_rules(load_configuration(), ["own"])] == ["OWN001"]
    assert "OWN001" not in catalogue()
    assert catalogue()["DX004"].severity is not Severity.REJECT


def test_two_folders_may_not_have_one_id(folder):
    with_own_rule(folder)
    with_own_rule(folder / "more")
    write(folder, 'rules_folder = ["ours", "more/ours"]\n')
    with pytest.raises(RuleError, match="OWN001: expected an id of its own"):
        known_rules(load_configuration())


def test_options_win_over_the_file():
    read = Configuration(select=("PTP", "DX"), ignore=("DX004",))

    def ids(**options):
        return {one.id for one in chosen_rules(read, **options)}

    def of(*prefixes, without=()):
        return {one for one in catalogue() if one.startswith(prefixes) and one not in without}

    assert ids() == of("PTP", "DX", without=["DX004"])
    assert ids(ignore=["PTP001"]) == of("PTP", "DX", without=["PTP001"])
    assert ids(select=["DX004"]) == {"DX004"}
    assert ids(select=["DX"], ignore=["DX001"]) == of("DX", without=["DX001"])


def test_lists_that_leave_no_rule_are_refused():
    read = Configuration(select=("DX004",), ignore=("DX",))
    with pytest.raises(DenialRiskError, match="at least one rule to be left"):
        chosen_rules(read)


def test_a_configuration_made_in_python_names_its_keys():
    with pytest.raises(ConfigurationError, match=r"severity\.ZZZ999: expected the id of a rule"):
        known_rules(Configuration(severity={"ZZZ999": Severity.DENY}))
    with pytest.raises(ConfigurationError, match="select, 'ZZZ': expected a rule id"):
        known_rules(Configuration(select=("ZZZ",)))


def test_another_severity_is_another_ruleset():
    as_it_comes = ruleset_version(load_reference(), chosen_rules(Configuration()))
    assert as_it_comes == ruleset_version(load_reference())
    changed = Configuration(severity={"DX004": Severity.REJECT})
    assert ruleset_version(load_reference(), chosen_rules(changed)) != as_it_comes
