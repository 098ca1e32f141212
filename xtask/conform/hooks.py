"""Gives schemathesis real keys, tokens and names most of the time; it would see little but 401 otherwise.

`SCHEMATHESIS_HOOKS` names this module. `CONFORM_URL` is the server's MedMe face, `CONFORM_KEY` its API key. What was answered how
often is written to `CONFORM_ANSWERS` at the end.
"""

import atexit
import collections
import json
import os
import random
import urllib.error
import urllib.request

import schemathesis

URL = os.environ["CONFORM_URL"]
KEY = os.environ["CONFORM_KEY"]
CHANCE = random.Random(int(os.environ["CONFORM_SEED"]))

ANSWERS = collections.Counter()

# What may have happened to a visit before a request comes in.
PASTS = [
    [],
    ["open_for_join"],
    ["open_for_join", "join"],
    ["open_for_join", "join", "leave"],
    ["open_for_join", "join", "start"],
    ["open_for_join", "join", "start", "finish"],
    ["cancel"],
]


def post(method, body):
    request = urllib.request.Request(
        f"{URL}/{method}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        return json.load(refusal)


def a_token():
    """The token of somebody in a new visit in any status."""
    person = {"id": "1", "name": "Sample", "surname": "Person"}
    role = CHANCE.choice(["CLIENT", "SPECIALIST", "SPECIALIST"])
    info = {
        "appointmentId": "conform", "isOpen": CHANCE.random() < 0.3, "l10n": "en", "otp": CHANCE.random() < 0.05,
        "organizationInfo": {"id": "o", "title": "Example"},
        "filialInfo": {"id": "f", "title": "Branch", "timezone": "UTC"},
        "openingDurationSeconds": 0, "scheduledDurationSeconds": 900, "scheduledStart": "2099-01-01T10:00:00Z",
        "services": [], "clients": [person] if role == "CLIENT" or CHANCE.random() < 0.3 else [],
        "specialists": [{**person, "profession": "Tester", "required": False}] if role == "SPECIALIST" else [],
    }
    made = post("create", {"api_key": KEY, "user_id": "1", "user_role": role, "conference_info": info})
    token = made["access_token"]
    for method in CHANCE.choice(PASTS):
        post(method, {"access_token": token})
    return token


@schemathesis.hook
def before_call(context, case, kwargs):
    for fields in (case.query, case.body):
        if not isinstance(fields, dict) or CHANCE.random() < 0.2:
            continue
        if isinstance(fields.get("access_token"), str):
            fields["access_token"] = a_token()
        if isinstance(fields.get("api_key"), str):
            fields["api_key"] = KEY
            name_a_user(fields)


def name_a_user(booking):
    """Lets the booking be by one of those it names, so that it can go well."""
    info = booking.get("conference_info")
    if not isinstance(info, dict) or not isinstance(booking.get("user_id"), str):
        return
    for role, people in (("SPECIALIST", "specialists"), ("CLIENT", "clients")):
        people = info.get(people)
        if isinstance(people, list) and people and isinstance(people[0], dict):
            if isinstance(people[0].get("id"), str) and booking.get("user_role") in ("SPECIALIST", "CLIENT"):
                booking["user_id"], booking["user_role"] = people[0]["id"], role
                return


@schemathesis.hook
def after_call(context, case, response):
    try:
        code = response.json()["status"]
    except (ValueError, KeyError, TypeError):
        code = "no code"
    ANSWERS[f"{response.status_code} {code}"] += 1


@atexit.register
def write_answers():
    with open(os.environ["CONFORM_ANSWERS"], "w", encoding="utf-8") as file:
        json.dump(dict(ANSWERS.most_common()), file)
