"""What is wrong with a value of a map, in words that can be translated."""

from __future__ import annotations

from typing import Any

__all__ = ["fault_of"]

_WORDS = {
    "string_type": "it must be a text",
    "bool_type": "it must be true or false",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "float_type": "it must be a number",
    "float_parsing": "it must be a number",
    "dict_type": "it must be an object with named parts",
    "model_type": "it must be an object with named parts",
    "list_type": "it must be a list",
    "missing": "it is missing",
    "extra_forbidden": "there is no such field",
    "literal_error": "it must be one of {expected}",
    "greater_than_equal": "it must be {ge:g} or more",
    "less_than_equal": "it must be {le:g} or less",
    "date_from_datetime_parsing": "it must be a day such as 2026-12-31",
    "date_parsing": "it must be a day such as 2026-12-31",
}


def fault_of(found: Any) -> str:
    """The words for one of pydantic's errors; what our own rules say is said as it is."""
    words = _WORDS.get(found["type"])
    if words is None:
        return str(found["msg"]).removeprefix("Value error, ")
    return words.format(**found.get("ctx", {}))
