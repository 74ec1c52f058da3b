import json

import pytest

from risk.reports.printable import json_safe, printable


@pytest.mark.parametrize(
    ("character", "shown"),
    [("\x1b", "\\x1b"), ("\x9b", "\\x9b"), ("\x7f", "\\x7f"), ("\u202e", "\\u202e"), ("\udcff", "\\udcff")],
)
def test_what_a_terminal_would_act_on_is_shown_as_its_escape(character, shown):
    assert printable(f"a{character}b") == f"a{shown}b"


def test_lines_and_letters_stay():
    assert printable("añ漢😀\nb → c") == "añ漢😀\nb → c"


def test_json_keeps_its_meaning_and_its_line():
    text = json.dumps({"claim_id": "A\x1b\x85\u2028\u2029\u202eé"}, ensure_ascii=False)
    safe = json_safe(text)
    assert json.loads(safe) == json.loads(text)
    assert len(safe.splitlines()) == 1
    assert "é" in safe
