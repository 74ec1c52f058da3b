import gzip

import pandas as pd
import pytest

from risk.errors import ReferenceDataError
from risk.reference import icd10_build
from risk.reference.icd10 import load_icd10
from risk.reference.icd10_build import lifecycle_bytes, read_lifecycle
from risk.reference.icd10_cache import cached_tables
from tests.reference.icd10_shared import oracle

HEADER = ",".join(icd10_build.LIFECYCLE_COLUMNS)


def small_tables():
    return {"nodes": pd.DataFrame({"code": ["M5416"], "billable": [True]}), "notes": pd.DataFrame({"at": ["M54"]})}


class Compiler:
    """Counts how often it was asked."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return small_tables()


def test_what_was_compiled_once_is_read_from_then_on(tmp_path):
    compiler = Compiler()
    first, second = cached_tables(tmp_path / "kept", compiler), cached_tables(tmp_path / "kept", compiler)
    assert compiler.calls == 1
    for name, table in small_tables().items():
        pd.testing.assert_frame_equal(first[name], second[name])
        pd.testing.assert_frame_equal(second[name], table)


@pytest.mark.parametrize("damage", ["cut", "flip", "remove", "manifest", "empty manifest"])
def test_a_damaged_cache_is_built_again(tmp_path, damage):
    compiler, folder = Compiler(), tmp_path / "kept"
    cached_tables(folder, compiler)
    file = folder / "nodes.parquet"
    content = file.read_bytes()
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        file.write_bytes(content[:30] + bytes([content[30] ^ 1]) + content[31:])
    elif damage == "remove":
        file.unlink()
    else:
        (folder / "manifest.json").write_text("{}" if damage == "empty manifest" else "no json")
    rebuilt = cached_tables(folder, compiler)
    assert compiler.calls == 2
    pd.testing.assert_frame_equal(rebuilt["nodes"], small_tables()["nodes"])
    cached_tables(folder, compiler)
    assert compiler.calls == 2


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(tmp_path):
    in_the_way = tmp_path / "a-file"
    in_the_way.write_text("not a folder")
    compiler = Compiler()
    for _ in range(2):
        tables = cached_tables(in_the_way / "kept", compiler)
        pd.testing.assert_frame_equal(tables["nodes"], small_tables()["nodes"])
    assert compiler.calls == 2


def test_nothing_but_the_cache_is_left_behind(tmp_path):
    cached_tables(tmp_path, Compiler())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "nodes.parquet", "notes.parquet"]


def test_two_loads_are_of_one_version_and_equal():
    one, two = load_icd10(), load_icd10()
    assert one.version == two.version
    pd.testing.assert_frame_equal(one.nodes, two.nodes)


def test_another_release_of_the_tabular_list_is_refused(monkeypatch):
    monkeypatch.setattr(icd10_build, "version", lambda _: "1.4.0")
    with pytest.raises(ReferenceDataError, match=r"expected release 1\.5\.0"):
        icd10_build.compile_icd10()


@pytest.mark.parametrize(
    "content", ["", "code,kind\nM545,billable\n", f"{HEADER}\nM545,billable,,,,,Pain\nM545,billable,,,,,Pain\n"]
)
def test_a_lifecycle_table_of_another_form_is_refused(content):
    with pytest.raises(ReferenceDataError, match=r"icd10cm_lifecycle\.csv"):
        read_lifecycle(content.encode())


def test_the_lifecycle_table_says_where_it_comes_from_and_is_consistent():
    content = lifecycle_bytes()
    assert content.startswith(b"# ICD-10-CM codes")
    assert b"Source: " in content
    lifecycle = read_lifecycle(content)
    for begin, end in (("from_earliest", "from_latest"), ("to_earliest", "to_latest"), ("from_latest", "to_earliest")):
        both = lifecycle[[begin, end]].dropna()
        assert (both[begin] <= both[end]).all(), (begin, end)


def test_every_code_of_the_published_editions_lives_from_and_to_the_published_dates():
    icd10 = load_icd10()
    with gzip.open(oracle("icd10cm_billable_lifecycle.csv.gz"), "rt") as file:
        published = pd.read_csv(file, dtype="str")
    published["code"] = published["code"].str.replace(".", "")
    nodes = icd10.nodes[icd10.nodes["billable"]].set_index("code")
    assert set(nodes.index) == set(published["code"])
    ended = published.set_index("code")["valid_to"].str[-10:]
    last = nodes["to_latest"].dt.strftime("%Y-%m-%d").reindex(ended.index)
    differing = ended.index[(ended.fillna("") != last.fillna(""))]
    assert list(differing) == ["M545"]  # known to the day: 2021-09-30
    assert (nodes["description"] == published.set_index("code")["description"].reindex(nodes.index)).mean() > 0.99
