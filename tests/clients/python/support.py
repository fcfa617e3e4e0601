"""Starts the server under test, one process for each test class, and gives boto3's client and resource for it."""

import json
import os
import subprocess
import tempfile
import threading
import time
import unittest

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

START_WITHIN_S = 15
STOP_WITHIN_S = 15

CREDENTIALS = {
    "region_name": "us-east-1",
    "aws_access_key_id": "AKIDEXAMPLE",
    "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}


class Server:
    """A running server. LODESTONE_TEST_STORE=disk keeps its data in a folder that goes with it."""

    def __init__(self):
        binary = os.environ.get("LODESTONE_BINARY")
        if not binary:
            raise RuntimeError("LODESTONE_BINARY must name the server to test")
        store = ["--in-memory"]
        self._folder = None
        if os.environ.get("LODESTONE_TEST_STORE") == "disk":
            self._folder = tempfile.TemporaryDirectory(prefix="lodestone-clients-")
            store = ["--data-dir", self._folder.name]
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [binary, "--port", "0", *store], stdout=subprocess.PIPE, stderr=self._log, text=True)
        guard = threading.Timer(START_WITHIN_S, self._process.kill)
        guard.start()
        line = self._process.stdout.readline()
        guard.cancel()
        if not line:
            self._process.wait()
            raise RuntimeError(f"the server ended before it was ready\n{self.log()}")
        self.endpoint = json.loads(line)["endpoint"]

    def log(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def stop(self):
        self._process.terminate()
        try:
            code = self._process.wait(STOP_WITHIN_S)
        finally:
            self._process.kill()
            self._process.stdout.close()
        log = self.log()
        self._log.close()
        if self._folder:
            self._folder.cleanup()
        if code != 0:
            raise RuntimeError(f"the server ended with code {code}\n{log}")


class ServerTest(unittest.TestCase):
    """One server for the class: `self.client`, `self.resource`."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        # One attempt only, so that no error hides behind a retry.
        config = Config(retries={"total_max_attempts": 1})
        session = boto3.session.Session(**CREDENTIALS)
        cls.client = session.client("dynamodb", endpoint_url=cls.server.endpoint, config=config)
        cls.resource = session.resource("dynamodb", endpoint_url=cls.server.endpoint, config=config)
        cls.addClassCleanup(cls.client.close)
        cls._tables = 0

    def table(self, keys="pk", **options):
        """A new table and its resource. `keys` as in 'pk sk:N'; `indexes` maps the name of a GSI to keys alike."""
        type(self)._tables += 1
        name = f"table-{type(self)._tables}"
        definitions = {}

        def schema(text):
            words = [word.partition(":") for word in text.split()]
            definitions.update({name: kind or "S" for name, _, kind in words})
            return [{"AttributeName": name, "KeyType": role} for (name, _, _), role in zip(words, ("HASH", "RANGE"))]

        key_schema = schema(keys)
        indexes = [{"IndexName": index, "KeySchema": schema(index_keys), "Projection": {"ProjectionType": "ALL"}}
                   for index, index_keys in options.pop("indexes", {}).items()]
        if indexes:
            options["GlobalSecondaryIndexes"] = indexes
        table = self.resource.create_table(
            TableName=name, KeySchema=key_schema, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in definitions.items()], **options)
        table.wait_until_exists()
        return table

    def assert_refused(self, code, message, call, *args, **kwargs):
        """Expects the service's refusal `code` with `message` in its text; gives the error's reply."""
        with self.assertRaises(ClientError) as caught:
            call(*args, **kwargs)
        reply = caught.exception.response
        self.assertEqual(reply["Error"]["Code"], code, reply)
        self.assertIn(message, reply["Error"]["Message"])
        self.assertEqual(reply["ResponseMetadata"]["HTTPStatusCode"], 400)
        return reply


def eventually(condition, within_s=15):
    """Asks again and again until `condition` gives something true, which it returns."""
    deadline = time.monotonic() + within_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s")
        time.sleep(0.05)
