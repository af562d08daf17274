"""Print the lowest versions that pyproject.toml allows, for pip: ``numpy==1.26.4`` and so on, one a line."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
#: What the tests need beside.
TEST_PACKAGES = ("pytest", "hypothesis")


def main() -> None:
    """Print them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    wanted += [Requirement(line) for line in project["optional-dependencies"]["dev"] if line.startswith(TEST_PACKAGES)]
    for requirement in wanted:
        lowest = [clause.version for clause in requirement.specifier if clause.operator == ">="]
        if requirement.marker is None or requirement.marker.evaluate():
            print(f"{requirement.name}=={lowest[0]}")


if __name__ == "__main__":
    main()
