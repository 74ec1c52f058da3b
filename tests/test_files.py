import pytest

from risk.errors import InputError
from risk.files import written_whole
from risk.reports.output import output_file


def test_a_file_is_written_whole_and_replaces_the_old_one(tmp_path):
    path = tmp_path / "file"
    for content in ("old", "new"):
        with written_whole(path) as stream:
            stream.write(content)
    assert path.read_text() == "new"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_while_a_file_is_written_the_old_one_is_still_there(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with written_whole(path, binary=True) as stream:
        stream.write(b"new")
        assert path.read_text() == "old"


def test_a_failed_write_leaves_nothing_behind(tmp_path):
    with pytest.raises(TypeError), written_whole(tmp_path / "file") as stream:
        stream.writelines(["half", b"of another kind"])
    assert list(tmp_path.iterdir()) == []


def test_an_output_in_no_folder_is_a_clear_error(tmp_path):
    with pytest.raises(InputError, match="cannot write here"), output_file(tmp_path / "no" / "such" / "file"):
        pass
    (tmp_path / "taken").mkdir()
    with pytest.raises(InputError, match="cannot write here"), output_file(tmp_path / "taken"):
        pass
