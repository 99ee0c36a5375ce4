"""Settings from identity.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.strategies.identity import log_of
from waypost.errors import RuleError
from waypost.identity import Decisions, IdentitySettings, load_settings, resolve


def written(folder: Path, text: str) -> Path:
    path = folder / "identity.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_shipped_settings_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "identity.yaml") == IdentitySettings()
    assert load_settings(written(tmp_path, "")) == IdentitySettings()


def test_a_setting_changes_only_what_it_names(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, "kinds:\n  user_id:\n    limit: 2\n"))
    assert settings.of("user_id").limit == 2
    assert settings.of("user_id").priority == IdentitySettings().of("user_id").priority


def test_a_kind_of_one_source_comes_before_its_family(tmp_path: Path) -> None:
    text = "kinds:\n  customer_id: {limit: 2}\n  customer_id.till: {limit: 7}\n"
    settings = load_settings(written(tmp_path, text))
    assert settings.of("customer_id.till").limit == 7
    assert settings.of("customer_id.shop").limit == 2


def test_settings_decide_who_is_one_person(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        [(1, {"user_id": "u1", "email": "a@x.de"}), (2, {"user_id": "u2", "email": "a@x.de"})],
    )
    loose = load_settings(written(tmp_path, "kinds: {user_id: {limit: 2}}"))
    blocking = load_settings(written(tmp_path, "also_blocked: [u2]"))
    assert resolve(log, IdentitySettings(), Decisions()).count == 2
    assert resolve(log, loose, Decisions()).count == 1
    assert resolve(log, blocking, Decisions()).count == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kinds: [", "not YAML"),
        ("kinds: {email: {limmit: 3}}", "'limit'"),
        ("kinds: {email: {limit: 0}}", "kinds.email.limit"),
        ("blocked_patterns: ['(']", "regular expression"),
        ("- a", "identity.yaml"),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(RuleError, match=expected):
        load_settings(written(tmp_path, text))
