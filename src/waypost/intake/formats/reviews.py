"""Public reviews in the shapes of Trustpilot and eTrusted."""

from __future__ import annotations

from waypost.intake.format import TREES, Format, Signature
from waypost.intake.normalise import SCALES, rate
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Record
from waypost.model import Event

__all__ = ["REVIEWS"]

_ATTRIBUTES = {
    "title": "title",
    "language": "language",
    "status": "status",
    "verified": "isVerified",
    "location": "location.name",
}


def _make(record: Record, reading: Reading) -> Answer:
    written = reading.needed_time(record, "createdAt", "created_at", "submittedAt", "date")
    key = reading.needed(record, "id", "reviewId", "review_id")
    score = reading.text(record, "stars", "rating", "score")
    attributes = reading.attributes(record, _ATTRIBUTES)
    if score is not None:
        attributes |= {"score": score, "rating_kind": "stars"}
    body = reading.text(record, "text", "comment", "content", "body")
    text = "\n".join(dict.fromkeys(part for part in (attributes.get("title"), body) if part))
    review = Event(
        at=written.at,
        event="review_written",
        key=f"review:{key}",
        line=record.line,
        channel="review",
        identifiers=_identifiers(record, reading),
        rating=rate(score, SCALES["stars"]),
        text=text or None,
        attributes=attributes,
        flags=written.flags,
    )
    return [review, *_reply(review, record, reading)]


def _identifiers(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    return (
        *reading.email(record, "consumer.email", "customer.email", "referralEmail", "email"),
        *reading.order(
            record,
            "referenceId",
            "referenceNumber",
            "reference_number",
            "transaction.reference",
            "orderId",
        ),
        *reading.identifier("customer_id.reviews", record, "consumer.id", "customer.id"),
    )


def _reply(review: Event, record: Record, reading: Reading) -> list[Event]:
    answered = reading.time(record, "companyReply.createdAt", "reply.createdAt")
    if answered is None:
        return []
    return [
        Event(
            at=answered.at,
            event="review_replied",
            key=f"{review.key}:reply",
            line=record.line,
            channel="review",
            identifiers=review.identifiers,
            text=reading.text(record, "companyReply.text", "reply.text", "reply.comment"),
            rank=1,
            flags=answered.flags,
        )
    ]


REVIEWS = Format(
    id="reviews",
    label="Reviews (JSON, as Trustpilot or eTrusted)",
    source="reviews",
    kinds=TREES,
    signature=Signature(
        required=(
            ("stars", "rating"),
            ("createdAt", "created_at", "submittedAt"),
            ("text", "comment", "content"),
            ("consumer", "customer", "transaction", "referenceId", "referenceNumber", "channel"),
        ),
        typical=("id", "title", "language"),
    ),
    make=_make,
)
