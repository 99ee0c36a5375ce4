"""Every error that the code can raise is said in German, values and all."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import waypost
from waypost import errors
from waypost.kit import phrases
from waypost.kit.translation import translator

ROOT = Path(waypost.__file__).parent
OURS = {name for name in dir(errors) if name.endswith("Error")} | {"StaleError"}
VALUE = "Qx7"


def sentences(node: ast.expr | None) -> list[str]:
    """What an expression says, a stand-in for every value; nothing where it cannot be seen."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(v.value if isinstance(v, ast.Constant) else VALUE for v in values)]
        case ast.IfExp(body=one, orelse=other):
            return [*sentences(one), *sentences(other)]
        case ast.Call(func=ast.Name(id="N_"), args=[marked]):
            return sentences(marked)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [a + b for a in sentences(left) for b in sentences(right)]
        case _:
            return []


def said_of(call: ast.Call) -> list[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in OURS:
        return []
    hints = [word.value for word in call.keywords if word.arg == "hint"]
    return [one for part in (*call.args[:1], *hints) for one in sentences(part)]


def words_in(sentence: str) -> bool:
    return re.search(r"[A-Za-z]{2}", sentence.replace(VALUE, "")) is not None


MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))


@pytest.mark.parametrize("package", sorted({name.split("/")[0] for name in MODULES}))
def test_what_an_error_says_has_german_words(package: str) -> None:
    text = translator("de").gettext
    missing = []
    for name in (one for one in MODULES if one.split("/")[0] == package):
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        told = {one for call in calls for one in said_of(call) if words_in(one)}
        missing += [f"{name}: {one}" for one in sorted(told) if phrases.said(text, one) == one]
    assert not missing, "\n".join(missing)


def test_a_value_stands_in_the_german_sentence() -> None:
    text = translator("de").gettext
    assert phrases.said(text, "Foto.jpg is a picture, no table.") == (
        "Foto.jpg ist ein Bild, keine Tabelle."
    )
    cut = "is no valid JSON: unexpected end of data: line 1 column 385 (char 384)"
    assert phrases.said(text, cut) == (
        "ist kein gültiges JSON: Der Text endet mittendrin (Zeile 1, Spalte 385, Zeichen 384)"
    )
