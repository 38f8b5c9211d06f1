"""Where the desk's files lie when nobody says otherwise. Vaults stay on this computer: never roaming."""

from pathlib import Path

import platformdirs

_NAME = "liaison-desk"


def data_folder() -> Path:
    """Return the folder of the user's data on this computer, which need not exist yet."""
    return Path(platformdirs.user_data_path(_NAME, appauthor=False, roaming=False))


def sample_folder() -> Path:
    """Return the folder in which ``demo`` keeps its sample vault and the sample supervisor's folder."""
    return data_folder() / "sample"
