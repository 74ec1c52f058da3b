"""Whether a note can be read: English or not, and which abbreviations are not known."""

import tomllib
from pathlib import Path

import pytest

from risk.notes.legibility import DOUBTFUL, NOT_ENGLISH, legibility

FOREIGN = {
    "Spanish": "Paciente con dolor lumbar de seis meses, irradiado a la pierna derecha. Fisioterapia sin mejoría.",
    "Portuguese": "Paciente com dor lombar há seis meses, irradiada para a perna direita. Fisioterapia sem melhora.",
    "French": "Douleur lombaire depuis six mois irradiant dans la jambe droite. Kinésithérapie sans amélioration.",
    "Italian": "Dolore lombare da sei mesi irradiato alla gamba destra. Fisioterapia senza miglioramento.",
    "German": "Rückenschmerzen seit sechs Monaten mit Ausstrahlung in das rechte Bein. Physiotherapie ohne Besserung.",
    "Dutch": "Lage rugpijn sinds zes maanden, uitstraling naar het rechter been. Fysiotherapie zonder effect.",
    "Polish": "Ból krzyża od sześciu miesięcy promieniujący do prawej nogi. Fizjoterapia bez poprawy.",
    "Russian": "Боль в пояснице в течение шести месяцев, отдаёт в правую ногу.",
    "Latin": "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.",
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_another_language_has_few_known_words(text):
    assert legibility(text).share < NOT_ENGLISH - 0.05


def test_every_gold_note_reads_as_english():
    for path in sorted(Path(__file__).parent.glob("gold_*.toml")):
        for note in tomllib.loads(path.read_text(encoding="utf-8"))["note"]:
            assert legibility(note["text"]).share >= DOUBTFUL, note["text"]


def test_capitals_and_telegraphic_style_read_as_english():
    assert legibility("FAILED 8 WKS PT NSAIDS; MRI L4-5 HNP, WILL SCHED TFESI").share > DOUBTFUL


def test_unknown_abbreviations_are_counted_and_placed_and_known_ones_are_not():
    text = "Pt s/p ESI, BP ok. QZX and WVB done, QZX repeated."
    found = legibility(text)
    assert found.unknown_abbreviations == 2
    assert [text[start:end] for start, end in found.unknown_abbreviation_places] == ["QZX", "WVB", "QZX"]


def test_in_a_note_in_capitals_an_abbreviation_is_what_has_no_vowel():
    assert legibility("PATIENT SMILED AND QZX WAS DONE").unknown_abbreviations == 1


def test_a_hundred_abbreviations_are_counted():
    letters = "BCDFGHJKLM"
    codes = [f"Q{a}{b}X" for a in letters for b in letters]
    assert legibility("The patient had pain. " + ", ".join(codes)).unknown_abbreviations == 100


def test_no_word_is_kept():
    assert "Zqxmarker" not in repr(legibility("Zqxmarker had pain."))
