"""From a snapshot to a map document: every card counted or quoted, every gap named."""

from waypost.maps.discovery.assembly import discover
from waypost.maps.discovery.sight import Sight
from waypost.maps.discovery.wishes import MapWishes

__all__ = ["MapWishes", "Sight", "discover"]
