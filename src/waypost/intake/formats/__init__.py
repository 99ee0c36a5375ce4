"""The shipped formats, most specific first: of two that fit equally well the first is taken."""

from waypost.intake.format import Format
from waypost.intake.formats.ad_costs import AD_COSTS
from waypost.intake.formats.amazon import AMAZON_ORDERS
from waypost.intake.formats.brandwatch import BRANDWATCH
from waypost.intake.formats.brevo import BREVO_CONTACTS
from waypost.intake.formats.call_lists import CALL_LISTS
from waypost.intake.formats.calls import CALLS
from waypost.intake.formats.crm_deals import (
    DYNAMICS_DEALS,
    SALESFORCE_DEALS,
    SALESFORCE_HISTORY,
    ZOHO_DEALS,
)
from waypost.intake.formats.freshdesk import FRESHDESK_TICKETS
from waypost.intake.formats.ga4 import GA4
from waypost.intake.formats.hubspot import HUBSPOT_CONTACTS, HUBSPOT_DEALS
from waypost.intake.formats.hubspot_tickets import HUBSPOT_TICKETS
from waypost.intake.formats.klaviyo import KLAVIYO_PROFILES
from waypost.intake.formats.mailchimp import MAILCHIMP_ACTIVITY, MAILCHIMP_AUDIENCE
from waypost.intake.formats.matomo import MATOMO
from waypost.intake.formats.ocel import OCEL_JSON, OCEL_SQLITE
from waypost.intake.formats.paypal import PAYPAL
from waypost.intake.formats.pipedrive import PIPEDRIVE_DEALS, PIPEDRIVE_PERSONS
from waypost.intake.formats.product_analytics import AMPLITUDE, MIXPANEL, POSTHOG
from waypost.intake.formats.qualtrics import QUALTRICS
from waypost.intake.formats.reviews import REVIEWS
from waypost.intake.formats.segment import SEGMENT
from waypost.intake.formats.sequences import SEQUENCE_LINES
from waypost.intake.formats.shopify_customers import SHOPIFY_CUSTOMERS
from waypost.intake.formats.shopify_orders import SHOPIFY_ORDERS
from waypost.intake.formats.square import SQUARE_ITEMS
from waypost.intake.formats.stripe import STRIPE_PAYMENTS
from waypost.intake.formats.stripe_books import (
    STRIPE_INVOICES,
    STRIPE_INVOICES_JSON,
    STRIPE_REFUNDS,
)
from waypost.intake.formats.stripe_lists import STRIPE_CHARGES, STRIPE_SUBSCRIPTIONS
from waypost.intake.formats.typeform import TYPEFORM
from waypost.intake.formats.woocommerce import WOOCOMMERCE_ORDERS
from waypost.intake.formats.woocommerce_csv import WOOCOMMERCE_ANALYTICS, WOOCOMMERCE_CSV
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
    HUBSPOT_TICKETS,
    FRESHDESK_TICKETS,
    PIPEDRIVE_DEALS,
    PIPEDRIVE_PERSONS,
    KLAVIYO_PROFILES,
    STRIPE_PAYMENTS,
    STRIPE_CHARGES,
    STRIPE_SUBSCRIPTIONS,
    STRIPE_INVOICES,
    STRIPE_INVOICES_JSON,
    STRIPE_REFUNDS,
    PAYPAL,
    SALESFORCE_DEALS,
    SALESFORCE_HISTORY,
    ZOHO_DEALS,
    DYNAMICS_DEALS,
    TYPEFORM,
    AMAZON_ORDERS,
    WOOCOMMERCE_ORDERS,
    WOOCOMMERCE_CSV,
    WOOCOMMERCE_ANALYTICS,
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
