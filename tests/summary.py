"""Adds up what the stages of ./dev test ran and prints, as the last line, `N passed, N failed`.

    summary.py --stages-failed 0|1 <stage>=<folder of results>...

A folder holds ctest.xml (ctest's JUnit report), <test>.xml for those of its tests that are GoogleTest binaries and
count their cases themselves, or <name>.outcome (`pass` or `fail`, a fuzzer's). A stage that left nothing did not build or
did not start: that is one failure. Exits with 0 only where nothing failed.
"""

import argparse
import pathlib
import sys
import xml.etree.ElementTree as xml


def count_cases(report):
    """(passed, failed, skipped) of a GoogleTest binary's own report."""
    cases = list(xml.parse(report).getroot().iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None)
    skipped = sum(1 for case in cases if case.get("result") == "skipped" or case.get("status") == "notrun")
    return len(cases) - failed - skipped, failed, skipped


def count_ctest(folder):
    passed = failed = skipped = 0
    failures = []
    for test in xml.parse(folder / "ctest.xml").getroot().iter("testcase"):
        name, status = test.get("name"), test.get("status")
        own = folder / f"{name}.xml"
        try:
            counts = count_cases(own)
            if status == "fail" and counts[1] == 0:  # it died, or ran too long, beside its cases
                counts = (counts[0], 1, counts[2])
        except (FileNotFoundError, xml.ParseError):  # it counts no cases, or died before it could
            counts = (int(status == "run"), int(status == "fail"), int(status not in ("run", "fail")))
        passed, failed, skipped = passed + counts[0], failed + counts[1], skipped + counts[2]
        if counts[1]:
            failures.append(name)
    return passed, failed, skipped, failures


def count_outcomes(folder):
    outcomes = {path.stem: path.read_text().strip() for path in folder.glob("*.outcome")}
    failures = sorted(name for name, outcome in outcomes.items() if outcome != "pass")
    return len(outcomes) - len(failures), len(failures), 0, failures


def count(folder):
    if (folder / "ctest.xml").exists():
        return count_ctest(folder)
    counts = count_outcomes(folder)
    return counts if counts[0] + counts[1] else (0, 1, 0, ["did not build or did not start"])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--stages-failed", type=int, required=True)
    arguments.add_argument("stages", nargs="+")
    options = arguments.parse_args()
    passed = failed = 0
    for stage in options.stages:
        name, _, folder = stage.partition("=")
        stage_passed, stage_failed, skipped, failures = count(pathlib.Path(folder))
        passed, failed = passed + stage_passed, failed + stage_failed
        line = f"{name:8} {stage_passed:6} passed {stage_failed:6} failed"
        print(line + (f" {skipped:6} skipped" if skipped else "") + (f"  ({', '.join(failures)})" if failures else ""))
    if options.stages_failed and not failed:
        failed = 1
        print("a stage failed without naming a test")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
