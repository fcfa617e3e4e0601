"""Holds the C++ in the documentation to programs that are built: each ```cpp block stands, line for line, in a source below docs/examples.

    snippets_test.py <repository>
"""

import pathlib
import re
import sys


def lines_of(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def contains(lines, block):
    return any(lines[i:i + len(block)] == block for i in range(len(lines) - len(block) + 1))


def main():
    root = pathlib.Path(sys.argv[1])
    sources = [lines_of(path.read_text()) for path in sorted((root / "docs/examples").rglob("*")) if path.suffix in (".h", ".cc")]
    found = faults = 0
    for page in sorted((root / "docs").glob("*.md")):
        text = page.read_text()
        for block in re.finditer(r"^```cpp\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            found += 1
            if not any(contains(source, lines_of(block[1])) for source in sources):
                faults += 1
                line = text.count("\n", 0, block.start()) + 1
                print(f"{page.relative_to(root)}:{line}: this stands in no program below docs/examples")
    if not found:
        print("no C++ in the documentation")
    sys.exit(0 if found and not faults else 1)


if __name__ == "__main__":
    main()
