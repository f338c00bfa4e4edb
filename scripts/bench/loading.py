#!/usr/bin/env python3
"""From a large file to the first answer: time and memory of `kerasrun predict` beside reading the file once.

usage: loading.py KERASRUN FOLDER [--rounds 5]
       writes 486 MB models into FOLDER (big.h5, big.keras) if they are not there; needs keras, and Linux.

Reading is one read of the whole file, in the page cache, into new memory, by a process of its own. Turns are
interleaved; the least of all rounds is shown, with the processor's time, which other load touches less.
"""
import argparse
import os
import sys
import tempfile
import time

READ = "import sys; f = open(sys.argv[1], 'rb', buffering=0); b = bytearray(f.seek(0, 2)); f.seek(0); f.readinto(b)"


def make(folder):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    n = 4096
    layers = [keras.layers.Input((n,))] + [keras.layers.Dense(n, activation="relu") for _ in range(7)] + [keras.layers.Dense(1000)]
    model = keras.Sequential(layers)
    for name in ("big.h5", "big.keras"):
        model.save(os.path.join(folder, name))


def run(command):
    """Seconds, seconds of the processor and peak mebibytes of a process."""
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit(f"{command}: status {status}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kerasrun")
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=5)
    a = parser.parse_args()
    if not os.path.exists(f"{a.folder}/big.keras"):
        make(a.folder)
    with tempfile.TemporaryDirectory() as t:
        with open(f"{t}/row.csv", "w") as f:
            f.write(",".join(["0.5"] * 4096) + "\n")
        got = {}
        for _ in range(a.rounds):
            for name in ("big.h5", "big.keras"):
                path = f"{a.folder}/{name}"
                got.setdefault(f"{name}: read once", []).append(run([sys.executable, "-c", READ, path]))
                got.setdefault(f"{name}: kerasrun predict", []).append(run([a.kerasrun, "predict", path, f"{t}/row.csv", "--header", "no"]))
    print(f"{'':<28}{'s':>8}{'CPU s':>8}{'MiB':>8}")
    for name, runs in got.items():
        print(f"{name:<28}" + "".join(f"{min(v):>8.2f}" for v in list(zip(*runs))[:2]) + f"{max(r[2] for r in runs):>8.0f}")


if __name__ == "__main__":
    main()
