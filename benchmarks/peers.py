"""Other open readers, each in an environment of its own that is made when it is first needed.

A reader is timed inside its own process, from text or bytes in memory to what it makes of them; starting Python and
importing it do not count. An environment that cannot be made (no package index, no wheel for this system) is told.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: Where the environments lie; ``make clean`` removes them with the project's own.
FOLDER = Path(sys.prefix) / "peers"

_TIMED = """
import json, sys, time
data = open(sys.argv[1], "rb").read()
{before}
began = time.perf_counter()
found = {count}
print(json.dumps({{"seconds": time.perf_counter() - began, "found": found}}))
"""


@dataclass(frozen=True)
class Peer:
    """A package, what comes before the clock starts, and the expression that reads ``data`` and counts claims."""

    name: str
    requirement: str
    before: str
    count: str


CLAIM_READERS = (
    Peer("openx12", "openx12", "from openx12 import x837p\ntext = data.decode()", "len(x837p.parse(text).claims)"),
    Peer(
        "kw-x12-parser",
        "kw-x12-parser",
        "import kw_x12_parser\ntext = data.decode()",
        "len(kw_x12_parser.casual_parse_x837p(text))",
    ),
    Peer(
        "hccinfhir",
        "hccinfhir",
        "from hccinfhir.extractor import extract_sld\ntext = data.decode()",
        "len({row.claim_id for row in extract_sld(text, format='837')})",
    ),
    Peer(
        "pyx12",
        "pyx12>=4,<5",
        "import io\nfrom pyx12.x12file import X12Reader\ntext = data.decode()",
        "sum(one.get_seg_id() == 'CLM' for one in X12Reader(io.StringIO(text)))",
    ),
)
REMIT_READERS = (
    Peer("oxedi", "oxedi>=0.6,<1", "import oxedi", "len(oxedi.parse(data).tables.to_pandas()['claims'])"),
    Peer("openx12", "openx12", "from openx12 import x835\ntext = data.decode()", "len(x835.parse(text).claims)"),
)


class PeerError(Exception):
    """A reader that cannot be installed or does not read the file; the text says why, in one line."""


@cache
def interpreter(peer: Peer) -> Path:
    """The Python of a reader's environment, made if there is none."""
    folder = FOLDER / peer.name
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer.requirement, *_ALSO])
        (folder / "ready").touch()
    return python


#: What some readers import without requiring it.
_ALSO = ("pandas", "pyarrow")


def read_by(peer: Peer, path: Path) -> tuple[float, int]:
    """Seconds a reader takes for a file, and the claims it finds; raises :class:`PeerError`."""
    script = _TIMED.format(before=peer.before, count=peer.count)
    told = json.loads(_run([str(interpreter(peer)), "-c", script, str(path)]).splitlines()[-1])
    return told["seconds"], told["found"]


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerError((done.stderr.strip() or "no message").splitlines()[-1])
    return done.stdout
