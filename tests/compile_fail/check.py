"""Programs that misuse the modelling layer must not compile, and the first error must say what is wrong.

    check.py <repository> <compiler>

The first line of each program is a comment with a regular expression for the compiler's first error.
"""

import concurrent.futures
import pathlib
import re
import subprocess
import sys

FLAGS = ["-std=c++20", "-fsyntax-only", "-Wno-ambiguous-reversed-operator"]


def first_error(root, compiler, program):
    run = subprocess.run([compiler, *FLAGS, f"-I{root}", program], capture_output=True, text=True)
    if run.returncode == 0:
        return None
    errors = [line for line in run.stderr.splitlines() if re.search(r"\b(fatal )?error:", line)]
    return errors[0] if errors else run.stderr


def check(root, compiler, program):
    """What is wrong with the program's errors; None: nothing."""
    wanted = program.read_text().splitlines()[0].removeprefix("// ")
    found = first_error(root, compiler, program)
    if found is None:
        return f"{program.name} compiles"
    # Expectations that are no regular expression are found as they stand.
    if wanted in found or re.search(wanted, found):
        return None
    return f"{program.name}: the first error should say\n    {wanted}\nbut is\n    {found}"


def main():
    root, compiler = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    folder = root / "tests/compile_fail"
    right = subprocess.run([compiler, *FLAGS, f"-I{root}", "-x", "c++", folder / "school.h"], capture_output=True, text=True)
    if right.returncode != 0:
        sys.exit(f"the models themselves do not compile:\n{right.stderr}")
    programs = sorted(folder.glob("*.cc"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        faults = [fault for fault in pool.map(lambda program: check(root, compiler, program), programs) if fault]
    print(*faults, f"{len(programs)} programs, {len(faults)} faults", sep="\n")
    sys.exit(1 if faults or not programs else 0)


if __name__ == "__main__":
    main()
