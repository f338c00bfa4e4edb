"""Measures kerasrun serve beside ONNX Runtime behind FastAPI, under the same client:

    serve.py DIR KERASRUN VEGETA     prints the tables of BENCHMARKS.md

DIR has W1 and W2 from models.py. VEGETA is the load generator,
go install github.com/tsenart/vegeta/v12@v12.12.0. Needs requirements-serve.txt. Rounds
of the contenders follow each other closely, so that other load falls on all of them;
processor seconds are the servers' own, with all their processes.
"""

import argparse
import base64
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

import numpy as np

import peers

TICK = os.sysconf("SC_CLK_TCK")


def tree(pid):
    """A process and all below it."""
    pids = [pid]
    for p in pids:
        with open(f"/proc/{p}/task/{p}/children") as f:
            pids += map(int, f.read().split())
    return pids


def cpu(pid):
    """Processor seconds of a server."""
    total = 0
    for p in tree(pid):
        with open(f"/proc/{p}/stat") as f:
            fields = f.read().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


class Server:
    """A contender, ready to answer."""

    def __init__(self, title, command, port=None, **env):
        self.title = title
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if port is None else subprocess.DEVNULL,
                                        text=True, env=dict(os.environ, **env), cwd=os.path.dirname(os.path.abspath(__file__)))
        while port is None:
            found = re.search(r"what=HTTP address=\S+:(\d+)", self.process.stderr.readline())
            port = found and int(found[1])
        self.url = f"http://127.0.0.1:{port}/v1/models/m:predict"

    def ask(self, body):
        for _ in range(1500):
            try:
                with urllib.request.urlopen(urllib.request.Request(self.url, body, {"Content-Type": "application/json"})) as a:
                    return json.load(a)["predictions"]
            except urllib.error.HTTPError as e:
                raise SystemExit(f"{self.title}: {e} {e.read()}") from e
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.2)
        raise SystemExit(f"{self.title} does not answer")

    def load(self, vegeta, body, connections, seconds):
        """Requests a second, p50 and p99 in ms, and processor ms for each."""
        target = json.dumps({"method": "POST", "url": self.url, "body": base64.b64encode(body).decode(), "header": {"Content-Type": ["application/json"]}})
        before = cpu(self.process.pid)
        attack = subprocess.run([vegeta, "attack", "-format=json", "-rate=0", f"-workers={connections}", f"-max-workers={connections}",
                                 f"-connections={connections}", f"-duration={seconds:g}s"], input=target.encode() + b"\n", capture_output=True, check=True)
        used = cpu(self.process.pid) - before
        r = json.loads(subprocess.run([vegeta, "report", "-type=json"], input=attack.stdout, capture_output=True, check=True).stdout)
        if r["success"] < 1:
            raise SystemExit(f"{self.title}: {r['status_codes']} {r['errors'][:3]}")
        return r["throughput"], r["latencies"]["50th"] / 1e6, r["latencies"]["99th"] / 1e6, 1e3 * used / r["requests"]


def servers(a, workload):
    model = os.path.abspath(os.path.join(a.dir, workload))
    serve = [os.path.abspath(a.kerasrun), "serve", "m=" + model + ".keras", "--listen", "127.0.0.1:0", "--no-page"]
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    peer = [sys.executable, "-m", "uvicorn", "serve_peer:app", "--port", str(port), "--workers", str(os.cpu_count()), "--log-level", "error"]
    return [
        Server("kerasrun serve", serve),
        Server("kerasrun serve --max-batch 1", serve + ["--max-batch", "1"]),
        Server("ONNX Runtime, FastAPI", peer, port, MODEL=model + ".onnx"),
    ]


def measure(a, workload):
    (x,), want = peers.rows_of(os.path.join(a.dir, workload), 1)
    body = json.dumps({"instances": x.tolist()}).encode()
    all = servers(a, workload)
    try:
        for s in all:
            np.testing.assert_allclose(np.array(s.ask(body), np.float32), want, rtol=1e-4, atol=1e-5)
        for connections in (1, 64):
            took = {s.title: [] for s in all}
            for i in range(a.rounds + 1):
                for s in all:
                    took[s.title].append(s.load(a.vegeta, body, connections, a.secs))
                if i == 0:  # warms all, and every worker process
                    took = {s.title: [] for s in all}
            for s in all:
                rate, p50, p99, used = (statistics.median(v) for v in zip(*took[s.title]))
                print(f"| {workload} | {connections} | {s.title} | {rate:,.0f} | {p50:.2f} | {p99:.2f} | {used:.3f} |", flush=True)
    finally:
        for s in all:
            s.process.terminate()
        for s in all:
            s.process.wait()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("dir", "kerasrun", "vegeta"):
        p.add_argument(name)
    p.add_argument("--secs", type=float, default=5)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--workloads", default="W1,W2")
    a = p.parse_args()
    print(f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}")
    print("| model | connections | server | requests/s | p50 ms | p99 ms | CPU ms a request |\n|---|--:|---|--:|--:|--:|--:|")
    for workload in a.workloads.split(","):
        measure(a, workload)


main()
