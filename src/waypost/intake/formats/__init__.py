"""The shipped formats, most specific first: of two that fit equally well the first is taken."""

from waypost.intake.format import Format
from waypost.intake.formats.ad_costs import AD_COSTS
from waypost.intake.formats.brandwatch import BRANDWATCH
from waypost.intake.formats.brevo import BREVO_CONTACTS
from waypost.intake.formats.call_lists import CALL_LISTS
from waypost.intake.formats.calls import CALLS
from waypost.intake.formats.ga4 import GA4
from waypost.intake.formats.hubspot import HUBSPOT_CONTACTS, HUBSPOT_DEALS
from waypost.intake.formats.mailchimp import MAILCHIMP_ACTIVITY, MAILCHIMP_AUDIENCE
from waypost.intake.formats.matomo import MATOMO
from waypost.intake.formats.ocel import OCEL_JSON, OCEL_SQLITE
from waypost.intake.formats.product_analytics import AMPLITUDE, MIXPANEL, POSTHOG
from waypost.intake.formats.qualtrics import QUALTRICS
from waypost.intake.formats.reviews import REVIEWS
from waypost.intake.formats.segment import SEGMENT
from waypost.intake.formats.sequences import SEQUENCE_LINES
from waypost.intake.formats.shopify_customers import SHOPIFY_CUSTOMERS
from waypost.intake.formats.shopify_orders import SHOPIFY_ORDERS
from waypost.intake.formats.square import SQUARE_ITEMS
from waypost.intake.formats.stripe import STRIPE_PAYMENTS
from waypost.intake.formats.woocommerce import WOOCOMMERCE_ORDERS
from waypost.intake.formats.xes import XES
from waypost.intake.formats.zendesk import ZENDESK_CSV, ZENDESK_JSON
from waypost.intake.streams import Stream

__all__ = ["FORMATS", "STREAMS"]

FORMATS: tuple[Format, ...] = (
    SHOPIFY_ORDERS,
    SHOPIFY_CUSTOMERS,
    SEGMENT,
    MAILCHIMP_AUDIENCE,
    MAILCHIMP_ACTIVITY,
    ZENDESK_CSV,
    ZENDESK_JSON,
    SQUARE_ITEMS,
    CALLS,
    CALL_LISTS,
    QUALTRICS,
    REVIEWS,
    BRANDWATCH,
    HUBSPOT_DEALS,
    HUBSPOT_CONTACTS,
    STRIPE_PAYMENTS,
    WOOCOMMERCE_ORDERS,
    BREVO_CONTACTS,
    GA4,
    MATOMO,
    MIXPANEL,
    POSTHOG,
    AMPLITUDE,
    AD_COSTS,
)
"""Formats of tables."""

STREAMS: tuple[Stream, ...] = (XES, OCEL_JSON, OCEL_SQLITE, SEQUENCE_LINES)
"""Formats that are read as a stream of bytes."""
