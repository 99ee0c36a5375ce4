"""Brandwatch's mentions CSV: public posts that name the brand, under a preamble."""

from __future__ import annotations

from waypost.errors import InputError
from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.normalise import SCALES, rate, snake_case
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["BRANDWATCH"]

_ATTRIBUTES = {
    "url": "Url",
    "domain": "Domain",
    "page_type": "Page Type",
    "reach": "Reach (new)",
    "impressions": "Impressions",
    "engagement": "Engagement Score",
    "language": "Language",
    "country": "Country",
    "query": "Query Name",
    "tags": "Tags",
    "categories": "Categories",
}
_NETWORKS = (
    "x",
    "instagram",
    "facebook",
    "reddit",
    "youtube",
    "tiktok",
    "linkedin",
    "mastodon",
    "bluesky",
)
_X = ("x", "x_com", "twitter", "x_twitter", "twitter_x", "x_formerly_twitter")
_SITES = ("news", "blog", "blogs", "forum", "forums", "web", "review")


def _make(record: Record, reading: Reading) -> Answer:
    posted = reading.needed_time(record, "Date", "date")
    key = reading.text(record, "Resource Id", "resourceId", "Guid", "Mention URL", "Url", "url")
    if key is None:
        raise InputError("Resource Id and Url are empty.", column="Resource Id")
    network = _network(record, reading)
    mood = reading.text(record, "Sentiment")
    rating = rate(mood, SCALES["sentiment"])
    attributes = reading.attributes(record, _ATTRIBUTES)
    if network:
        attributes["network"] = network
    if rating is not None:
        attributes |= {"score": mood or "", "rating_kind": "sentiment"}
    return [
        Event(
            at=posted.at,
            event="brand_mentioned",
            key=f"mention:{key}",
            line=record.line,
            channel="social" if network in _NETWORKS or network not in _SITES else "web",
            identifiers=_handle(record, reading, network),
            rating=rating,
            text=reading.text(record, "Full Text", "fullText", "Snippet", "Title"),
            attributes=attributes,
            flags=posted.flags,
        )
    ]


def _network(record: Record, reading: Reading) -> str:
    """The social network of a post, else the kind of page; empty where nothing is said."""
    kind = snake_case(reading.text(record, "Content Source", "Page Type", "pageType") or "")
    domain = (reading.text(record, "Domain") or "").casefold()
    if kind in _X or domain in ("x.com", "twitter.com"):
        return "x"
    for network in _NETWORKS[1:]:
        if network in kind or domain == f"{network}.com":
            return network
    return kind


def _handle(record: Record, reading: Reading, network: str) -> tuple[tuple[str, str], ...]:
    author = reading.text(record, "Author", "author")
    if author is None or network not in _NETWORKS:
        return ()
    return ((f"handle.{network}", author.lstrip("@").casefold()),)


BRANDWATCH = Format(
    id="brandwatch",
    label="Brandwatch mentions (CSV)",
    source="brandwatch",
    kinds=TEXT,
    signature=Signature(
        required=(
            ("Query Name", "Query Id"),
            "Date",
            "Sentiment",
            ("Snippet", "Full Text", "Title"),
        ),
        typical=("Author", "Url", "Domain", "Page Type", "Language", "Country", "Resource Id"),
    ),
    make=_make,
    times=("Date",),
)
