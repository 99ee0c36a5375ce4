"""The API as its own description says: whatever is sent, no answer is a server error."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from waypost.app.studio.permissions import Right
from waypost.app.studio.tokens import make_token

LEFT_OUT = (r"/live", r"/tokens/\{\w+\}")
"""A stream that never ends, and what would take away the token that asks."""
EXAMPLES = 8
FEW = ("/maps/file",)
"""Each of these starts a process of its own."""
PATIENCE_SECONDS = 120
PATIENCE = 120
"""Seconds for one answer: a file may wait for a process of its own on a busy machine."""


@pytest.fixture(scope="module")
def token(studio) -> str:
    """A token that may do everything but administer, so that no run locks itself out."""
    rights = frozenset(Right) - {Right.ADMINISTER}
    made = make_token(studio.site, studio.actor(), name="contract", scopes=rights, days=1)
    return made.secret


@pytest.fixture(scope="module")
def api_schema(studio, token):
    """Every operation of the API, in the one workspace that there is."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", studio.app)
    return schema.exclude(path_regex="|".join(f"{part}$" for part in LEFT_OUT))


def _sent(case, token):
    """The answer to a made-up request, with the workspace and the token put right."""
    case.path_parameters = {**(case.path_parameters or {}), **_where(case)}
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
    case.cookies = {}
    return case.call(timeout=PATIENCE)


def _where(case) -> dict[str, str]:
    return {"workspace": "shop"} if "{workspace}" in case.operation.path else {}


def _faults_of(operation, token, seen) -> set[str]:
    """What went wrong in the answers to made-up requests; ``seen`` counts their status codes."""
    faults: set[str] = set()

    @settings(
        max_examples=2 if operation.path.endswith(FEW) else EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case):
        try:
            answer = _sent(case, token)
        except Exception as error:  # noqa: BLE001 - the application let it through, whatever it is
            faults.add(f"{case.method} {operation.path} raises {error!r:.200}")
            return
        seen[answer.status_code] += 1
        told = f"{case.method} {operation.path} {answer.status_code}"
        if answer.status_code >= 500:
            faults.add(f"{told}: {answer.text[:300]}")
        elif answer.status_code >= 400 and not _is_error(answer.text):
            faults.add(f"{told} is not told in our one shape: {answer.text[:200]}")

    ask()
    return faults


def _is_error(text: str) -> bool:
    told = json.loads(text).get("error", {})
    return {"code", "message", "hint"} <= set(told)


def test_whatever_is_sent_no_answer_is_a_server_error(api_schema, token):
    operations = [found.ok() for found in api_schema.get_all_operations()]
    assert len(operations) > 60
    seen: Counter[int] = Counter()
    faults = set().union(*(_faults_of(operation, token, seen) for operation in operations))
    assert faults == set()
    assert seen[200] + seen[201] + seen[204] > 50, seen
    assert seen[401] == 0, seen


def test_every_operation_says_what_it_does_in_its_description(studio):
    told = studio.client().get("/api/v1/openapi.json").json()
    silent = [
        f"{method} {path}"
        for path, operations in told["paths"].items()
        for method, operation in operations.items()
        if not operation.get("description") and not operation.get("summary")
    ]
    assert silent == []
    assert len(told["paths"]) > 40
