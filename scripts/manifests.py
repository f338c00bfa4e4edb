"""Holds the manifests of examples/deploy against published schemas: Kubernetes' own,
and that of KServe's custom resources, from the folder config/crd/full of its module:

    python scripts/manifests.py CRDS examples/deploy/*.yaml

Needs kubernetes-validate, which carries the schemas of Kubernetes. Fields that a
schema does not have are errors.
"""
import copy
import sys
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml

KUBERNETES = "1.37"


def strict(schema):
    """The schema of a custom resource, with nothing allowed that it does not name."""
    if isinstance(schema, list):
        return [strict(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    s = {k: strict(v) for k, v in schema.items()}
    if isinstance(s.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        s.setdefault("additionalProperties", False)
    return s


def custom(folder):
    """The schemas of custom resources by (apiVersion, kind)."""
    all = {}
    for file in sorted(Path(folder).glob("*.yaml")):
        d = yaml.safe_load(file.read_text())
        if d.get("kind") != "CustomResourceDefinition":
            continue
        for v in d["spec"]["versions"]:
            schema = strict(v["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}  # Kubernetes' own
            all[f'{d["spec"]["group"]}/{v["name"]}', d["spec"]["names"]["kind"]] = schema
    return all


def check(doc, schemas):
    schema = schemas.get((doc["apiVersion"], doc["kind"]))
    if schema:
        jsonschema.Draft7Validator(schema).validate(doc)
    else:
        kubernetes_validate.validate(doc, KUBERNETES, strict=True)


def main(crds, files):
    schemas = custom(crds)
    assert schemas, crds + " holds no custom resource"
    for file in files:
        for doc in yaml.safe_load_all(Path(file).read_text()):
            check(doc, schemas)
            other = copy.deepcopy(doc)
            other["spec"]["nonsense"] = 1
            try:
                check(other, schemas)
            except (jsonschema.ValidationError, kubernetes_validate.ValidationError):
                print("ok", file, doc["apiVersion"], doc["kind"])
                continue
            raise SystemExit(f'{file}: the schema of {doc["kind"]} takes nonsense')


main(sys.argv[1], sys.argv[2:])
