"""Writes what was measured into BENCHMARKS.md, between markers."""

import datetime
import re

from machine import describe

GOALS = {
    "W1:1": 0.20, "W1:52": 0.70, "W1:1024": 0.85, "W1:100000": 0.85, "W2:1": 0.75, "W2:256": 0.95,
    "W3:1": 0.95, "W3:64": 0.95, "W4a:1": 1.00, "W4b:1": 0.95, "W5:1": 0.80, "W5:32": 0.80,
    "W5g:1": 0.80, "W5g:32": 0.95, "W6:1": 0.90, "W6:8": 0.90,
    "W7a:1": 0.90, "W8a:1": 0.90, "W9:1": 0.90, "W10:1": 0.90, "W10:32": 0.90, "W11:64": 0.90,
}
TRAINING_GOAL = 25

WHAT = {
    "W1": "seed model", "W2": "MLP 784-512-512-10", "W3": "MNIST convnet", "W4a": "MobileNetV2", "W4b": "ResNet50",
    "W5": "LSTM ×2", "W5g": "GRU ×2", "W6": "transformer encoder",
    "W7a": "keyword spotting, Conv1D and GRU", "W8a": "EfficientNetB0", "W9": "U-Net", "W10": "bidirectional LSTM ×2, masked", "W11": "recommender",
}
COLUMNS = [  # title, and the peers of which the fastest counts
    ("ONNX Runtime", ["ort", "ort_native"]),
    ("LiteRT", ["litert"]),
    ("Keras predict", ["keras"]),
    ("onnxruntime_go", ["go_ort", "go_ort_native"]),
    ("GoMLX", ["go_gomlx", "go_gomlx_native"]),
]
REFERENCES = ["ort", "ort_native", "litert"]  # what the goals are set against


def ratio(times, peers, figure="median_us"):
    """kerasrun's time over that of the fastest of the peers, or None."""
    others = [times[p][figure] for p in peers if p in times]
    if "kerasrun" not in times or not others:
        return None
    return times["kerasrun"][figure] / min(others)


def written(value):
    if value is None:
        return "–"
    if value < 0.001:
        return "<0.001"
    return f"{value:.2f}" if value >= 0.095 else f"{value:.2g}"


def against(goal, value, reached):
    """A result and whether it is what was wanted."""
    return f"{written(value)} | {goal} | {'' if value is None else 'yes' if reached(value) else '**no**'}"


def prediction(results):
    lines = [
        "| workload | rows | kerasrun ÷ best | goal | reached | of bests | " + " | ".join(t for t, _ in COLUMNS) + " |",
        "|---|--:|--:|--:|---|--:|" + "--:|" * len(COLUMNS),
    ]
    notes = []
    for name, row in results.items():
        workload, rows = name.split(":")
        times, goal = row["times"], GOALS[name]
        cells = " | ".join(written(ratio(times, peers)) for _, peers in COLUMNS)
        lines.append(
            f"| {workload} {WHAT[workload]} | {int(rows):,} | "
            f"{against(f'{goal:.2f}', ratio(times, REFERENCES), lambda r: r <= goal)} | "
            f"{written(ratio(times, REFERENCES, 'min_us'))} | {cells} |"
        )
        for title, peers in [("kerasrun", ["kerasrun"])] + COLUMNS:
            missing = [row["failed"][p] for p in peers if p in row["failed"]]
            if missing and not any(p in times for p in peers):
                notes.append((f"{title}: {missing[-1]}", f"{workload} at {int(rows):,}"))
    for note in dict.fromkeys(n for n, _ in notes):
        lines += ["", f"No figure, {note} ({', '.join(where for n, where in notes if n == note)})"]
    return lines


def whole_processes(results):
    lines = []
    if "W7" in results:
        faster = results["W7"]["keras_s"] / results["W7"]["kerasrun_s"]
        lines += [
            "", "| W7: the seed's training | times as fast | goal | reached |", "|---|--:|--:|---|",
            f"| kerasrun finetune, whole process, beside Keras fit | {against(TRAINING_GOAL, round(faster, 1), lambda r: r >= TRAINING_GOAL)} |",
        ]
    if "W8" in results:
        lines += ["", "| W8: start to first prediction | median | best | peak memory |", "|---|--:|--:|--:|"]
        for who, title in [("kerasrun", "kerasrun predict, .h5"), ("ort", "ONNX Runtime in Python, .onnx"), ("keras", "Keras, .h5")]:
            r = results["W8"][who]
            memory = f"{r['peak_mb']:.1f} MB" if "peak_mb" in r else "–"
            lines.append(f"| {title} | {r['wall_ms']:,.1f} ms | {r['min_ms']:,.1f} ms | {memory} |")
        lines += ["", f"Goals: 12 ms and 15 MB. The command, stripped: {results['W8']['kerasrun']['binary_mb']:.1f} MB, goal 12."]
    return lines


def measured(results):
    """The lines of a comparison of predictions."""
    lines = prediction(results["predict"]) if results["predict"] else []
    return lines + whole_processes(results)


def markers(name):
    return f"<!-- generated: {name} -->", f"<!-- end: {name} -->"


def check(path, name):
    """Raises before anything is measured if the file has no place for the table."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for marker in markers(name):
        if text.count(marker) != 1:
            raise ValueError(f"{path}: wanted the line {marker} once, found it {text.count(marker)} times")


def update(path, name, lines, conditions):
    """Replaces the table of that name."""
    machine, versions = describe()
    lines = [
        f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, {machine}. {conditions}",
        f"{versions}.", "",
    ] + lines
    check(path, name)
    begin, end = markers(name)
    with open(path, encoding="utf-8") as f:
        text = f.read()
    block = begin + "\n" + "\n".join(lines) + "\n" + end
    text = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: block, text, flags=re.S)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
