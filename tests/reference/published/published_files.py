"""Files in the layouts that CMS publishes, with invented codes and rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

PTP_HEADER = (
    "Notice of somebody's rights.  All rights reserved.\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
)
#: Section of so many codes that a tabular list passes for a whole year's: 36 seventh characters each.
TABULAR_FILLER = "\n".join(
    [
        '<chapter><name>22</name><desc>Filler (U00-U99)</desc><section id="U00-U99"><desc>Filler (U00-U99)</desc>',
        *(
            f"<diag><name>U{at // 10}{at % 10}</name><desc>Filler {at}</desc><sevenChrDef>"
            + "".join(
                f'<extension char="{char}">as {char}</extension>' for char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            )
            + "</sevenChrDef>"
            + "".join(f"<diag><name>U{at // 10}{at % 10}.{leaf:X}</name><desc>Leaf</desc></diag>" for leaf in range(15))
            + "</diag>"
            for at in range(100)
        ),
        "</section></chapter>",
    ]
)


def diag(code: str, title: str, *within: str, **notes: str | Sequence[str]) -> str:
    """One code of a tabular list with its notes by element (``excludes1``, ``inclusionTerm`` …) and codes below it."""
    listed = {element: [texts] if isinstance(texts, str) else texts for element, texts in notes.items()}
    told = "".join(
        f"<{element}>{''.join(f'<note>{text}</note>' for text in texts)}</{element}>"
        for element, texts in listed.items()
    )
    return f"<diag>\n<name>{code}</name>\n<desc>{title}</desc>{told}\n" + "".join(within) + "</diag>\n"


def sevenths(**meanings: str) -> str:
    """Seventh characters of the codes at or below a code: ``sevenths(A="initial encounter")``."""
    extensions = "".join(f'<extension char="{char}">{words}</extension>' for char, words in meanings.items())
    return f"<sevenChrNote><note>Own words</note></sevenChrNote><sevenChrDef>{extensions}</sevenChrDef>"


def tabular_xml(*diags: str, version: str = "2028", section: str = "M50-M54", filler: str = "", notes: str = "") -> str:
    """A tabular list with one section, ``notes`` at its head."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<ICD10CM.tabular>\n<version>{version}</version>\n<introduction>'
        '<introSection type="title"><title>Own words</title></introSection></introduction>\n'
        "<chapter>\n<name>13</name>\n<desc>Chapter (A00-T99)</desc>\n"
        f'<sectionIndex><sectionRef first="A00" last="T99" id="{section}">Own words</sectionRef></sectionIndex>\n'
        f'<section id="{section}">\n<desc>Section ({section})</desc>{notes}\n{"".join(diags)}</section>\n</chapter>\n'
        f"{filler}\n</ICD10CM.tabular>\n"
    )


def write_tabular(folder: Path, *diags: str, year: int = 2028, **parts: str) -> Path:
    """A whole year's list."""
    path = folder / f"icd10cm_tabular_{year}.xml"
    parts = {"version": str(year), "filler": TABULAR_FILLER, "section": "A00-T99"} | parts
    path.write_text(tabular_xml(*diags, **parts), encoding="utf-8")
    return path


MUE_NOTICE = '"Notice of somebody\'s rights,\nover several lines",,,'


def ptp_text(*rows: str, header: Sequence[str] = PTP_HEADER) -> bytes:
    """Rows ``column 1 column 2 effective deletion indicator`` as a file of pairs."""
    body = []
    for row in rows:
        first, second, effective, deletion, indicator = row.split()
        body.append(f"{first}\t{second}\t\t{effective}\t{deletion}\t{indicator}\tSome reason")
    return ("\r\n".join([*header, *body]) + "\r\n").encode("latin-1")


def write_ptp(folder: Path, *rows: str, setting: str = "pra", release: str = "v323r0", parts: int = 2) -> list[Path]:
    """One quarter of pairs in several files, the rows dealt out in turn; every file has at least one."""
    filler = [f"ZZZZ{part} ZZZZ9 19960101 * 0" for part in range(parts)]
    paths = []
    for part in range(parts):
        path = folder / f"cci{setting}-{release}-f{part + 1}.txt"
        path.write_bytes(ptp_text(*rows[part::parts], filler[part]))
        paths.append(path)
    return paths


def write_mue(folder: Path, *rows: str, setting: str = "Practitioner Services", date: str = "10-01-2026") -> Path:
    """Rows ``code units indicator`` as a file of unit limits."""
    words = {"1": "1 Line Edit", "2": "2 Date of Service Edit: Policy", "3": "3 Date of Service Edit: Clinical"}
    header = f'"HCPCS/\nCPT Code",{setting} MUE Values,MUE Adjudication Indicator,MUE Rationale'
    body = [f"{code},{units},{words.get(mai, mai)},Some reason" for code, units, mai in map(str.split, rows)]
    path = folder / f"MCR_MUE_{setting.replace(' ', '')}_Eff_{date}.csv"
    path.write_text("\r\n".join([MUE_NOTICE, header, *body]) + "\r\n", encoding="latin-1", newline="")
    return path


def write_add_ons(folder: Path, *rows: str, quarter: str = "2026Q4") -> Path:
    """Rows ``add-on type primary effective deletion`` as a workbook of add-on edits; ``-`` is an empty cell."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Notice of somebody's rights"])
    sheet.append(
        [
            "Add-On Code",
            "AOC Edit Type",
            "Primary Code",
            "AOC Del Dt",
            "Primary Code Del Dt",
            "AOC Edit Eff Dt",
            "AOC Edit Del Dt",
        ]
    )
    for row in rows:
        add_on, kind, primary, effective, deletion = ("" if cell == "-" else cell for cell in row.split())
        sheet.append([add_on, kind, primary, "", "", effective, deletion])
    path = folder / f"AOC_V{quarter}-MCR.xlsx"
    book.save(path)
    return path


def write_fee_schedule(folder: Path, *rows: str, month: str = "Oct") -> Path:
    """Rows ``code modifier global bilateral [status [assistant co-surgeon team]]`` as a relative value file.

    ``-`` is an empty cell; indicators of surgeons that are not given are 9.
    """
    header = [
        "2026 National Physician Fee Schedule,,,,,,,,,",
        ",,,STATUS,GLOB,BILAT,ASST,CO-,TEAM,",
        "HCPCS,MOD,DESCRIPTION,CODE,DAYS,SURG,SURG,SURG,SURG,",
    ]
    body = []
    for row in rows:
        code, modifier, global_days, bilateral, *status = ("" if cell == "-" else cell for cell in row.split())
        surgeons = ",".join(status[1:] or "999")
        body.append(f"{code},{modifier},own words,{status[0] if status else 'A'},{global_days},{bilateral},{surgeons},")
    path = folder / f"PPRRVU2026_{month}.csv"
    path.write_text("\n".join([*header, *body]) + "\n", encoding="utf-8")
    return path


HCPCS_HEADER = ("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "COV", "ADD DT", "ACT EFF DT")
#: So many codes that a file passes for a whole one.
HCPCS_FILLER = [f"K{number:04d} 3 20200101 20200101 -" for number in range(5000)]


def hcpcs_rows(*rows: str) -> list[list[str]]:
    """Rows ``code record-id added acted ended`` as cells in the order of the columns, with filler behind them.

    ``-`` is an empty cell.
    """
    cells = []
    for row in (*rows, *HCPCS_FILLER):
        code, record_id, added, acted, ended = ("" if cell == "-" else cell for cell in row.split())
        cells.append([code, "00100", record_id, "Own words", "Words", "C", added, acted, ended, "N"])
    return cells


def write_hcpcs_csv(
    folder: Path, *rows: str, month: str = "OCT", year: int = 2026, header: Sequence[str] = HCPCS_HEADER
) -> Path:
    """An alpha-numeric file as a CSV, with a notice above its header."""
    lines = ["Notice of somebody's rights", "", ",".join([*header, "TERM DT", "ACTION CD"])]
    path = folder / f"HCPC{year}_{month}_ANWEB.csv"
    path.write_text("\r\n".join([*lines, *map(",".join, hcpcs_rows(*rows))]) + "\r\n", newline="")
    return path


def write_hcpcs_workbook(folder: Path, *rows: str) -> Path:
    """The same as a workbook, dates and record ids as numbers where they are such."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Notice of somebody's rights"])
    sheet.append([*HCPCS_HEADER, "TERM DT", "ACTION CD"])
    for row in hcpcs_rows(*rows):
        sheet.append([int(cell) if cell.isdecimal() and at != 1 else cell or None for at, cell in enumerate(row)])
    path = folder / "HCPC2026_OCT_ANWEB.xlsx"
    book.save(path)
    return path


def hcpcs_text(*rows: str) -> str:
    """The same in fixed columns, 320 characters a row, blanks at the end cut off."""
    lines = ["Notice of somebody's rights", "of several lines", ""]
    for code, number, record_id, words, short, _, added, acted, ended, action in hcpcs_rows(*rows):
        head = f"{code:>5}{number:>5}{record_id}{words:<80}{short:<28}"
        lines.append(f"{head:<268}{added:<8}{acted:<8}{ended:<8}{action}".rstrip())
    return "\r\n".join(lines) + "\r\n"


def write_hcpcs_text(folder: Path, *rows: str) -> Path:
    """A file of it."""
    path = folder / "HCPC2026_OCT_ANWEB.txt"
    path.write_text(hcpcs_text(*rows), newline="")
    return path
