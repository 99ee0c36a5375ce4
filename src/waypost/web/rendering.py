"""Pages: templates with the reader's language, figures, icons, navigation and form token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from waypost.app.settings import Settings
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import ROLE_NAMES, Right
from waypost.app.studio.signing_in import Signed
from waypost.errors import WaypostError
from waypost.exports.html.speech import speech_for
from waypost.kit import phrases
from waypost.kit.translation import LANGUAGES, N_, translator
from waypost.web.access import csrf_of, site_of
from waypost.web.formats import FILTERS
from waypost.web.navigation import areas_of, current_area
from waypost.web.statics import statics_of

__all__ = ["bare_page", "error_page", "fragment", "language_of", "page", "said"]

LANGUAGE_COOKIE = "waypost_language"
THEME_COOKIE = "waypost_theme"
_NO_WORKSPACE = Settings(name="Waypost", language="en")
_TITLES = {
    403: N_("This is not open to you"),
    404: N_("Nothing here"),
    409: N_("Somebody was faster"),
    422: N_("This cannot be used"),
    429: N_("One moment, please"),
    500: N_("Something went wrong"),
}
_OVER = N_("This link no longer works")
_CUT = 300


def page(
    request: Request,
    actor: Actor,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """A page of the actor's workspace, in the actor's language.

    The template sees ``values`` and: ``actor``, ``workspace`` (its settings), ``slug``, ``now``,
    ``url``, ``icon``, ``static``, ``csrf``, ``areas``, ``area``, ``may``, ``query``.
    """
    slug = actor.workspace
    settings = site_of(request).workspace(slug).settings
    language = actor.language if actor.language in LANGUAGES else language_of(request)

    def url(*parts: str | int, **query: str | int) -> str:
        return _address(("w", slug, *parts), query)

    shared = {
        "actor": actor,
        "workspace": settings,
        "slug": slug,
        "url": url,
        "areas": areas_of(request.app),
        "area_keys": {area.key for area in areas_of(request.app)},
        "area": current_area(request.url.path),
        "may": lambda right: Right(right) in actor.rights,
        "speech": speech_for(language, settings.currency),
        "zone": settings.zone,
    }
    return _rendered(request, language, template, {**shared, **(values or {})}, status=status)


def fragment(
    request: Request,
    actor: Actor,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """The same as ``page``, for a template that is a part of one."""
    return page(request, actor, template, values, status=status)


def bare_page(
    request: Request,
    template: str,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    language: str = "",
) -> HTMLResponse:
    """A page outside of any workspace, in ``language`` or else the browser's."""
    language = language or language_of(request)
    shared: dict[str, Any] = {
        "actor": None,
        "workspace": _NO_WORKSPACE,
        "slug": "",
        "url": lambda *parts, **query: _address(parts, query),
        "areas": (),
        "area_keys": frozenset(),
        "area": "",
        "may": lambda _right: False,
        "speech": speech_for(language, "EUR"),
        "zone": "UTC",
    }
    return _rendered(request, language, template, {**shared, **(values or {})}, status=status)


def error_page(request: Request, error: WaypostError, status: int) -> HTMLResponse:
    """The error in words: a part for htmx, else a page, inside the workspace where there is one."""
    told = said(language_of(request), error)
    title = _OVER if "link" in error.facts else _TITLES.get(status, _TITLES[500])
    values = {"told": told, "status": status, "title": title}
    if request.headers.get("hx-request") and not request.headers.get("hx-boosted"):
        return bare_page(request, "_error.html", values, status=status)
    actor = getattr(request.state, "actor", None)
    if isinstance(actor, Actor):
        return page(request, actor, "error.html", values, status=status)
    return bare_page(request, "error.html", values, status=status)


def said(language: str, error: WaypostError) -> dict[str, str]:
    """The error's message and hint in a language."""
    text = translator(language).gettext
    return {"message": phrases.said(text, error.message), "hint": phrases.said(text, error.hint)}


def language_of(request: Request) -> str:
    """The language of the account, else of the browser's cookie, else of its settings."""
    signed = getattr(request.state, "signed", None)
    if isinstance(signed, Signed) and signed.user.language in LANGUAGES:
        return signed.user.language
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return _accepted(request.headers.get("accept-language", ""))


def _accepted(header: str) -> str:
    """The language that the browser likes best of those we speak; English else."""
    liked: list[tuple[float, str]] = []
    for part in header[:_CUT].split(","):
        name, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=")
        share = float(weight) if weight.replace(".", "", 1).isdigit() else 1.0
        liked.append((-share, name[:2].lower()))
    return next((name for _, name in sorted(liked, key=lambda x: x[0]) if name in LANGUAGES), "en")


def _rendered(
    request: Request, language: str, template: str, values: Mapping[str, Any], *, status: int
) -> HTMLResponse:
    statics = statics_of(request)
    signed = getattr(request.state, "signed", None)
    theme = signed.user.theme if isinstance(signed, Signed) else request.cookies.get(THEME_COOKIE)
    shared = {
        "language": language,
        "theme": theme if theme in ("light", "dark") else "system",
        "csrf": csrf_of(request),
        "static": statics.address,
        "icon": _icons(statics.address("icons.svg")),
        "now": site_of(request).clock(),
        "path": request.url.path,
        "query": dict(request.query_params),
        "role_names": ROLE_NAMES,
        "account": signed.user if isinstance(signed, Signed) else None,
    }
    text = _environment(language).get_template(template).render({**shared, **values})
    return HTMLResponse(text, status)


def _icons(sprite: str) -> Callable[..., Markup]:
    def icon(name: str, label: str = "") -> Markup:
        """An icon of the sprite; with a label it speaks, without it is silent."""
        spoken = (
            Markup('role="img" aria-label="{}"').format(label)
            if label
            else Markup('aria-hidden="true"')
        )
        return Markup('<svg class="i" {}><use href="{}#{}"></use></svg>').format(
            spoken, sprite, name
        )

    return icon


def _address(parts: tuple[str | int, ...], query: Mapping[str, str | int]) -> str:
    path = "/" + "/".join(quote(str(part).strip("/")) for part in parts if str(part))
    return f"{path}?{urlencode(query)}" if query else path


@lru_cache(maxsize=len(LANGUAGES))
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("waypost.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.filters.update(FILTERS)
    environment.install_gettext_translations(translator(language), newstyle=False)  # type: ignore[attr-defined]  # added by the i18n extension
    return environment
