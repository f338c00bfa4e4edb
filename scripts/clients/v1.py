"""TensorFlow Serving's own client, and its REST API, against a running server:
scripts/clients/run.sh."""
import json
import urllib.error
import urllib.request

import grpc
import numpy as np
import tensorflow as tf
from common import GRPC, HTTP, MODELS, fails, predict, rows, same
from tensorflow_serving.apis import classification_pb2, get_model_metadata_pb2, get_model_status_pb2, model_service_pb2_grpc, predict_pb2, prediction_service_pb2_grpc

channel = grpc.insecure_channel(GRPC)
prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
models = model_service_pb2_grpc.ModelServiceStub(channel)


def rest(path, body=None):
    r = urllib.request.Request("http://" + HTTP + "/v1/models/" + path, data=None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(r) as a:
            return json.load(a)
    except urllib.error.HTTPError as e:
        raise RuntimeError(f"{e.code} {json.load(e)['error']}") from e


def signature(model):
    q = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    q.model_spec.name = model
    m = get_model_metadata_pb2.SignatureDefMap()
    assert prediction.GetModelMetadata(q).metadata["signature_def"].Unpack(m)
    return m.signature_def["serving_default"]


def request(model, x):
    q = predict_pb2.PredictRequest()
    q.model_spec.name = model
    for name, v in x.items():
        q.inputs[name].CopyFrom(tf.make_tensor_proto(v))
    return q


for n, model in enumerate(MODELS):
    s = signature(model)
    x = rows([(name, {1: "float", 3: "whole", 9: "whole", 7: "text"}[i.dtype], [d.size if d.size > 0 else 4 for d in i.tensor_shape.dim[1:]]) for name, i in s.inputs.items()], 3, n)
    want = predict(model, x)
    assert set(want) == set(s.outputs)
    q = request(model, x)
    a = prediction.Predict(q)
    same({k: tf.make_ndarray(v) for k, v in a.outputs.items()}, want, f"gRPC {model}")
    assert a.model_spec.version.value == 1 and a.model_spec.signature_name == "serving_default"
    q.output_filter.append(next(iter(want)))
    q.model_spec.version.value = 1
    same({k: tf.make_ndarray(v) for k, v in prediction.Predict(q).outputs.items()}, want, f"gRPC {model} filtered")

    status = get_model_status_pb2.GetModelStatusRequest()
    status.model_spec.name = model
    t = models.GetModelStatus(status).model_version_status[0]
    assert (t.version, t.state) == (1, get_model_status_pb2.ModelVersionStatus.AVAILABLE)
    assert rest(model)["model_version_status"][0]["state"] == "AVAILABLE"
    assert set(rest(model + "/metadata")["metadata"]["signature_def"]["signature_def"]["serving_default"]["inputs"]) == set(x)

    name, out = next(iter(x)), next(iter(want))
    columns = rest(model + ":predict", {"inputs": {k: v.tolist() for k, v in x.items()}})["outputs"]
    same({out: columns}, want, f"REST {model} columns")
    instances = [{k: v[i].tolist() for k, v in x.items()} for i in range(3)]
    same({out: rest(model + "/versions/1:predict", {"signature_name": "serving_default", "instances": instances})["predictions"]}, want, f"REST {model} rows")
    if len(x) == 1:
        same({out: rest(model + ":predict", {"instances": x[name].tolist()})["predictions"]}, want, f"REST {model} rows without names")

nan = rest("seed:predict", {"instances": [[float("nan")] * 52]})["predictions"]
assert np.isnan(nan).all(), nan
ones = predict_pb2.PredictRequest()  # one value for all elements
ones.model_spec.name = "seed"
ones.inputs["input_layer"].CopyFrom(tf.make_tensor_proto(1.0, shape=[2, 52]))
want = predict("seed", {"input_layer": np.ones((2, 52), np.float32)})
same({k: tf.make_ndarray(v) for k, v in prediction.Predict(ones).outputs.items()}, want, "gRPC one value for all")
for dtype in (tf.float16, tf.bfloat16, tf.float64, tf.int32):
    q = predict_pb2.PredictRequest()
    q.model_spec.name = "seed"
    q.inputs["input_layer"].CopyFrom(tf.make_tensor_proto(tf.ones((2, 52), dtype).numpy()))
    same({k: tf.make_ndarray(v) for k, v in prediction.Predict(q).outputs.items()}, want, f"gRPC {dtype.name}")

bad = request("seed", {"input_layer": np.zeros((1, 2), np.float32)})
fails(lambda: prediction.Predict(bad), "gRPC shape", "INVALID_ARGUMENT", "float32(None, 52)")
fails(lambda: prediction.Predict(request("none", {})), "gRPC unknown model", "NOT_FOUND")
fails(lambda: prediction.Classify(classification_pb2.ClassificationRequest()), "gRPC classify", "UNIMPLEMENTED")
fails(lambda: rest("none:predict", {}), "REST unknown model", "404", "none")
fails(lambda: rest("seed:predict", {"instances": [[1]]}), "REST shape", "400", "float32(None, 52)")
fails(lambda: rest("seed:classify", {"examples": []}), "REST classify", "400", ":predict")
