"""The page about the claim CSV, docs/csv.md, from the table of its columns."""

from __future__ import annotations

import sys

from risk.readers.csv_headers import ambiguous_columns, column_groups

_INTRODUCTION = """\
# Claims as CSV

One row per service line; the columns of the claim repeat on each of its rows. Header names come in any order; case,
spaces and punctuation do not matter. Columns marked \\* are required. Columns that mean nothing here are ignored, and
named at the end of a run.

    claim_id,payer_id,dx_code_1,dx_code_2,procedure_code,modifier_1,line_charge,service_from_date,dx_pointers
    A-1001,60054,M54.16,M48.061,62323,,850.00,2026-10-02,1:2
    A-1001,60054,M54.16,M48.061,99213,25,140.00,2026-10-02,1

## How cells are read

- **Text** is UTF-8 (with or without a byte order mark), UTF-16 or Windows-1252; cells are separated by commas,
  semicolons, tabs or `|`; lines end as on any system; cells in quotes may hold line breaks. Files may be gzipped.
- **Dates** are `2026-10-02`, `20261002` or `10/2/2026` (month first). A time of day is accepted when it is midnight.
- **Money** is in dollars: `1234.5`, `1,234.50`, `$1234.50`. More than two decimals that are not zero cannot be read.
- **Diagnoses** are ICD-10-CM codes with or without the dot. The number of the column is the position that pointers
  count.
- **Pointers** are numbers apart from each other (`1:2`, `1,2`) or the letters of the CMS-1500 (`AB`); `12` is the
  twelfth.
- **Sex** is F, M or U, also written out. **Relationship** is the X12 code, or self, spouse, child.
- **Codes** are taken in upper case. A zero that a spreadsheet has dropped is put back in places of service (`2` is
  `02`), relationships and revenue codes (`250` is `0250`).
- A blank cell says nothing. `quantity` is 1 where the file has no such column, `service_to_date` is the first date,
  `total_charge` is the sum of the lines, `line_number` counts in file order.

## What is one claim

Rows with one claim id are one claim, wherever they stand. Where a line number repeats, the id was billed more than
once: lines that run up and start again are one claim each; in any other order the k-th row with a number belongs to
the k-th claim. Columns of the claim must say the same on all its rows, or be blank; place of service, rendering
provider and authorisation may differ from line to line, and the claim takes the first. A claim is institutional if it
has a type of bill, or revenue codes and no place of service.

## What cannot be read

Nothing is guessed and nothing is dropped. A value that cannot be read, a required value that is missing, columns of a
claim that contradict each other and a row with too many or too few cells reject the claim they belong to, with row (as
a spreadsheet numbers it, the header being row 1) and column; the other claims are read. Blank rows are skipped. A
required column that is missing, a header that could mean two columns, two headers for one column, and a quote that is
never closed stop the file, with one line that says where.

## Other headers: `--map FILE.toml`

    [columns]
    "Chg $" = "line_charge"
    "NPI" = "billing_npi"
    "Internal remark" = ""      # an empty name ignores the column

A mapped header comes before the names below. Each must stand in the file. What all your files call their columns may
stand in a table `[columns]` of `denial-risk.toml` instead (`configuration.md`); there a header counts in files that
have it.

## Columns and the headers that are recognised
"""


def csv_page() -> str:
    """Return docs/csv.md as it has to be."""
    parts = [_INTRODUCTION]
    for level, title in (("claim", "Of the claim"), ("line", "Of the line")):
        parts.append(f"### {title}\n\n| column | meaning | also recognised |\n|---|---|---|")
        for name, column, required in column_groups():
            if column.level == level:
                mark = r"\*" if required else ""
                synonyms = ", ".join(column.synonyms).replace("|", r"\|")
                parts.append(f"| `{name}`{mark} | {column.meaning.replace('|', chr(92) + '|')} | {synonyms} |")
        parts.append("")
    parts.append("In numbered columns the recognised headers carry the number: `Dx 1`, `Mod2`, `ICD-10 Code 3`.\n")
    parts.append("### Headers that could mean two columns\n\n| header | could be |\n|---|---|")
    parts += [f"| {header} | `{one}` or `{other}` |" for header, (one, other) in ambiguous_columns().items()]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(csv_page())
