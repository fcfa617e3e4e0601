"""The closing line of ./dev test counts what happened, whatever happened."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SUMMARY = pathlib.Path(__file__).with_name("summary.py")

CASE = '<testcase name="{}" status="run" result="completed">{}</testcase>'
SKIPPED_CASE = '<testcase name="skips" status="run" result="skipped"/>'


def google_test(passed=0, failed=0, skipped=0):
    cases = CASE.format("works", "") * passed + CASE.format("breaks", '<failure message="no"/>') * failed
    return f"<testsuites><testsuite>{cases}{SKIPPED_CASE * skipped}</testsuite></testsuites>"


class SummaryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def report(self, tests, **own):
        """`tests`: name -> ctest's status; `own`: name -> what the binary reports."""
        entries = "".join(f'<testcase name="{name}" status="{status}"/>' for name, status in tests.items())
        (self.folder / "ctest.xml").write_text(f"<testsuite>{entries}</testsuite>")
        for name, text in own.items():
            (self.folder / f"{name}.xml").write_text(text)

    def summarize(self, stages_failed=0):
        run = subprocess.run([sys.executable, SUMMARY, "--stages-failed", str(stages_failed), f"release={self.folder}"],
                             stdout=subprocess.PIPE, text=True)
        return run.stdout.splitlines()[-1], run.returncode

    def test_cases_of_binaries_are_counted_one_by_one(self):
        self.report({"storage": "run", "layering": "run"}, storage=google_test(passed=7))
        self.assertEqual(self.summarize(), ("8 passed, 0 failed", 0))

    def test_a_failed_case_fails(self):
        self.report({"storage": "fail"}, storage=google_test(passed=7, failed=2))
        self.assertEqual(self.summarize(1), ("7 passed, 2 failed", 1))

    def test_a_test_without_cases_of_its_own_counts_as_one(self):
        self.report({"layering": "fail", "format": "run"})
        self.assertEqual(self.summarize(1), ("1 passed, 1 failed", 1))

    def test_a_binary_that_dies_before_it_reports_fails(self):
        self.report({"storage": "fail", "api": "fail"}, api="<testsuites><tests")
        self.assertEqual(self.summarize(1), ("0 passed, 2 failed", 1))

    def test_a_binary_that_dies_after_it_reported_fails(self):
        self.report({"storage": "fail"}, storage=google_test(passed=7))
        self.assertEqual(self.summarize(1), ("7 passed, 1 failed", 1))

    def test_skipped_is_neither_passed_nor_failed(self):
        self.report({"storage": "run", "docker": "notrun"}, storage=google_test(passed=1, skipped=2))
        self.assertEqual(self.summarize(), ("1 passed, 0 failed", 0))

    def test_a_stage_without_a_report_fails(self):
        self.assertEqual(self.summarize(1), ("0 passed, 1 failed", 1))

    def test_a_stage_that_fails_beside_its_tests_fails(self):
        self.report({"layering": "run"})
        self.assertEqual(self.summarize(1), ("1 passed, 1 failed", 1))

    def test_fuzzers_are_counted(self):
        (self.folder / "json.outcome").write_text("pass\n")
        (self.folder / "number.outcome").write_text("fail\n")
        self.assertEqual(self.summarize(1), ("1 passed, 1 failed", 1))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
