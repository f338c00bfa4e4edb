"""Opens what scripts/roundtrip wrote with real Keras and compares its answers.

usage: roundtrip.py DIR [PART]

Opens the files of the running Keras' own era whose names hold PART: *_era2.* under
Keras 2, *_era3.* under Keras 3, Keras 2 models made modern (*_modern_era3.keras) among
them. Where one fails, Keras saves the model itself in that format and opens it again:
if that fails too the file counts as skipped, and is named.
"""

import glob
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import absl.logging
import keras
import numpy as np

absl.logging.set_verbosity(absl.logging.ERROR)
ERA = int(keras.__version__[0])
ORIGINALS = "testdata/models/*/"


def flat(v):
    if isinstance(v, dict):
        return [x for k in sorted(v) for x in flat(v[k])]
    if isinstance(v, (list, tuple)):
        return [x for e in v for x in flat(e)]
    return [v]


def call(model, xs):
    names = getattr(model, "input_names", None)
    given = model.input if not isinstance(model, keras.Sequential) else None
    if isinstance(given, dict):
        return model(dict(zip(names or given, xs)), training=False)
    return model(xs if len(xs) > 1 else xs[0], training=False)


def check(path):
    model = keras.models.load_model(path)
    z = np.load(path + ".npz")
    xs = [z[f"input_{i}"] for i in range(len(z.files)) if f"input_{i}" in z.files]
    got = flat(call(model, xs))
    for i, a in enumerate(got):
        want = z[f"output_{i}"]
        if want.dtype.kind in "US":
            texts = np.vectorize(lambda t: t.decode() if isinstance(t, bytes) else str(t))(np.asarray(a))
            if (texts != want).any():
                return f"output {i} has other texts"
            continue
        a = np.asarray(a, "float64")
        scale = max(1.0, float(np.nanmax(np.abs(want), initial=0)))
        half = "Policy_" in path
        if not np.allclose(a, want, atol=(2e-2 if half else 1e-5) * scale, rtol=1e-4, equal_nan=True):
            return f"output {i} differs by {np.nanmax(np.abs(a - want)):g}"
    if "_tuned_" in path:
        if model.optimizer is None:
            return "is not compiled"
        # Keras 3 cannot take up an optimizer from an .h5, see keras/save_h5.go.
        steps = 0 if ERA == 3 and path.endswith(".h5") else int(z["iterations"])
        if int(model.optimizer.iterations) != steps:
            return f"optimizer has done {int(model.optimizer.iterations)} steps, wanted {steps}"
        model.fit(xs[0], z["output_0"], batch_size=52, verbose=0)
        if int(model.optimizer.iterations) != steps + 10:
            return "fit does not go on"
    if "_headed_" in path or "_tuned_" in path:
        if np.min(got[0]) < 0:
            return "is negative"
    return None


def original(path):
    """The fixture that a file was saved from, or None."""
    stem = os.path.basename(path).rsplit("_era", 1)[0]
    for ext in (".h5", ".keras"):
        if stem.endswith(ext.replace(".", "_")):
            found = glob.glob(ORIGINALS + stem[: -len(ext)] + ext)
            return found[0] if found else None
    return None


def stock_fails(path):
    """Whether Keras cannot open the same model either when it saved it itself in that format."""
    source = original(path)
    if source is None:
        return False
    try:
        again = path + ".stock" + os.path.splitext(path)[1]
        keras.models.load_model(source).save(again)
        z = np.load(path + ".npz")
        call(keras.models.load_model(again), [z[f"input_{i}"] for i in range(len(z.files)) if f"input_{i}" in z.files])
        return False
    except Exception:
        return True


def main():
    passed = failed = skipped = 0
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    for path in sorted(glob.glob(os.path.join(sys.argv[1], f"*{part}*_era{ERA}.*"))):
        if path.endswith(".npz"):
            continue
        name = os.path.basename(path)
        try:
            wrong = check(path)
        except Exception as e:  # whatever Keras raises is the finding
            wrong = f"{type(e).__name__}: {str(e)[:300]}".replace("\n", " ")
        if wrong and "_modern_" not in name and stock_fails(path):
            skipped += 1
            print(f"skip {name}: Keras {keras.__version__} cannot open what it saves itself: {wrong[:120]}")
        elif wrong and "only supports the NHWC" in wrong:
            skipped += 1
            print(f"skip {name}: TensorFlow has no convolution with channels first on a CPU")
        elif wrong:
            failed += 1
            print(f"FAIL {name}: {wrong}", flush=True)
        else:
            passed += 1
    print(f"Keras {keras.__version__}: {passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(failed > 0 or passed == 0)


if __name__ == "__main__":
    main()
