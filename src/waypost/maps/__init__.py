"""The map document: its schema, its discovery from a snapshot, its checks."""

from waypost.maps.discovery import MapWishes, Sight, discover
from waypost.maps.document import JourneyMap, load_map

__all__ = ["JourneyMap", "MapWishes", "Sight", "discover", "load_map"]
