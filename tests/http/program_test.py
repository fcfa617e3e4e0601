"""The program from outside: what it prints, how it stops, what it exits with.

    program_test.py <binary>
"""

import json
import pathlib
import select
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

BINARY = pathlib.Path(sys.argv[1])
DEADLINE_S = 30


def run(*arguments, **options):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE_S, **options)


class ProgramTest(unittest.TestCase):
    def start(self, *arguments):
        server = subprocess.Popen([BINARY, "--port", "0", "--in-memory", *map(str, arguments)], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.stderr.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        ready = json.loads(server.stdout.readline())
        self.assertEqual(ready["ready"], True)
        self.assertEqual(ready["pid"], server.pid)
        return server, ready["endpoint"]

    def connect(self, endpoint):
        host, port = endpoint.removeprefix("http://").split(":")
        client = socket.create_connection((host, int(port)), DEADLINE_S)
        self.addCleanup(client.close)
        return client

    def test_it_says_where_it_listens_and_stops_in_order(self):
        for stop in (signal.SIGTERM, signal.SIGINT):
            server, endpoint = self.start()
            self.assertEqual(run("--health-check", endpoint).returncode, 0)
            server.send_signal(stop)
            self.assertEqual(server.wait(DEADLINE_S), 0)
            self.assertEqual(server.stdout.read(), "", "nothing but the one line is printed")
            self.assertIn("listening on " + endpoint, server.stderr.read())
            self.assertEqual(run("--health-check", endpoint).returncode, 1)

    def test_a_second_signal_stops_it_at_once(self):
        server, endpoint = self.start("--stop-grace-ms", DEADLINE_S * 1000 * 10)
        client = self.connect(endpoint)
        # A request that never becomes complete would hold the server for the grace period.
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\nPOST / HTTP/1.1\r\n")
        self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 200"))
        server.send_signal(signal.SIGTERM)
        while "stopping" not in server.stderr.readline():
            pass
        self.assertIsNone(server.poll())
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(DEADLINE_S), -signal.SIGTERM)

    def test_quiet_says_only_where_it_listens(self):
        server, _ = self.start("--quiet")
        server.terminate()
        self.assertEqual(server.wait(DEADLINE_S), 0)
        self.assertEqual(server.stderr.read(), "")

    def test_it_refuses_what_it_does_not_know(self):
        for arguments in (["--colour"], ["-foo"], ["serve"], ["--port", "many"]):
            refused = run(*arguments)
            self.assertEqual(refused.returncode, 2, arguments)
            self.assertEqual(refused.stdout, "")
            self.assertIn(arguments[0], refused.stderr)
            self.assertIn("--help", refused.stderr)

    def test_it_says_what_to_do_where_the_port_is_taken(self):
        _, endpoint = self.start()
        refused = run("--in-memory", "--port", endpoint.rsplit(":", 1)[1])
        self.assertEqual(refused.returncode, 1)
        self.assertEqual(refused.stdout, "")
        self.assertIn("--port", refused.stderr)

    def test_help_and_version_go_to_standard_output(self):
        for argument in ("--help", "-help", "--version", "-version"):
            shown = run(argument)
            self.assertEqual((shown.returncode, shown.stderr), (0, ""), argument)
            self.assertIn("odestone", shown.stdout)

    def test_it_keeps_its_data_where_it_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            server = subprocess.Popen([BINARY, "-port", "0", "-dbPath", folder, "--quiet"], stdout=subprocess.PIPE)
            self.addCleanup(server.stdout.close)
            self.addCleanup(server.kill)
            self.assertTrue(select.select([server.stdout], [], [], DEADLINE_S)[0], "not ready")
            server.terminate()
            self.assertEqual(server.wait(DEADLINE_S), 0)
            self.assertNotEqual(list(pathlib.Path(folder).iterdir()), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
