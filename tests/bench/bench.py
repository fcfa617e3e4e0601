"""Measures a built server and prints tables; ./dev bench calls it.

What it measures, and how: docs/performance.md. Servers run on one processor, the load generator on another. The servers that
are compared run side by side, each idle while another is measured, so that a figure and its ratio to the null server
come from the same minute.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

OPERATIONS = ["GetItem", "PutItem", "UpdateItem", "Query", "BatchGetItem", "Scan", "ExecuteStatement",
              "TransactWriteItems", "GetRecords"]
CONNECTIONS = [1, 16, 64]
# A longer reply does not fit into a socket's buffer, and the bare loop waits for no client.
LARGEST_FLOOR_REPLY = 64 * 1024
SERVER_PROCESSOR, LOAD_PROCESSOR = 0, (os.cpu_count() or 1) - 1


def tell(text):
    print(text, file=sys.stderr, flush=True)


def figure(number):
    """Two decimals; a dash for what could not be measured."""
    return f"{number:.2f}" if number else "-"


def table(title, header, rows):
    """Prints an aligned table: the first column to the left, the others to the right."""
    cells = [header] + [[cell if isinstance(cell, str) else f"{cell:,.1f}" for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    print(f"\n{title}")
    for row in cells:
        first, rest = row[0].ljust(widths[0]), [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("  ".join([first] + rest))
    sys.stdout.flush()


class Server:
    """A process that listens, on a processor of its own; or an endpoint somewhere, whose processor time is unknown."""

    def __init__(self, name, host, port, process=None):
        self.name, self.host, self.port, self.process = name, host, port, process

    @classmethod
    def start(cls, name, command):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_PROCESSOR}))
        line = process.stdout.readline()
        if not line:
            sys.exit(f"bench: {name} did not start: {' '.join(map(str, command))}")
        endpoint = urllib.parse.urlsplit(json.loads(line)["endpoint"])
        return cls(name, endpoint.hostname, endpoint.port, process)

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def cpu_ns(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)

    def wait_idle(self):
        """Waits until what the server does in the background is done: it takes less than a fiftieth of a processor."""
        while True:
            before = self.cpu_ns()
            time.sleep(1)
            if self.cpu_ns() - before < 20e6:
                return

    def resident_mb(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024

    def call(self, operation, body, service="DynamoDB"):
        request = urllib.request.Request(
            f"http://{self.host}:{self.port}/", json.dumps(body).encode(),
            {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"{service}_20120810.{operation}",
             "X-Amz-Date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
             "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20120810/us-east-1/dynamodb/aws4_request,"
                              " SignedHeaders=host;x-amz-date, Signature=" + "0" * 64})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.loads(reply.read())
        except urllib.error.HTTPError as refused:
            sys.exit(f"bench: {self.name} refused {operation}: {refused.read().decode(errors='replace')}")


class Bench:
    def __init__(self, options):
        self.options = options
        self.build = pathlib.Path(options.build)
        self.seconds = 0.5 if options.quick else options.seconds
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="lodestone-bench-", dir=options.scratch))
        self.results = {"processors": os.cpu_count(), "load_before": os.getloadavg()[0], "seconds": self.seconds}

    def program(self, name):
        """The path of a built program, wherever in the build folder it is."""
        for path in (self.build / name, self.build / "tests/bench" / name):
            if path.exists():
                return path
        sys.exit(f"bench: {name} is not built")

    @contextlib.contextmanager
    def server(self, name, program, *arguments):
        server = Server.start(name, [self.program(program), *map(str, arguments)])
        try:
            yield server
        finally:
            server.stop()

    def lodestone(self, name, *arguments):
        return self.server(name, "lodestone", "--port", "0", *arguments)

    def on_disk(self, name="on disk"):
        return self.lodestone(name, "--data-dir", tempfile.mkdtemp(dir=self.scratch))

    def in_memory(self):
        return self.lodestone("in memory", "--in-memory")

    def load(self, server, operation, connections, *, items, seconds=None, any_reply=False, iterator=None):
        command = [self.program("lodestone-load"), "--host", server.host, "--port", server.port,
                   "--operation", operation, "--connections", connections, "--items", items,
                   "--seconds", seconds or self.seconds]
        if server.process:
            command += ["--server-process", server.process.pid]
        if any_reply:
            command.append("--any-reply")
        if iterator:
            command += ["--shard-iterator", iterator]
        if SERVER_PROCESSOR != LOAD_PROCESSOR:
            command.append("--spin")
        run = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True,
                             preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_PROCESSOR}))
        return json.loads(run.stdout) | {"server": server.name}

    @staticmethod
    def create_table(server):
        server.call("CreateTable", {
            "TableName": "bench", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"},
                                     {"AttributeName": "sk", "AttributeType": "N"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]})
        Bench.wait_active(server)

    @staticmethod
    def wait_active(server):
        while (described := server.call("DescribeTable", {"TableName": "bench"})["Table"])["TableStatus"] != "ACTIVE":
            time.sleep(0.2)
        return described

    @contextlib.contextmanager
    def stream(self, server, items):
        """A stream of the table while it is measured, with a page of records: an iterator at its beginning."""
        def switch(specification):
            server.call("UpdateTable", {"TableName": "bench", "StreamSpecification": specification})
            return self.wait_active(server)

        def ask(operation, body):
            return server.call(operation, {"StreamArn": arn, **body}, "DynamoDBStreams")

        arn = switch({"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})["LatestStreamArn"]
        try:
            self.load(server, "UpdateItem", 1, items=items, seconds=0.5)
            shard = ask("DescribeStream", {})["StreamDescription"]["Shards"][0]["ShardId"]
            yield ask("GetShardIterator", {"ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"})["ShardIterator"]
        finally:
            switch({"StreamEnabled": False})

    def fill(self, server, items):
        tell(f"  filling {server.name} with {items:,} items")
        done = self.load(server, "Fill", 16, items=items)
        if done["errors"]:
            sys.exit(f"bench: filling {server.name} failed")
        return done

    def measure_network(self):
        """Every operation, at every number of connections, on every server, beside the null servers."""
        items = 10_000
        rows = []
        with contextlib.ExitStack() as stack:
            if self.options.endpoint:
                endpoint = urllib.parse.urlsplit(self.options.endpoint)
                servers = [Server("endpoint", endpoint.hostname, endpoint.port or 80)]
            else:
                servers = [stack.enter_context(self.in_memory()), stack.enter_context(self.on_disk())]
            for server in servers:
                self.create_table(server)
                # Elsewhere nothing of ours stays; a table of that name that was there before stopped us above.
                stack.callback(server.call, "DeleteTable", {"TableName": "bench"})
                self.fill(server, items)
            for operation in self.options.operations:
                tell(f"  {operation}")
                with contextlib.ExitStack() as nulls:
                    iterators = {server.name: nulls.enter_context(self.stream(server, items))
                                 for server in servers if operation == "GetRecords"}
                    # The null servers' reply is as long as the real one.
                    reply_bytes = self.load(servers[0], operation, 1, items=items, seconds=0.1,
                                            iterator=iterators.get(servers[0].name))["reply_bytes"]
                    floor = null = None
                    if not self.options.endpoint:
                        reply = ["--port", "0", "--reply-bytes", reply_bytes]
                        null = nulls.enter_context(self.server("null server", "lodestone-null-server", *reply))
                        if reply_bytes < LARGEST_FLOOR_REPLY:
                            floor = nulls.enter_context(
                                self.server("epoll floor", "lodestone-null-server", "--epoll", *reply))
                    for connections in self.options.connections:
                        runs = []
                        for server in filter(None, [floor, null, *servers]):
                            runs.append(self.load(server, operation, connections, items=items,
                                                  any_reply=server in (floor, null),
                                                  iterator=iterators.get(server.name)))
                        base = next((run["server_cpu_us"] for run in runs if null and run["server"] == null.name), 0)
                        for run in runs:
                            run["ratio_to_null"] = run["server_cpu_us"] / base if base else 0
                        rows += runs
        self.results["network"] = rows
        table(f"Over the network: items of 400 bytes, {self.seconds:g} s each, server and load on a processor of their own",
              ["operation", "conns", "server", "requests/s", "p50 µs", "p99 µs", "CPU µs", "x null", "reply bytes", "errors"],
              [[run["operation"], f"{run['connections']}", run["server"], f"{run['requests_per_s']:,}", run["p50_us"],
                run["p99_us"], figure(run["server_cpu_us"]), figure(run["ratio_to_null"]), f"{run['reply_bytes']:,}",
                f"{run['errors']}"] for run in rows])
        return sum(run["errors"] for run in rows)

    def measure_in_process(self):
        """The same operations through lodestone::Database, JSON in and JSON out, on one thread."""
        run = subprocess.run([self.program("lodestone-in-process"), "--benchmark_format=json",
                              f"--benchmark_min_time={0.1 if self.options.quick else 1}", "--scratch", self.scratch],
                             stdout=subprocess.PIPE, check=True,
                             preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_PROCESSOR}))
        rows = [{"name": entry["name"], "cpu_us": entry["cpu_time"] / 1e3}
                for entry in json.loads(run.stdout)["benchmarks"]]
        self.results["in_process"] = rows
        table("In process, one thread, JSON in and JSON out", ["operation", "CPU µs"],
              [[row["name"], f"{row['cpu_us']:.2f}"] for row in rows])

    def measure_footprint(self):
        """Start-up, memory, size."""
        lodestone = self.program("lodestone")
        runs = 5 if self.options.quick else 40
        start = {}
        for name, arguments in [("in memory", ["--in-memory"]), ("on disk", ["--data-dir", self.scratch / "startup"])]:
            command = [self.program("lodestone-startup"), runs, lodestone, "--port", 0, *arguments]
            done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if done.returncode:
                sys.exit(f"bench: starting the server failed: {done.stderr}")
            start[name] = json.loads(done.stdout)
        resident = {}
        items = 100_000
        for server in (self.in_memory(), self.on_disk()):
            with server as running:
                running.call("ListTables", {})
                idle = running.resident_mb()
                self.create_table(running)
                self.fill(running, items)
                resident[running.name] = {"idle_mb": idle, "filled_mb": running.resident_mb()}
        stripped = self.scratch / "stripped"
        subprocess.run(["strip", "-o", stripped, lodestone], check=True)
        size_mb = stripped.stat().st_size / 1e6
        self.results["footprint"] = {"start": start, "resident": resident, "stripped_mb": size_mb}
        table(f"Start-up (median of {runs}), memory, size", ["", "in memory", "on disk"], [
            ["ready after exec, ms", *(start[name]["ready_ms"] for name in start)],
            ["first reply after exec, ms", *(start[name]["first_reply_ms"] for name in start)],
            ["resident when idle, MB", *(resident[name]["idle_mb"] for name in start)],
            [f"resident with {items:,} items, MB", *(resident[name]["filled_mb"] for name in start)],
            ["stripped binary, MB", size_mb, size_mb]])

    def warm_load(self, server, operation, items):
        """What an operation costs at best, once more of the same has twice not made it cheaper."""
        seconds = max(2, self.seconds)
        best, without_gain = self.load(server, operation, 16, items=items, seconds=seconds), 0
        while without_gain < 2:
            tell(f"  {operation} on {items:,} items: {best['server_cpu_us']:.1f} µs; warming up")
            self.load(server, operation, 16, items=items, seconds=seconds if items < 100_000 else 10)
            now = self.load(server, operation, 16, items=items, seconds=seconds)
            without_gain = 0 if now["server_cpu_us"] < 0.95 * best["server_cpu_us"] else without_gain + 1
            best = min(best, now, key=lambda run: run["server_cpu_us"])
        return best

    def measure_large(self):
        """GetItem and Query on ten million items and on ten thousand: on disk, warm, each after a run that reads."""
        sizes = [10_000, self.options.large_items]
        operations = ["GetItem", "Query"]
        cost = {}
        for items in sizes:
            with self.on_disk(f"{items:,} items") as server:
                self.create_table(server)
                fill = self.fill(server, items)
                tell(f"  filled in {fill['seconds']:.0f} s; waiting for compaction")
                server.wait_idle()
                for operation in operations:
                    cost[operation, items] = self.warm_load(server, operation, items)
        self.results["large"] = [run | {"items": items} for (_, items), run in cost.items()]
        table("A large table: on disk, warm, 16 connections; CPU µs per request",
              ["operation", *(f"{items:,} items" for items in sizes), "ratio"],
              [[operation, *(f"{cost[operation, items]['server_cpu_us']:.2f}" for items in sizes),
                f"{cost[operation, sizes[1]]['server_cpu_us'] / cost[operation, sizes[0]]['server_cpu_us']:.2f}"]
               for operation in operations])

    def run(self):
        parts = {"network": self.measure_network, "in-process": self.measure_in_process,
                 "footprint": self.measure_footprint, "large": self.measure_large}
        chosen = self.options.only or ["network"] + ([] if self.options.endpoint else ["in-process", "footprint"])
        if self.options.large and "large" not in chosen:
            chosen.append("large")
        errors = 0
        try:
            for part in chosen:
                tell(f"measuring: {part}")
                errors += parts[part]() or 0
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)
        if self.results["load_before"] > 0.5:
            print(f"\nThe machine was not idle: load {self.results['load_before']:.1f} before this began.")
        if self.options.json:
            pathlib.Path(self.options.json).write_text(json.dumps(self.results, indent=1) + "\n")
        return 1 if errors else 0


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", usage=argparse.SUPPRESS)
    parser.add_argument("--build", default="build/release", help="folder of the build to measure")
    parser.add_argument("--quick", action="store_true", help="half a second for each figure: to see that it works")
    parser.add_argument("--seconds", type=float, default=2, help="time for each figure (2)")
    parser.add_argument("--json", metavar="FILE", help="write every figure to a file, too")
    parser.add_argument("--endpoint", metavar="URL", help="measure another server over the network; nothing else")
    parser.add_argument("--only", action="append", choices=["network", "in-process", "footprint", "large"],
                        help="only this part; may be repeated")
    parser.add_argument("--operations", nargs="+", choices=OPERATIONS, default=OPERATIONS, help="only these")
    parser.add_argument("--connections", nargs="+", type=int, default=CONNECTIONS, help="only these counts")
    parser.add_argument("--large", action="store_true", help="also ten million items on disk against ten thousand")
    parser.add_argument("--large-items", type=int, default=10_000_000, help="another count for --large")
    parser.add_argument("--scratch", metavar="FOLDER", help="where to keep data on disk meanwhile")
    sys.exit(Bench(parser.parse_args()).run())


if __name__ == "__main__":
    main()
