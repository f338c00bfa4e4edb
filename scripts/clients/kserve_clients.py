"""KServe's own clients, of V1 and V2, against a running server: scripts/clients/run.sh. They and
Triton's cannot be loaded together: both define the messages of one package."""
import asyncio
import json
import urllib.request

import numpy as np
from common import GRPC, HTTP, MODELS, datatype, kind, predict, rows, same, texts
from kserve import InferInput, InferRequest
from kserve.inference_client import InferenceGRPCClient, InferenceRESTClient, RESTConfig


def ports(model):
    with urllib.request.urlopen(f"http://{HTTP}/v2/models/{model}") as a:
        inputs = json.load(a)["inputs"]
    return [(i["name"], kind(i["datatype"]), [d if d > 0 else 4 for d in i["shape"][1:]]) for i in inputs]


async def kserve_clients():
    rest, rpc = InferenceRESTClient(RESTConfig(protocol="v2")), InferenceGRPCClient(GRPC)
    assert await rest.is_server_live("http://" + HTTP) and await rest.is_server_ready("http://" + HTTP)
    assert await rpc.is_server_live() and await rpc.is_server_ready()
    for n, model in enumerate(MODELS):
        assert await rest.is_model_ready("http://" + HTTP, model) and await rpc.is_model_ready(model)
        x = rows(ports(model), 2, 10 + n)
        want = predict(model, x)
        for binary in (False, True):
            inputs = []
            for name, v in x.items():
                i = InferInput(name, list(v.shape), datatype(v))
                i.set_data_from_numpy(texts(v), binary_data=binary)
                inputs.append(i)
            request = InferRequest(model_name=model, infer_inputs=inputs, request_id="1")
            r = await rest.infer("http://" + HTTP, request, model_name=model)
            same({o.name: o.as_numpy() for o in r.outputs}, want, f"kserve REST {model} binary={binary}")
            r = await rpc.infer(request)
            same({o.name: o.as_numpy() for o in r.outputs}, want, f"kserve gRPC {model} binary={binary}")
    await rest.close()
    await rpc.close()


async def kserve_v1():
    """KServe's V1, which is TensorFlow Serving's and some more."""
    base = "http://" + HTTP
    rest = InferenceRESTClient(RESTConfig(protocol="v1"))
    assert await rest.is_server_live(base)
    assert await rest.is_model_ready(base, "seed")
    x = rows(ports("seed"), 2, 3)
    want = predict("seed", x)
    r = await rest.infer(base, {"instances": x["input_layer"].tolist()}, model_name="seed")
    same({o: np.float32(r["predictions"]) for o in want}, want, "kserve REST v1")
    await rest.close()
    with urllib.request.urlopen(base + "/v1/models") as a:
        assert sorted(json.load(a)["models"]) == sorted(MODELS)


asyncio.run(kserve_clients())
asyncio.run(kserve_v1())
