"""What this machine needs before anything is installed: each missing thing is one line with its remedy on Debian 12.

Standard library only: it runs before the environment exists.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

NEEDS = (
    ("Java 17 or later", "java", ["-version"], 17, "apt-get install openjdk-17-jre-headless"),
    ("Maven", "mvn", ["--version"], 3, "apt-get install maven"),
    ("Node 20 or later", "node", ["--version"], 20, "install Node.js 20 (nodejs.org)"),
    ("npm", "npm", ["--version"], 9, "it comes with Node.js"),
)


def main() -> int:
    """The exit status: 0 when everything is there."""
    missing = [line for line in (_missing(*need) for need in NEEDS) if line]
    if not (3, 11) <= sys.version_info[:2] < (3, 13):
        missing.append("Python 3.11 or 3.12 is needed: apt-get install python3.11 python3.11-venv")
    for line in missing:
        print(line, file=sys.stderr)
    return 1 if missing else 0


def _missing(what: str, program: str, arguments: list[str], least: int, remedy: str) -> str:
    path = shutil.which(program)
    if path is None:
        return f"{what} is missing: {remedy}"
    answer = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)\.\d+", answer.stdout + answer.stderr)
    if found is None or int(found.group(1)) < least:
        return f"{what} is needed, {path} is older: {remedy}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
