"""Runs the tests of this folder and tells what happened in the form of lib/reporter.mjs: one JSON line for each test."""

import json
import pathlib
import sys
import unittest


class Reporter(unittest.TestResult):

    def _say(self, test, passed, error=None):
        line = {"name": str(test), "passed": passed}
        if error:
            line["error"] = self._exc_info_to_string(error, test)
        print(json.dumps(line), flush=True)

    def addSuccess(self, test):
        self._say(test, True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._say(test, False, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._say(test, False, err)


if __name__ == "__main__":
    here = str(pathlib.Path(__file__).parent)
    result = unittest.defaultTestLoader.discover(here).run(Reporter())
    sys.exit(0 if result.wasSuccessful() else 1)
