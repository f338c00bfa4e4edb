"""Where and with what the comparison runs: pinned child processes, and their versions."""

import glob
import importlib.metadata
import importlib.util
import os
import platform
import re
import subprocess
import tempfile

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
GO_PEERS = os.path.join(ROOT, "bench", "peers")


class Failed(Exception):
    """A child process that did not give an answer, with the last line it said."""


def pin(cpus):
    """Keeps this process and every child on these processors, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cpus)


def run(command, threads=1, timeout=120):
    """The standard output of a command that must succeed."""
    env = dict(os.environ, OMP_NUM_THREADS=str(threads), GOMAXPROCS=str(threads), CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=timeout, env=env)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Failed(str(e)) from e
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}").splitlines()
        raise Failed(lines[-1][:300])
    return done.stdout


def run_for_peak(command, **options):
    """Runs a command and returns the most megabytes that it held, None where there is no
    time(1): the figures of a child of this large process would be this process'."""
    if not os.access("/usr/bin/time", os.X_OK):
        run(command, **options)
        return None
    with tempfile.NamedTemporaryFile("r") as memory:
        run(["/usr/bin/time", "-f", "%M", "-o", memory.name, *command], **options)
        return int(memory.read().split()[-1]) / 1024


def onnxruntime_library():
    """The library inside the Python wheel, for Go; empty if there is none."""
    spec = importlib.util.find_spec("onnxruntime")
    found = glob.glob(os.path.join(os.path.dirname(spec.origin), "capi", "libonnxruntime.*")) if spec else []
    return found[0] if found else ""


def build_go_peers(path):
    """Builds the command of bench/peers, the only part that needs cgo."""
    env = dict(os.environ, CGO_ENABLED="1")
    done = subprocess.run(["go", "build", "-o", path, "."], cwd=GO_PEERS, env=env, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"bench/peers does not build: {done.stderr.strip()[-300:]}")


def describe():
    """The processor, and the versions of everything that is compared."""
    processor = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        names = re.findall(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
        processor = names[0] if names else processor
    versions = []
    for package in ("onnxruntime", "ai-edge-litert", "keras", "tensorflow-cpu", "jax"):
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            pass
    with open(os.path.join(GO_PEERS, "go.mod")) as f:
        versions += [" ".join(m) for m in re.findall(r"(onnxruntime_go|gomlx/gomlx|onnx-gomlx) v(\S+)", f.read())]
    for command in (["go", "env", "GOVERSION"], ["git", "-C", ROOT, "describe", "--always", "--dirty"]):
        try:
            versions.append(run(command).strip())
        except Failed:
            pass
    if versions[-1:] and not versions[-1].startswith("go1"):
        versions[-1] = "kerasrun " + versions[-1]
    return f"{processor}, {os.cpu_count()} processors, {platform.system()} {platform.machine()}", ", ".join(versions)
