"""The edited map: entities on stable ids, operations on them, templates, lint."""

from waypost.maps.editing.document import KINDS, SCHEMA_VERSION, MapDocument, load_document
from waypost.maps.editing.ids import derived_id, id_maker, image_id, is_id, random_id
from waypost.maps.editing.operations import Applied, Conflict, StaleError, apply
from waypost.maps.editing.ordering import FIRST_KEY, between, is_order_key, keys_between, ordered

__all__ = [
    "FIRST_KEY",
    "KINDS",
    "SCHEMA_VERSION",
    "Applied",
    "Conflict",
    "MapDocument",
    "StaleError",
    "apply",
    "between",
    "derived_id",
    "id_maker",
    "image_id",
    "is_id",
    "is_order_key",
    "keys_between",
    "load_document",
    "ordered",
    "random_id",
]
