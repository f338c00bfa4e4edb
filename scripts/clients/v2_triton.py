"""Triton's own clients against a running server: scripts/clients/run.sh."""
import queue

import numpy as np
import tritonclient.grpc as tgrpc
import tritonclient.http as thttp
from common import ADMIN, GRPC, HTTP, MODELS, datatype, fails, kind, predict, rows, same, texts


def ports(c, model):
    m = c.get_model_metadata(model)
    if not isinstance(m, dict):
        m = {"inputs": [{"name": i.name, "datatype": i.datatype, "shape": list(i.shape)} for i in m.inputs]}
    return [(i["name"], kind(i["datatype"]), [d if int(d) > 0 else 4 for d in map(int, i["shape"][1:])]) for i in m["inputs"]]


def triton(module, c, what, binary):
    assert c.is_server_live() and c.is_server_ready()
    for n, model in enumerate(MODELS):
        assert c.is_model_ready(model) and c.is_model_ready(model, "1") and not c.is_model_ready(model, "2")
        x = rows(ports(c, model), 3, n)
        want = predict(model, x)
        for in_bytes, out_bytes in binary:
            inputs = []
            for name, v in x.items():
                i = module.InferInput(name, list(v.shape), datatype(v))
                i.set_data_from_numpy(texts(v), **({} if in_bytes is None else {"binary_data": in_bytes}))
                inputs.append(i)
            outputs = [module.InferRequestedOutput(o, **({} if out_bytes is None else {"binary_data": out_bytes})) for o in want]
            for o in (outputs, None):
                r = c.infer(model, inputs, outputs=o, request_id="a 1")
                got = {o: r.as_numpy(o) for o in want}
                same(got, want, f"{what} {model} binary={in_bytes},{out_bytes} outputs={o is not None}")
    x = np.float16([[0.5] * 52])
    i = module.InferInput("input_layer", [1, 52], "FP16")
    i.set_data_from_numpy(x)
    want = predict("seed", {"input_layer": x.astype(np.float32)})
    r = c.infer("seed", [i])
    same({o: r.as_numpy(o) for o in want}, want, what + " FP16")
    fails(lambda: c.infer("none", [i]), what + " unknown model", 'no model "none"')
    fails(lambda: c.infer("seed", [i], model_version="7"), what + " unknown version", "no version 7")
    bad = module.InferInput("input_layer", [1, 2], "FP32")
    bad.set_data_from_numpy(np.zeros((1, 2), np.float32))
    fails(lambda: c.infer("seed", [bad]), what + " shape", "float32(None, 52)")
    names = [m["name"] if isinstance(m, dict) else m.name for m in (lambda i: i if isinstance(i, list) else i.models)(c.get_model_repository_index())]
    assert sorted(names) == sorted(MODELS), names


def repository(c, admin, what):
    """An administrator loads and unloads, others are told where that is done."""
    fails(lambda: c.load_model("seed"), what + " load", "--admin")
    fails(lambda: c.unload_model("seed"), what + " unload", "--admin")
    fails(lambda: admin.load_model("none"), what + " load unknown", "none")
    fails(lambda: admin.load_model("seed", config="{}"), what + " load with a configuration", "config")
    admin.unload_model("seed")
    state = {m["name"]: m for m in (lambda i: i if isinstance(i, list) else i["models"])(admin.get_model_repository_index(**({} if "http" in what.lower() else {"as_json": True})))}["seed"]
    assert (state["state"], state["reason"]) == ("UNAVAILABLE", "unloaded"), state
    assert not c.is_model_ready("seed")
    admin.load_model("seed")
    assert c.is_model_ready("seed")
    print("ok", what, "unloaded and loaded")


def unserved(c, what, *says):
    """What is not served is said in each client's own error."""
    for name, call in {
        "shared memory": lambda: c.register_system_shared_memory("r", "/r", 8),
        "shared memory status": lambda: c.get_system_shared_memory_status(),
        "shared memory end": lambda: c.unregister_system_shared_memory(),
        "CUDA shared memory": lambda: c.register_cuda_shared_memory("r", b"", 0, 8),
        "CUDA shared memory status": lambda: c.get_cuda_shared_memory_status(),
        "CUDA shared memory end": lambda: c.unregister_cuda_shared_memory(),
        "trace": lambda: c.get_trace_settings(),
        "trace of a model": lambda: c.update_trace_settings("seed", {}),
        "log": lambda: c.update_log_settings({}),
        "log settings": lambda: c.get_log_settings(),
    }.items():
        fails(call, f"{what} {name}", *says, "memory" if "memory" in name else "flags")


def streamed(c):
    """Requests of one stream, of which one is wrong."""
    answers = queue.Queue()
    c.start_stream(callback=lambda result, error: answers.put((result, error)))
    i = tgrpc.InferInput("input_layer", [1, 52], "FP32")
    i.set_data_from_numpy(np.ones((1, 52), np.float32))
    want = predict("seed", {"input_layer": np.ones((1, 52), np.float32)})
    for model in ("seed", "none", "seed"):
        c.async_stream_infer(model, [i], request_id=model)
    for model in ("seed", "none", "seed"):
        r, error = answers.get(timeout=30)
        assert (error is not None) == (model == "none"), (model, error)
        if error is None:
            assert r.get_response().id == model
            same({o: r.as_numpy(o) for o in want}, want, "triton gRPC stream")
    c.stop_stream()


both = [(True, True), (False, False), (True, False), (False, True)]
with thttp.InferenceServerClient(HTTP) as c:
    assert c.get_server_metadata()["name"] == "kerasrun"
    assert c.get_model_config("seed")["input"][0]["data_type"] == "TYPE_FP32"
    triton(thttp, c, "triton HTTP", both)
    for how in ("gzip", "deflate"):
        i = thttp.InferInput("input_layer", [1, 52], "FP32")
        i.set_data_from_numpy(np.ones((1, 52), np.float32))
        want = predict("seed", {"input_layer": np.ones((1, 52), np.float32)})
        r = c.infer("seed", [i], request_compression_algorithm=how)
        same({o: r.as_numpy(o) for o in want}, want, "triton HTTP " + how)
    stats = c.get_inference_statistics("seed")["model_stats"][0]
    assert stats["inference_count"] > 0 and stats["inference_stats"]["success"]["count"] > 0, stats
    unserved(c, "triton HTTP", "501")
    with thttp.InferenceServerClient(ADMIN) as admin:
        repository(c, admin, "triton HTTP")
with tgrpc.InferenceServerClient(GRPC) as c:
    assert c.get_server_metadata().name == "kerasrun"
    triton(tgrpc, c, "triton gRPC", [(None, None)])
    config = c.get_model_config("seed", as_json=True)["config"]
    assert (config["input"][0]["data_type"], config["input"][0]["dims"]) == ("TYPE_FP32", ["-1", "52"]), config
    stats = c.get_inference_statistics("seed").model_stats[0]
    assert stats.inference_count > 0 and stats.inference_stats.success.count > 0, stats
    assert len(c.get_inference_statistics().model_stats) == len(MODELS)
    streamed(c)
    unserved(c, "triton gRPC", "UNIMPLEMENTED")
    with tgrpc.InferenceServerClient(ADMIN) as admin:
        repository(c, admin, "triton gRPC")
