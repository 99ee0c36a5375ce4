"""The areas of the studio, in the order of the rail; one that no router serves is left out."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI

from waypost.kit.translation import N_

__all__ = ["AREAS", "Area", "areas_of", "current_area"]


@dataclass(frozen=True, slots=True)
class Area:
    """An entry of the rail: its name, icon and the address below the workspace's."""

    key: str
    label: str
    icon: str

    @property
    def route(self) -> str:
        """The route that serves it."""
        return f"/w/{{slug}}/{self.key}" if self.key else "/w/{slug}"


AREAS = (
    Area("", N_("Overview"), "house"),
    Area("maps", N_("Maps"), "map"),
    Area("journeys", N_("Journeys"), "route"),
    Area("personas", N_("Personas"), "contact"),
    Area("people", N_("People"), "users"),
    Area("opportunities", N_("Opportunities"), "lightbulb"),
    Area("actions", N_("Actions"), "list-checks"),
    Area("data", N_("Data"), "database"),
    Area("settings", N_("Settings"), "settings"),
)


def areas_of(app: FastAPI) -> tuple[Area, ...]:
    """The areas that some router of the application serves."""
    paths = app.state.paths
    return tuple(area for area in AREAS if area.route in paths)


def current_area(path: str) -> str:
    """The key of the area that an address belongs to."""
    parts = path.strip("/").split("/")
    return parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - w, slug, area
