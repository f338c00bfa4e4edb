"""What people serve an ONNX file with: FastAPI, one uvicorn worker a core, one session of
one thread in each. serve.py starts it: uvicorn serve_peer:app, with MODEL in the
environment. It answers TensorFlow Serving's rows."""

import os

import numpy as np
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
app = FastAPI()


class Rows(BaseModel):
    instances: list[list[float]]


@app.post("/v1/models/m:predict")
async def predict(rows: Rows):
    return {"predictions": session.run(None, {name: np.array(rows.instances, np.float32)})[0].tolist()}
