"""Published totals of public data sets."""

import pytest

from waypost.intake import parse_mapping

pytestmark = pytest.mark.realdata


def persons(desk, kind):
    return len({one[f"id.{kind}"] for one in desk.events() if f"id.{kind}" in one})


def test_online_retail_two_has_525_461_lines_in_its_first_sheet(desk, shared_data):
    """UCI Online Retail II, sheet Year 2009-2010: 525,461 rows."""
    mapping = parse_mapping(
        {
            "name": "retail",
            "time": {"column": "InvoiceDate", "zone": "Europe/London"},
            "event": "item_bought",
            "identifiers": {"customer_id.retail": "Customer ID", "order_id": "Invoice"},
            "value": {"column": "Price", "times": "Quantity", "currency": "GBP"},
            "attributes": {"sku": "StockCode"},
        }
    )

    report = desk.add(
        shared_data / "uci_online_retail/online_retail_viniciusfrantz.parquet", mapping
    )

    assert (report.records, report.stored) == (525_461, 525_461)


def test_bpi_challenge_2012_has_262_200_events(desk, shared_data):
    """BPI Challenge 2012 (doi 10.4121/uuid:3926db30): 13,087 cases, 262,200 events."""
    report = desk.add(shared_data / "process_logs_xes/BPI_Challenge_2012.xes.gz")

    assert (report.records, report.stored) == (262_200, 262_200)
    kinds = {
        case
        for rows in desk.log.scan(["id.case"])
        for case in rows.batch["id.case"].unique().to_pylist()
    }
    assert len(kinds) == 13_087


def test_helpdesk_has_21_348_events(desk, shared_data):
    """Helpdesk log of an Italian company: 4,580 cases, 21,348 events."""
    report = desk.add(shared_data / "process_logs_xes/Helpdesk.xes.gz")

    assert (report.stored, persons(desk, "case")) == (21_348, 4_580)


def test_the_running_example_has_42_events_in_6_cases(desk, shared_data):
    """PM4Py's running example: 42 events, 6 cases."""
    report = desk.add(shared_data / "pm4py_test_logs/01_running-example.xes.gz")

    assert (report.stored, persons(desk, "case")) == (42, 6)


def test_cdnow_has_69_659_purchases_of_23_570_customers(desk, shared_data):
    """CDNOW master file (Fader and Hardie): 69,659 transactions, 23,570 customers."""
    mapping = parse_mapping(
        {
            "name": "cdnow",
            "time": "date",
            "event": "purchase_made",
            "identifiers": {"customer_id.cdnow": "customer_id"},
            "value": {"column": "dollar_value", "currency": "USD"},
        }
    )

    report = desk.add(shared_data / "cdnow/CDNOW_master.txt.gz", mapping)

    assert (report.stored, persons(desk, "customer_id.cdnow")) == (69_659, 23_570)


def test_airline_tweets_are_14_640(desk, shared_data):
    """Twitter US Airline Sentiment: 14,640 tweets, 9,178 of them negative."""
    mapping = parse_mapping(
        {
            "name": "tweets",
            "time": "tweet_created",
            "event": "brand_mentioned",
            "identifiers": {"handle.twitter": "name"},
            "rating": {"column": "airline_sentiment", "scale": "sentiment"},
            "text": "text",
        }
    )

    report = desk.add(shared_data / "airline_tweets/Tweets.csv.gz", mapping)

    assert (report.records, sum(one["rating"] < 0 for one in desk.events())) == (14_640, 9_178)


def test_msnbc_has_989_818_sequences(desk, shared_data):
    """MSNBC anonymous web data (UCI): 989,818 visitors."""
    report = desk.add(shared_data / "msnbc_clickstream/msnbc990928.zip")

    assert report.stored == 989_818


def test_olist_orders_give_an_event_per_milestone(desk, shared_data):
    mapping = parse_mapping(
        {
            "name": "olist",
            "moments": {
                "order_placed": "order_purchase_timestamp",
                "order_paid": "order_approved_at",
                "order_shipped": "order_delivered_carrier_date",
                "order_delivered": "order_delivered_customer_date",
            },
            "identifiers": {"customer_id.olist": "customer_id", "order_id": "order_id"},
            "key": "order_id",
        }
    )

    report = desk.add(shared_data / "olist/olist_orders_sample.csv.gz", mapping)

    assert (report.records, report.stored, report.events["order_placed"]) == (4_000, 4_000, 4_000)


def test_olist_reviews_have_stars(desk, shared_data):
    mapping = parse_mapping(
        {
            "name": "olist-reviews",
            "time": "review_answer_timestamp",
            "event": "review_written",
            "identifiers": {"order_id": "order_id"},
            "rating": "review_score",
            "text": ["review_comment_title", "review_comment_message"],
            "key": ["review_id", "order_id"],
        }
    )

    report = desk.add(shared_data / "olist/olist_order_reviews_sample.csv.gz", mapping)

    assert report.quarantined == 0
    assert all(-2 <= one["rating"] <= 2 for one in desk.events())


def test_the_marketing_funnel_has_8_000_leads_and_842_deals(desk, shared_data):
    """Olist marketing funnel: 8,000 qualified leads, 842 closed deals."""
    leads = parse_mapping(
        {
            "name": "leads",
            "time": "first_contact_date",
            "event": "lead_submitted",
            "identifiers": {"customer_id.mql": "mql_id"},
            "key": "mql_id",
        }
    )
    deals = parse_mapping(
        {
            "name": "deals",
            "time": "won_date",
            "event": "deal_won",
            "identifiers": {"customer_id.mql": "mql_id"},
            "key": "mql_id",
        }
    )
    folder = shared_data / "olist_funnel"

    counts = [
        desk.add(folder / "olist_marketing_qualified_leads_dataset.csv.gz", leads).stored,
        desk.add(folder / "olist_closed_deals_dataset.csv.gz", deals).stored,
    ]

    assert counts == [8_000, 842]
