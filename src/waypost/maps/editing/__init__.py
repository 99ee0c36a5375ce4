"""The edited map: entities on stable ids, and operations on them.

Checks are in ``lint``, maps to start from in ``templates``, names of kinds in ``kinds``.
"""

from waypost.maps.editing.copying import Clip, Pasted, copy, paste
from waypost.maps.editing.diff import Difference, compare, grouped, operations_between
from waypost.maps.editing.document import KINDS, SCHEMA_VERSION, MapDocument, load_document
from waypost.maps.editing.ids import derived_id, id_maker, image_id, is_id, random_id
from waypost.maps.editing.operations import Applied, Conflict, StaleError, apply
from waypost.maps.editing.ordering import FIRST_KEY, between, is_order_key, keys_between, ordered
from waypost.maps.editing.placing import keys_after, respaced, siblings
from waypost.maps.editing.provenance import AssumedShare, assumed_share, cells_by_provenance
from waypost.maps.editing.searching import Hit, search
from waypost.maps.editing.side_by_side import side_by_side

__all__ = [
    "FIRST_KEY",
    "KINDS",
    "SCHEMA_VERSION",
    "Applied",
    "AssumedShare",
    "Clip",
    "Conflict",
    "Difference",
    "Hit",
    "MapDocument",
    "Pasted",
    "StaleError",
    "apply",
    "assumed_share",
    "between",
    "cells_by_provenance",
    "compare",
    "copy",
    "derived_id",
    "grouped",
    "id_maker",
    "image_id",
    "is_id",
    "is_order_key",
    "keys_after",
    "keys_between",
    "load_document",
    "operations_between",
    "ordered",
    "paste",
    "random_id",
    "respaced",
    "search",
    "siblings",
    "side_by_side",
]
