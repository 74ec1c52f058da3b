"""The XML of the ICD-10-CM tabular list, read element by element; what is not in its layout is refused with the line.

Source of the layout: the files ``icd10cm_tabular_2026.xml`` of CDC/NCHS. ``ICD10CM.tabular`` holds a version, an
introduction and chapters; a chapter holds sections, a section categories, and these further ``diag`` elements, each
with a name (the code) and a desc (its title) before its notes and the codes below it. ``sevenChrDef`` gives the seventh
characters of every code at or below it, unless a nearer one does. No document type is declared, so that one that is can
only be there to do harm: entities are never expanded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from risk.errors import ReferenceDataError

ROOT = "ICD10CM.tabular"
#: Where the elements that make the tree may stand.
_WITHIN = {"chapter": (ROOT,), "section": ("chapter", "section"), "diag": ("section", "diag")}
_DEEPEST = 40  # elements within each other; the published lists have 12
_CODE = re.compile(r"[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{1,4})?")
_SECTION = re.compile(r"([A-Z][0-9A][0-9A-Z])(?:-([A-Z][0-9A][0-9A-Z]))?")
_CATEGORY, _LONGEST = 3, 7  # characters without the dot
_PLACEHOLDER = "X"
#: "7th characters D and S do not apply to codes in category S06 with 6th character 7 - …, or 8 - …": the one such note.
_NOT_APPLYING = re.compile(
    r"7th characters? (?P<sevenths>[0-9A-Z](?:(?:, | and |, and | or )[0-9A-Z])*) do(?:es)? not apply to codes in "
    r"(?:sub)?category (?P<code>[A-Z][0-9A-Z.]+?)-? with (?P<place>[456])th character (?P<characters>.+)"
)
_CHARACTER = re.compile(r"\b[0-9A-Z]\b(?=\s*(?:-|,|\.|and\b|or\b|$))")


@dataclass(frozen=True)
class _Exemption:
    """Seventh characters that some codes below a code do not take."""

    sevenths: frozenset[str]
    below: str
    place: int  # of the character that decides, from 0
    characters: frozenset[str]

    def holds_for(self, code: str) -> bool:
        return code.startswith(self.below) and code[self.place] in self.characters and code[-1] in self.sevenths


@dataclass(eq=False)
class TabularEntry:
    """A chapter, section or code of a list that was read: a :class:`risk.reference.icd10_build.TabularNode`.

    ``seven_chr_def`` has the meaning of each seventh character given here and the terms that stand with it.
    """

    type: str
    line: int
    name: str = ""
    description: str = ""
    children: list[TabularEntry] = field(default_factory=list)
    excludes1: list[str] = field(default_factory=list)
    inclusion_term: list[str] = field(default_factory=list)
    seven_chr_def: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Name without the dot."""
        return self.name.replace(".", "")


@dataclass(frozen=True, eq=False)
class TabularList:
    """A whole list: the year it says it is of, and its chapters, with a code for every seventh character."""

    version: str
    chapters: Sequence[TabularEntry]


def parse_tabular(data: bytes, name: str) -> TabularList:
    """Read a list.

    Raises :class:`ReferenceDataError` with the line for what is no XML, is cut, declares a document type or is not in
    the layout of the tabular list.
    """
    return _Reader(name).read(data)


class _Reader:
    """Builds the tree from the parser's events; ``entries`` and ``tags`` are open now, the outermost first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.tags: list[str] = []
        self.entries: list[TabularEntry] = []
        self.chapters: list[TabularEntry] = []
        self.lines: dict[str, int] = {}
        self.exemptions: list[_Exemption] = []
        self.version = ""
        self.text: list[str] = []
        self.take: Callable[[str], None] | None = None  # what becomes of the text of the element that is open
        self.taken_at = 0  # how many elements are open there
        self.seventh = ""

    def read(self, data: bytes) -> TabularList:
        try:
            self.parser.Parse(data, True)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise self.refused(
                f"XML that is whole and well formed: {what}", error.lineno, "download it again"
            ) from None
        except (LookupError, ValueError):
            raise self.refused("XML in an encoding such as UTF-8", 1, "download it again") from None
        if not self.chapters:
            raise self.refused("chapters", self.line, "is the file whole?")
        for chapter in self.chapters:
            _extend(chapter, {}, self.exemptions)
        return TabularList(self.version, self.chapters)

    @property
    def line(self) -> int:
        return self.parser.CurrentLineNumber

    def refused(self, expected: str, line: int | None = None, hint: str = "nothing was imported") -> ReferenceDataError:
        return ReferenceDataError(f"{self.name}, line {line or self.line}", f"expected {expected}", hint)

    def doctype(self, *_: object) -> None:
        raise self.refused("no document type: the tabular list declares neither that nor entities")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        within = self.tags[-1] if self.tags else ""
        if not self.tags and tag != ROOT:
            raise self.refused(f"{ROOT} as the first element")
        if within not in _WITHIN.get(tag, (within,)):
            raise self.refused(f"{tag} inside {' or '.join(_WITHIN[tag])}, it stands inside {within[:40]}")
        self.tags.append(tag)
        if len(self.tags) > _DEEPEST:
            raise self.refused(f"at most {_DEEPEST} elements within each other")
        if tag in _WITHIN:
            self.entries.append(TabularEntry(tag, self.line, name=attributes.get("id", "") if tag == "section" else ""))
        elif self.take is None and (take := self.reader_of(tag, attributes)) is not None:
            self.take, self.taken_at, self.text = take, len(self.tags), []

    def reader_of(self, tag: str, attributes: Mapping[str, str]) -> Callable[[str], None] | None:
        """What takes the text of an element; null where it is of no use."""
        if self.tags[:-1] == [ROOT] and tag == "version":
            return self.set_version
        if not self.entries or self.tags[-2 if tag in ("name", "desc") else -3] not in _WITHIN:
            return None
        entry, within = self.entries[-1], self.tags[-2]
        if tag == "name" and entry.type != "section":
            return self.set_name
        if tag == "desc":
            return self.set_description
        if tag == "extension" and within == "sevenChrDef":
            self.seventh = attributes.get("char", "")
            return self.set_seventh
        if tag == "note":
            readers = {
                "excludes1": entry.excludes1.append,
                "inclusionTerm": entry.inclusion_term.append,
                "sevenChrDef": self.add_seventh_term,
            }
            return readers.get(within, self.note)
        return None

    def characters(self, text: str) -> None:
        if self.take is not None:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if self.take is not None and len(self.tags) == self.taken_at:
            text = " ".join("".join(self.text).split())
            take, self.take = self.take, None
            if text:
                take(text)
        self.tags.pop()
        if tag in _WITHIN:
            self.close(self.entries.pop())

    def set_version(self, text: str) -> None:
        self.version = text

    def set_name(self, text: str) -> None:
        if self.entries[-1].name:
            raise self.refused("one name for each element")
        self.entries[-1].name = text

    def set_description(self, text: str) -> None:
        self.entries[-1].description = text

    def set_seventh(self, text: str) -> None:
        if not re.fullmatch("[0-9A-Z]", self.seventh) or self.seventh in self.entries[-1].seven_chr_def:
            raise self.refused("an extension with a char that is a letter or digit of its own")
        self.entries[-1].seven_chr_def[self.seventh] = text, []

    def add_seventh_term(self, text: str) -> None:
        if self.seventh not in self.entries[-1].seven_chr_def:
            raise self.refused("an extension before its note")
        self.entries[-1].seven_chr_def[self.seventh][1].append(text)

    def note(self, text: str) -> None:
        if match := _NOT_APPLYING.match(text):
            sevenths, characters = (_CHARACTER.findall(match[part]) for part in ("sevenths", "characters"))
            below, place = match["code"].replace(".", ""), int(match["place"]) - 1
            self.exemptions.append(_Exemption(frozenset(sevenths), below, place, frozenset(characters)))

    def close(self, entry: TabularEntry) -> None:
        """Check an entry that is whole now, and put it below the one around it."""
        if not entry.name:
            wanted = "an id" if entry.type == "section" else "a name"
            raise self.refused(f"{entry.type} with {wanted}", entry.line)
        if not entry.description:
            raise self.refused(f"{entry.type} {entry.name[:40]} with a desc", entry.line)
        if entry.type == "diag":
            self.close_code(entry)
        if entry.type == "section":
            self.check_section(entry)
        (self.entries[-1].children if self.entries else self.chapters).append(entry)

    def close_code(self, entry: TabularEntry) -> None:
        if not _CODE.fullmatch(entry.name):
            raise self.refused("a code such as M54.16 as the name of the diag", entry.line)
        if entry.name in self.lines:
            raise self.refused(f"each code once, {entry.name} is on line {self.lines[entry.name]} too", entry.line)
        self.lines[entry.name] = entry.line
        entry.type = "category" if len(entry.name) == _CATEGORY else "subcategory"
        for child in entry.children:
            if not child.code.startswith(entry.code) or child.code == entry.code:
                raise self.refused(f"codes that begin with {entry.name} below it, not {child.name}", child.line)

    def check_section(self, entry: TabularEntry) -> None:
        bounds = _SECTION.fullmatch(entry.name)
        if bounds is None:
            raise self.refused("section with an id such as M50-M54", entry.line)
        first, last = bounds[1][:2], (bounds[2] or bounds[1])[:2]  # C4A stands before C44: the third is not in order
        for child in entry.children:
            if child.type != "section" and not (child.type == "category" and first <= child.name[:2] <= last):
                raise self.refused(f"categories of {entry.name} in that section, not {child.name}", child.line)


def _extend(
    entry: TabularEntry, inherited: Mapping[str, tuple[str, list[str]]], exemptions: Sequence[_Exemption]
) -> None:
    """Put a code for each seventh character below the codes that take one; shorter codes are filled up with X."""
    characters = entry.seven_chr_def or inherited
    for child in entry.children:
        _extend(child, characters, exemptions)
    if entry.children or not characters or len(entry.code) >= _LONGEST or entry.type in ("chapter", "section"):
        return
    stem = entry.code.ljust(_LONGEST - 1, _PLACEHOLDER)
    entry.children = [
        TabularEntry("extended subcategory", entry.line, stem + seventh, f"{entry.description}, {meaning}")
        for seventh, (meaning, _) in characters.items()
        if not any(one.holds_for(stem + seventh) for one in exemptions)
    ]
    for child in entry.children:
        child.inclusion_term = list(characters[child.name[-1]][1])
