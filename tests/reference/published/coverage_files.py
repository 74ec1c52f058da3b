"""An export of the coverage database in its published layout, with invented articles, contractors and codes."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

CHANGED = "2026-09-24 10:11:12"
KEY = ["article_id", "article_version"]
CONTRACTOR = ["contractor_id", "contractor_type_id", "contractor_version"]
#: Columns of every table that is written, in the published order.
HEADERS = {
    "article": [
        *KEY,
        "article_type",
        "title",
        "article_pub_date",
        "article_eff_date",
        "article_end_date",
        "description",
        "other_comments",
        "sad_url",
        "status",
        "last_updated",
        "article_rev_end_date",
        "date_retired",
        "display_id",
    ],
    "article_x_hcpc_code": [
        *KEY,
        "hcpc_code_id",
        "hcpc_code_version",
        "hcpc_code_group",
        "range",
        "last_updated",
        "long_description",
        "short_description",
    ],
    "article_x_icd10_covered": [
        *KEY,
        "icd10_code_id",
        "icd10_code_version",
        "icd10_covered_group",
        "range",
        "last_updated",
        "sort_order",
        "description",
        "asterisk",
    ],
    "article_x_icd10_noncovered": [
        *KEY,
        "icd10_code_id",
        "icd10_code_version",
        "icd10_noncovered_group",
        "range",
        "last_updated",
        "sort_order",
        "description",
    ],
    "article_x_icd10_covered_group": [*KEY, "icd10_covered_group", "paragraph", "last_updated", "icd10_covered_ast"],
    "article_x_icd10_noncovered_group": [*KEY, "icd10_noncovered_group", "paragraph", "last_updated"],
    "article_x_contractor": [*KEY, "article_type", *CONTRACTOR, "last_updated"],
    "article_x_primary_jurisdiction": [*KEY, "state_id", "last_updated"],
    "article_x_urls": [*KEY, "url_type_id", "url_id", "url", "url_name", "sort_order", "last_updated"],
    "article_related_documents": [*KEY, "related_num", "r_lcd_id", "r_lcd_version", "last_updated"],
    "contractor": [*CONTRACTOR, "contractor_bus_name", "contractor_number", "state_id", "status", "last_updated"],
    "contractor_jurisdiction": [*CONTRACTOR, "state_id", "last_updated", "active_date", "term_date"],
    "contractor_type_lookup": ["contractor_type_id", "description"],
    "state_lookup": ["state_id", "state_abbrev", "description"],
    "update_period": ["period_id", "begin_date", "dis_end_date"],
}
STATES = {
    7: ("CO", "Colorado"),
    39: ("NM", "New Mexico"),
    41: ("NY", "New York - Entire State"),
    63: ("DN", "New York - Downstate"),
    65: ("UN", "New York - Upstate"),
}
TYPES = {8: "MAC - Part A", 9: "MAC - Part B", 10: "A and B and HHH MAC", 11: "DME MAC", 12: "HHH MAC"}
#: Contractors by id: type, and the states they have.
CONTRACTORS = {
    500: (9, (7, 39)),
    501: (8, (7, 39)),
    510: (10, (63,)),
    511: (10, (63, 65)),
    520: (11, (7, 39)),
    530: (12, (7,)),
}


@dataclass
class Article:
    """One article of an export; groups are numbered by their place, diagnoses with or without the dot."""

    number: int = 58403
    version: int = 5
    procedures: tuple[str, ...] = ("95910",)
    covered: tuple[tuple[str, ...], ...] = (("G56.01", "M54.12"),)
    never: tuple[tuple[str, ...], ...] = ()
    paragraphs: tuple[str, ...] = ()
    never_paragraphs: tuple[str, ...] = ()
    contractors: tuple[int, ...] = (500, 501)
    effective: str = "2026-01-01 00:00:00"
    ends: str = ""
    status: str = "A"
    changed: str = CHANGED
    primary: tuple[int, ...] = ()
    cells: dict[str, str] = field(default_factory=dict)


def tables_of(*articles: Article) -> dict[str, list[list[str]]]:
    """Rows of every table, the header first."""
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in HEADERS}
    for one in articles:
        key = {"article_id": one.number, "article_version": one.version, "last_updated": one.changed}
        told = {"article_eff_date": one.effective, "article_end_date": one.ends, "status": one.status}
        words = {"title": 'Own "words"', "description": "<p>Own words, over\r\nlines</p>"}
        rows["article"].append({**key, **told, **words, **one.cells})
        rows["article_x_urls"].append(key)
        for code in one.procedures:
            own = {"hcpc_code_id": code, "hcpc_code_group": 1, "range": "N", "long_description": "Own words, plain"}
            rows["article_x_hcpc_code"].append({**key, **own})
        lists = (("covered", one.covered, one.paragraphs), ("noncovered", one.never, one.never_paragraphs))
        for name, groups, paragraphs in lists:
            for number, codes in enumerate(groups, start=1):
                group = {f"icd10_{name}_group": number}
                own = [{**key, **group, "icd10_code_id": code, "range": "N", "asterisk": "N"} for code in codes]
                rows[f"article_x_icd10_{name}"] += own
                paragraph = paragraphs[number - 1] if number <= len(paragraphs) else ""
                rows[f"article_x_icd10_{name}_group"].append({**key, **group, "paragraph": paragraph})
        for contractor in one.contractors:
            rows["article_x_contractor"].append({**key, **_contractor(contractor)})
        rows["article_x_primary_jurisdiction"] += [{**key, "state_id": state} for state in one.primary]
    for contractor, (_, states) in CONTRACTORS.items():
        rows["contractor"].append({**_contractor(contractor), "state_id": states[0]})
        active = {"active_date": "2015-10-01 00:00:00"}
        rows["contractor_jurisdiction"] += [{**_contractor(contractor), "state_id": one, **active} for one in states]
    rows["contractor_type_lookup"] = [{"contractor_type_id": one, "description": text} for one, text in TYPES.items()]
    rows["state_lookup"] = [
        {"state_id": one, "state_abbrev": letters, "description": name} for one, (letters, name) in STATES.items()
    ]
    return {
        name: [HEADERS[name], *([str(row.get(column, "")) for column in HEADERS[name]] for row in own)]
        for name, own in rows.items()
    }


def _contractor(number: int) -> dict[str, object]:
    return dict(zip(CONTRACTOR, (number, CONTRACTORS[number][0], 1), strict=True))


def csv_text(rows: list[list[str]]) -> str:
    """Rows as a CSV with CR LF."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def csvs_of(*articles: Article) -> dict[str, bytes]:
    """Files of an export by name, in Latin-1."""
    return {f"{name}.csv": csv_text(rows).encode("latin-1") for name, rows in tables_of(*articles).items()}


def write_csvs(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """Files of an export, unpacked."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def write_export(path: Path, files: dict[str, bytes], *, nested: bool = True) -> Path:
    """The archive as published: the CSVs in an archive inside, beside a text; or in a folder of it."""
    inner = _zipped({(name if nested else f"{path.stem}_csv/{name}"): content for name, content in files.items()})
    path.write_bytes(_zipped({f"{path.stem}_csv.zip": inner, "ReadMe.txt": b"Own words\r\n"}) if nested else inner)
    return path


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
