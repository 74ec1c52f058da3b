import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.toml_lines import key_lines


def test_every_key_is_on_the_line_it_begins_on():
    text = '''# a comment
first = 1

list = [
  "a",  # of two
  "b = 2",
]
text = """
third = 3
[not a table]
"""
dotted.inner = true
"quoted key" = 'x'
inline = { one = 1, two = { three = 3 } }

[table]  # a heading
key = 1
[table.deeper]
key = 2
[[many]]
key = 3
[[many]]
key = 4
'''
    tomllib.loads(text)
    found = {".".join(path): line for path, line in key_lines(text).items()}
    assert found == {
        "first": 2,
        "list": 4,
        "text": 8,
        "dotted": 12,
        "dotted.inner": 12,
        "quoted key": 13,
        "inline": 14,
        "inline.one": 14,
        "inline.two": 14,
        "inline.two.three": 14,
        "table": 16,
        "table.key": 17,
        "table.deeper": 18,
        "table.deeper.key": 19,
        "many": 20,
        "many.key": 21,
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n", "a = 1\r\nb = 2\r\n", "\ta=1"])
def test_short_documents_are_read(text):
    assert [".".join(path) for path in key_lines(text)] == list(tomllib.loads(text))


@given(st.lists(st.sampled_from(["", "# c", 'x = "', "y = 1", "]", '"""']), max_size=6))
def test_what_is_no_document_ends_all_the_same(lines):
    assert len(key_lines("\n".join(lines))) <= 2
