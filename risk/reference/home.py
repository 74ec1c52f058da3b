"""Where this tool keeps what it builds and what a user imports: never in the installed package.

    cache_folder()   compiled tables; safe to delete at any time
    data_folder()    imported reference tables and history; the user's, not safe to delete
    config_folder()  the user's denial-risk.toml; only read

All lie in the platform's user folders, or side by side under the folder that ``DENIAL_RISK_HOME`` names.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APPLICATION = "denial-risk"
HOME_VARIABLE = "DENIAL_RISK_HOME"


def cache_folder() -> Path:
    """Folder of what can be built again; it need not exist yet."""
    home = _home()
    return home / "cache" if home else platformdirs.user_cache_path(APPLICATION, appauthor=False)


def data_folder() -> Path:
    """Folder of imported reference tables and history; it need not exist yet."""
    home = _home()
    return home / "data" if home else platformdirs.user_data_path(APPLICATION, appauthor=False)


def config_folder() -> Path:
    """Folder of the user's own configuration; it need not exist."""
    home = _home()
    return home / "config" if home else platformdirs.user_config_path(APPLICATION, appauthor=False)


def _home() -> Path | None:
    named = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(named).expanduser() if named else None
