import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from risk.claims.examples import claim, line
from risk.reports import page
from risk.reports.page import worklist_page
from risk.reports.records import claim_records
from risk.reports.summary import QUEUE_ORDER, summarize
from risk.reports.xlsx import BAND_COLOURS

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\" onmouseover='x' `",
    "A&amp;B",
    "@@DATA@@",
    "A\u2028\u2029\x1b\x00\u202eB",
    "Ü漢😀 __proto__",
]


class Elements(HTMLParser):
    """Start tags with their attributes, and the text of each kind of element."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self._open = [], {}, []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "link", "input", "img", "br"):
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)


def page_of(scored, fixes, keys=None):
    return worklist_page(scored, fixes, range(len(scored.batch)) if keys is None else keys)


def data_of(text):
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(data)


def test_the_page_holds_the_records_of_json_lines_riskiest_first(three):
    data = data_of(page_of(*three))
    records = sorted(claim_records(*three, range(3)), key=lambda record: -record["denial_risk"])
    assert [one | {"versions": data["versions"]} for one in data["claims"]] == records


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_claim_says_is_never_markup(text, score):
    plain = Elements(page_of(*score(claim(claim_id="A", payer_name="B"))))
    shown = page_of(*score(claim(claim_id=text, payer_name=text)))
    elements = Elements(shown)
    assert [tag for tag, _ in elements.tags] == [tag for tag, _ in plain.tags]
    assert [sorted(attributes) for _, attributes in elements.tags] == [sorted(own) for _, own in plain.tags]
    assert [one["claim_id"] for one in data_of(shown)["claims"]] == [text]
    assert shown.count("</script>") == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u2029\u202e]", shown)


def test_names_of_payers_are_shown_as_they_are(score):
    text = page_of(*score(claim(payer_name='A & <b>"B"</b>', payer_id="P1")))
    assert "A &amp; &lt;b&gt;&quot;B&quot;&lt;/b&gt; (P1)" in text


def test_only_the_pages_own_script_and_style_may_run(three):
    text = page_of(*three)
    (policy,) = [
        unescape(own["content"])
        for tag, own in Elements(text).tags
        if tag == "meta" and own.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for kind, pattern in (("script-src", r"<script>(.*?)</script>"), ("style-src", r"<style>(.*?)</style>")):
        (own,) = re.findall(pattern, text, re.DOTALL)
        assert rules[kind] == f"'sha256-{b64encode(sha256(own.encode()).digest()).decode()}'"
    assert set(rules) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}


def test_nothing_is_loaded_from_elsewhere(three):
    text = page_of(*three)
    assert not re.search(r"(?i)https?:|//[a-z]|@import|url\(|\bsrc=", text.replace("// ", ""))
    assert all(own.get("href", "#").startswith("#") for _, own in Elements(text).tags)
    assert not any("style" in own or any(name.startswith("on") for name in own) for _, own in Elements(text).tags)


def test_the_script_makes_no_markup_of_text():
    script = (files("risk.reports") / "data" / "worklist.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(", script)


def test_the_summary_says_what_the_claims_add_up_to(three):
    text, summary = page_of(*three), summarize(*three, range(3))
    assert f"<dt>At stake</dt><dd>${summary.total.dollars:,.0f}</dd>" in text
    assert "<dt>Claims</dt><dd>3</dd>" in text
    for one in (*summary.bands, *summary.queues, *summary.payers, *summary.reasons):
        name = one.name.replace("_", " ") if one not in summary.payers else one.name
        (row,) = re.findall(rf'<tr><th scope="row">(?:<span[^>]*>)?{re.escape(name)}<.*?</tr>', text)
        assert f"${one.dollars:,.0f}<" in row
        assert row.endswith(f'<td class="number">{one.claims:,}</td></tr>')
    for fix in summary.fixes:
        assert fix.rule_id in text


def test_the_summary_says_how_many_claims_their_fixes_take_below_and_on_what_condition(three):
    text, summary = worklist_page(*three, range(3), threshold=0.4), summarize(*three, range(3))
    assert summary.mendable.conditional == 2
    assert "<dt>Mendable to below 40%</dt><dd>2<" in text
    assert "2 of them only under a condition" in text
    assert data_of(text)["threshold"] == 0.4
    (panel,) = re.findall(r"<h3>Top fixes</h3>.*?</section>", text, re.DOTALL)
    assert panel.count("if what it requires is so") == sum(fix.conditional > 0 for fix in summary.fixes) > 0


def test_the_longest_bar_is_the_most_at_stake(three):
    text, summary = page_of(*three), summarize(*three, range(3))
    panel = re.search(r"<h3>At stake by queue</h3>.*?</section>", text)[0]
    widths = [float(width) for width in re.findall(r'class="value" width="([\d.]+)"', panel)]
    most = max(one.dollars for one in summary.queues)
    assert widths == [pytest.approx(100 * one.dollars / most, abs=0.05) for one in summary.queues]
    assert len(widths) == len(QUEUE_ORDER)


def test_a_page_has_the_riskiest_claims_and_says_how_many_more_there_are(score, monkeypatch):
    monkeypatch.setattr(page, "CLAIMS_SHOWN", 2)
    lines = [line("99213"), line("97110", pointers=())]
    scored, fixes = score(
        *(claim(claim_id=f"CLEAN{n}", member_id=f"C{n}") for n in range(3)),
        claim(claim_id="POINTLESS", lines=lines, member_id="P"),
    )
    text = page_of(scored, fixes)
    assert [one["claim_id"] for one in data_of(text)["claims"]] == ["POINTLESS", "CLEAN0"]
    assert "The 2 riskiest of 4 claims." in text
    assert "2 more are not in this list" in text
    assert "<dt>Claims</dt><dd>4</dd>" in text


@pytest.mark.parametrize(("keys", "said"), [([], "0 claims"), ([1], "1 claim,"), ([0, 1, 2], "All 3 claims")])
def test_a_page_of_all_claims_says_that_it_has_all(keys, said, three):
    text = page_of(*three, keys)
    assert said in text
    assert "not in this list" not in text
    assert len(data_of(text)["claims"]) == len(keys)


def test_the_same_claims_give_the_same_bytes(three):
    assert page_of(*three) == page_of(*three)


def test_every_place_of_the_template_is_filled(three):
    assert not re.search("@@[A-Z_]+@@", page_of(*three))


def test_tables_and_controls_have_names(three):
    elements = Elements(page_of(*three))
    assert all("scope" in own for tag, own in elements.tags if tag == "th")
    html = next(own for tag, own in elements.tags if tag == "html")
    assert html["lang"] == "en"
    assert sum(tag == "label" for tag, _ in elements.tags) == sum(
        tag in ("input", "select") for tag, _ in elements.tags
    )
    assert sum("aria-sort" in own for _, own in elements.tags) == 8


def luminance(colour):
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(scheme):
    style = (files("risk.reports") / "data" / "worklist.css").read_text()
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", re.findall(r":root \{(.*?)\}", style, re.DOTALL)[scheme]))
    pairs = [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("page", "card")]
    pairs += [(f"{band}-ink", band) for band in ("low", "medium", "high", "critical")]
    assert min(contrast(colours[ink], colours[ground]) for ink, ground in pairs) >= 4.5  # WCAG 2.2, 1.4.3
    pairs += [("up", "page")]
    marks = [("bar", "track"), ("up", "track"), ("down", "track"), ("focus", "page")]
    assert min(contrast(colours[mark], colours[ground]) for mark, ground in marks) >= 3  # 1.4.11


@pytest.mark.parametrize("band", BAND_COLOURS)
def test_so_it_does_in_the_workbook(band):
    fill, letters = BAND_COLOURS[band]
    assert contrast(f"#{fill}", f"#{letters}") >= 4.5
