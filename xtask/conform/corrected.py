"""Writes a copy of the OpenAPI file that schemathesis can judge the server by: `corrected.py FILE OVERRULED OUT`.

References to places that OpenAPI does not know are put in place, a default of `status` becomes the constant that the
file says it is, and what the protocol page overrules is corrected as the list says. Nothing else is changed.
"""

import json
import sys

import yaml

JSON = "application/json"


def in_place(value, file):
    """The value with every reference replaced by what it points to."""
    if isinstance(value, dict):
        if "$ref" in value:
            target = file
            for name in value["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            return in_place(target, file)
        return {str(name): in_place(below, file) for name, below in value.items()}
    if isinstance(value, list):
        return [in_place(item, file) for item in value]
    return value


def correct_answers(methods, answers):
    wrong_request = methods["create"]["responses"]["400"]
    for entry in answers:
        for method in entry["methods"]:
            declared = methods[method]["responses"]
            http = str(entry["http"])
            if http not in declared:
                declared[http] = json.loads(json.dumps(wrong_request))
                status_of(declared[http])["enum"] = []
            codes = status_of(declared[http])["enum"]
            if entry.get("instead_of") in codes:
                codes.remove(entry["instead_of"])
            codes.extend(code for code in entry["codes"] if code not in codes)


def status_of(answer):
    return answer["content"][JSON]["schema"]["properties"]["status"]


def make_constant(answer):
    status = status_of(answer)
    default = status.pop("default", None)
    if default is not None and "enum" not in status:
        status["enum"] = [default]
    elif "enum" in status:
        status["enum"] = list(dict.fromkeys(status["enum"]))


def correct_fields(schema, entries):
    """Goes through a schema; `entries` say how fields differ, wherever they are."""
    for part in schema.get("allOf", []):
        correct_fields(part, entries)
    if "items" in schema:
        correct_fields(schema["items"], entries)
    for name, field in schema.get("properties", {}).items():
        for entry in entries:
            if name in entry["fields"]:
                patch = dict(entry["schema"])
                if patch.pop("required", True) is False and name in schema.get("required", []):
                    schema["required"].remove(name)
                correct_field(field, patch)
        correct_fields(field, entries)


def correct_field(field, patch):
    for keyword, value in patch.items():
        if value is None:
            field.pop(keyword, None)
        elif keyword in FITS.get(field.get("type"), ()):
            field[keyword] = value


# A name may be a text in one place and a list in another.
ANY = ("enum", "nullable")
FITS = {
    "string": (*ANY, "minLength", "maxLength"),
    "integer": (*ANY, "minimum", "maximum"),
    "array": (*ANY, "maxItems"),
    "boolean": ANY,
}


def main(source, list_of_overruled, out):
    with open(source, encoding="utf-8") as text:
        file = yaml.safe_load(text)
    with open(list_of_overruled, encoding="utf-8") as text:
        overruled = yaml.safe_load(text)
    file["paths"] = in_place(file["paths"], file)
    file.pop("components")
    methods = {path.strip("/"): next(iter(ways.values())) for path, ways in file["paths"].items()}
    for method in methods.values():
        for answer in method["responses"].values():
            # `durations` has none, which OpenAPI does not allow.
            answer["description"] = answer.get("description") or "OK"
            make_constant(answer)
            correct_fields(answer["content"][JSON]["schema"], overruled["accepts"])
        body = method.get("requestBody")
        if body:
            correct_fields(body["content"][JSON]["schema"], overruled["accepts"] + overruled["refuses"])
    correct_answers(methods, overruled["answers"])
    with open(out, "w", encoding="utf-8") as text:
        json.dump(file, text, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
