"""A home of its own for a test that imports, and what it imports."""

from tests.reference.published.conftest import home, imported

__all__ = ["home", "imported"]
