"""Holds README.md to the repository: the files it names exist, and its example in process is the one that is built.

    readme_test.py <repository>
"""

import pathlib
import re
import sys


def main():
    root = pathlib.Path(sys.argv[1])
    text = (root / "README.md").read_text()
    faults = []
    for row in re.findall(r"^\| .*\| (.+) \|$", text, re.MULTILINE):
        folder = pathlib.Path()
        for name in re.findall(r"`([a-z_/]+(?:/|\.(?:h|cc|py|md)))`", row):
            # `server/expression/update.cc`, `condition.cc`: a bare name is beside the file before it.
            path = pathlib.Path(name) if "/" in name else folder / name
            folder = path if name.endswith("/") else path.parent
            if not (root / path).exists():
                faults.append(f"no file {path}")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        if not (root / link).exists():
            faults.append(f"no file {link}")
    if (root / "docs/examples/in_process/main.cc").read_text().strip() not in text:
        faults.append("the example is not docs/examples/in_process/main.cc")
    for fault in faults:
        print(f"README.md: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
