"""Runs the container image without a container engine: its root, assembled in a folder, entered by chroot.

    image_test.py <repository> <static binary>

Who runs, with which environment, the command and the health check are read from the Dockerfile. Needs root, as chroot does.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

REPOSITORY, BINARY = map(pathlib.Path, sys.argv[1:3])
DEADLINE_S = 30


class Image:
    """What the last stage of the Dockerfile says."""

    def __init__(self, text):
        stage = text[text.rindex("\nFROM "):]
        self.base = re.search(r"^FROM (\S+)", stage, re.M)[1]
        self.user, self.group = map(int, re.search(r"^USER (\d+):(\d+)$", stage, re.M).groups())
        self.environment = dict(pair.split("=", 1) for pair in re.search(r"^ENV (.+)$", stage, re.M)[1].split())
        self.entry_point = json.loads(re.search(r"^ENTRYPOINT (.+)$", stage, re.M)[1])
        self.health_check = json.loads(re.search(r"^HEALTHCHECK .*CMD (.+)$", stage, re.M)[1])
        self.copied = re.findall(r"^COPY --from=build (?:--chown=\S+ )?/image/(\S+) /(\S+)$", stage, re.M)


class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise PermissionError("this test enters the image's root by chroot, so it needs root")
        cls.image = Image((REPOSITORY / "docker/Dockerfile").read_text())

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="lodestone-image-"))
        self.root.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.root)
        subprocess.run([REPOSITORY / "docker/assemble-root", BINARY, self.root], check=True)

    def start(self, command, **options):
        # A port of our own instead of 8000: other tests run beside this one.
        environment = self.image.environment | {"LODESTONE_PORT": "0"} | options.pop("environment", {})
        return subprocess.Popen(command, executable=command[0], env=environment, stdout=subprocess.PIPE, text=True,
                                preexec_fn=self.enter, **options)

    def enter(self):
        os.chroot(self.root)
        os.chdir("/")
        os.setgroups([])
        os.setgid(self.image.group)
        os.setuid(self.image.user)

    def serve(self):
        server = self.start(self.image.entry_point)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        ready = json.loads(server.stdout.readline() or "{}")
        self.assertTrue(ready.get("ready"), "the server did not become ready")
        return server, ready["endpoint"]

    def stop(self, server):
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(DEADLINE_S), 0)

    def health(self, endpoint):
        port = endpoint.rsplit(":", 1)[1]
        check = self.start(self.image.health_check, environment={"LODESTONE_PORT": port}, stderr=subprocess.DEVNULL)
        check.communicate(timeout=DEADLINE_S)
        return check.returncode

    @staticmethod
    def call(endpoint, operation, body):
        port = endpoint.rsplit(":", 1)[1]
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/", json.dumps(body).encode(),
            {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}",
             "Authorization": "AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/dynamodb/aws4_request,"
                              " SignedHeaders=host;x-amz-date, Signature=00",
             "X-Amz-Date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())})
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as reply:
            return json.loads(reply.read())

    def test_the_image_holds_the_binary_and_the_data_and_nothing_else(self):
        self.assertEqual(self.image.base, "scratch")
        self.assertEqual(sorted(path.name for path in self.root.iterdir()), ["data", "lodestone"])
        self.assertEqual(self.image.copied, [("lodestone", "lodestone"), ("data", "data")])

    def test_it_does_not_run_as_root_and_owns_its_data(self):
        self.assertNotEqual(self.image.user, 0)
        data = (self.root / "data").stat()
        self.assertEqual((data.st_uid, data.st_gid), (self.image.user, self.image.group))

    def test_it_serves_and_keeps_its_data(self):
        server, endpoint = self.serve()
        self.call(endpoint, "CreateTable", {
            "TableName": "films", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "title", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}]})
        item = {"title": {"S": "Metropolis"}, "year": {"N": "1927"}}
        self.call(endpoint, "PutItem", {"TableName": "films", "Item": item})
        self.stop(server)

        server, endpoint = self.serve()
        found = self.call(endpoint, "GetItem", {"TableName": "films", "Key": {"title": item["title"]}})
        self.assertEqual(found, {"Item": item})
        self.stop(server)

    def test_it_listens_on_every_interface(self):
        server, endpoint = self.serve()
        local = f"{'0' * 8}:{int(endpoint.rsplit(':', 1)[1]):04X}"
        listening = [line.split()[1] for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()]
        self.assertIn(local, listening, "only the container itself could reach the server")
        self.stop(server)

    def test_the_health_check_tells_whether_the_server_answers(self):
        server, endpoint = self.serve()
        self.assertEqual(self.health(endpoint), 0)
        self.stop(server)
        self.assertNotEqual(self.health(endpoint), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
