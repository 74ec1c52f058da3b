"""The history store: past claims and what became of them, on disk, growing, and asked about some claims at a time.

files.py      where a store is, how it is told from other files, the database engine and what it says when it fails
layout.py     its tables
secret.py     the secret beside it, and the digests that stand for members, patients and submissions
frames.py     rows of the database as tables with the project's types, and back
adding.py     claims and remittances put into it, all or nothing
deciding.py   the outcomes of the claims that an addition may have changed
asking.py     past claims of the members of a batch; outcomes and services for its features
counting.py   what is in it, in numbers
"""

from risk.past.adding import Added, Update, updating
from risk.past.asking import StoredPast, open_past
from risk.past.counting import Contents, contents_of
from risk.past.files import default_store, is_store

__all__ = [
    "Added",
    "Contents",
    "StoredPast",
    "Update",
    "contents_of",
    "default_store",
    "is_store",
    "open_past",
    "updating",
]
