"""Options that take several files at once: ``--claims A B C`` means ``--claims A --claims B --claims C``."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


class SeveralValues(TyperCommand):
    """A command whose repeatable options take every word up to the next option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeat the option before each of its words, and let the parser do the rest."""
        repeatable = {name for one in self.params if getattr(one, "multiple", False) for name in one.opts}
        written: list[str] = []
        option, free = "", False
        for word in args:
            if word.startswith("-") and word != "-":
                option, free = word.split("=")[0], "=" in word
            elif option in repeatable and free:
                written.append(option)
            else:
                free = True
            written.append(word)
        return super().parse_args(ctx, written)
