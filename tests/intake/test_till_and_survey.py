# ruff: noqa: E501 - lines of real exports are long
"""Square's items, Qualtrics' responses, Brandwatch's mentions, ad costs."""

from tests.intake.conftest import at

ITEMS = (
    "Date,Time,Time Zone,Category,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Event Type,Location,Customer ID\n"
    "2024-05-01,10:00:00,Eastern Time (US & Canada),Rad,Helm,1,H,$20.00,$0.00,$20.00,$3.80,T1,P1,Payment,Laden,\n"
    "2024-05-01,10:00:00,Eastern Time (US & Canada),Rad,Pumpe,2,P,$10.00,-$1.00,$9.00,$1.71,T1,P1,Payment,Laden,\n"
    "2024-05-02,11:00:00,Berlin,Rad,Helm,-1,H,-$20.00,$0.00,-$20.00,-$3.80,T1,P2,Refund,Laden,C9\n"
)


def test_items_of_one_receipt_are_one_purchase(desk):
    report = desk.add(ITEMS)

    purchase = desk.event("purchase_made")
    assert (report.format, report.records, purchase["value"], purchase["channel"]) == (
        "square_items",
        3,
        3451,
        "store",
    )
    assert (purchase["at"], purchase["a.items"], purchase["a.item_count"]) == (
        at("2024-05-01 14:00"),
        "Helm; Pumpe",
        "3",
    )


def test_a_receipt_without_customer_has_no_identifier(desk):
    desk.add(ITEMS)

    assert [name for name in desk.event("purchase_made") if name.startswith("id.")] == []


def test_a_refund_of_the_same_transaction_is_an_event_of_its_own(desk):
    desk.add(ITEMS)

    refund = desk.event("purchase_refunded")
    assert (refund["value"], refund["id.customer_id.square"], refund["at"]) == (
        2380,
        "C9",
        at("2024-05-02 09:00"),
    )


SURVEY = (
    "StartDate,EndDate,Status,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,RecipientEmail,DistributionChannel,UserLanguage,Q1,Q2,Q3,Q4\n"
    'Start Date,End Date,Response Type,Progress,Duration (in seconds),Finished,Recorded Date,Response ID,Recipient Email,Distribution Channel,User Language,"How likely are you to recommend us?",How satisfied are you (1-5)?,How easy was it (1-7)?,What can we do better?\n'
    '"{""ImportId"":""startDate"",""timeZone"":""Europe/Berlin""}","{""ImportId"":""endDate""}","{""ImportId"":""status""}","{""ImportId"":""progress""}","{""ImportId"":""duration""}","{""ImportId"":""finished""}","{""ImportId"":""recordedDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""recipientEmail""}","{""ImportId"":""distributionChannel""}","{""ImportId"":""userLanguage""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}","{""ImportId"":""QID3""}","{""ImportId"":""QID4_TEXT""}"\n'
    "2024-05-01 10:00:00,2024-05-01 10:02:00,Survey Preview,100,120,True,2024-05-01 10:02:01,R_0,,preview,DE,9,4,6,Nur ein Test von uns selbst hier\n"
    "2024-05-01 10:00:00,2024-05-01 10:02:00,IP Address,100,120,True,2024-05-01 10:02:01,R_1,eva@example.com,email,DE,10,5,7,Alles war wirklich sehr gut gemacht\n"
    "2024-05-02 10:00:00,2024-05-02 10:02:00,IP Address,50,60,False,2024-05-02 10:02:01,R_2,,email,DE,0,,,\n"
)


def test_each_rating_question_is_found_by_its_wording(desk):
    report = desk.add(SURVEY)

    assert (report.format, report.records) == ("qualtrics", 3)
    assert desk.names() == {"ces_answered": 1, "csat_answered": 1, "nps_answered": 2}
    assert {one["rating"] for one in desk.events() if one.get("id.email")} == {2.0}
    assert desk.events("nps_answered")[0]["a.question"] == "How likely are you to recommend us?"


def test_a_preview_is_ignored_with_its_reason(desk):
    assert dict(desk.add(SURVEY).ignored) == {"survey preview": 1}


def test_an_unfinished_response_is_kept_and_says_so(desk):
    desk.add(SURVEY)

    assert [one["a.finished"] for one in desk.events("nps_answered")] == ["yes", "no"]


def test_the_free_text_hangs_on_the_first_rating(desk):
    desk.add(SURVEY)

    texts = [one["text"] for one in desk.events() if "text" in one]
    assert texts == ["Alles war wirklich sehr gut gemacht"]


def test_mentions_are_read_below_their_preamble(desk):
    report = desk.add(
        'Report:,Bulk Mentions Download\nBrand:,Alpenrad\nFrom:,"Wed May 01 00:00:00 UTC 2024"\nTo:,"Fri May 31 00:00:00 UTC 2024"\n\n'
        "Query Id,Query Name,Date,Title,Snippet,Url,Domain,Sentiment,Page Type,Language,Author,Resource Id\n"
        "1,Alpenrad,2024-05-01 10:00:00.0,Toll,So ein gutes Rad,https://twitter.com/a/1,twitter.com,positive,twitter,de,@EvaM,r1\n"
        "1,Alpenrad,2024-05-02 10:00:00.0,Test,Im Test nur Mittelmaß,https://blog.example/2,blog.example,negative,blog,de,Redaktion,r2\n"
    )

    first, second = desk.events("brand_mentioned")
    assert (report.format, first["id.handle.x"], first["rating"]) == (
        "brandwatch",
        "evam",
        1.0,
    )
    assert (second["channel"], second["rating"], any(k.startswith("id.") for k in second)) == (
        "web",
        -1.0,
        False,
    )


def test_ad_costs_are_facts_with_decimal_comma_and_without_the_total(desk):
    report = desk.add(
        "Tag;Plattform;Kampagne;Impressionen;Klicks;Kosten (EUR)\n01.05.2024;Google Ads;Frühling;1.000;20;1.234,50\n"
        "02.05.2024;Meta;Frühling;500;10;20,00\nGesamt;;;1.500;30;1.254,50\n"
    )

    first, second = desk.events("$ad_cost")
    assert (report.format, first["value"], second["value"], first["a.platform"]) == (
        "ad_costs",
        123450,
        2000,
        "Google Ads",
    )
    assert (first["at"], dict(report.ignored)) == (at("2024-04-30 22:00"), {"total line": 1})


def test_a_customers_reference_at_the_till_is_a_loyalty_card(desk):
    items = ITEMS.replace("Customer ID\n", "Customer ID,Customer Reference ID\n")
    desk.add(items.replace(",Laden,C9\n", ",Laden,C9,AK42\n").replace(",Laden,\n", ",Laden,,\n"))

    assert desk.event("purchase_refunded")["id.loyalty_card"] == "AK42"


def test_posts_on_x_have_one_handle_however_the_network_is_called(desk):
    header = "Query Name,Date,Sentiment,Snippet,Author,Page Type,Domain,Resource Id\n"
    desk.add(
        header
        + "Q,2024-05-01 10:00:00,neutral,Hallo,@Eva,twitter,twitter.com,1\n"
        + "Q,2024-05-02 10:00:00,neutral,Hallo,eva,X,x.com,2\n"
        + "Q,2024-05-03 10:00:00,neutral,Hallo,eva,instagram,instagram.com,3\n"
    )

    posts = desk.events("brand_mentioned")
    assert [one.get("id.handle.x") for one in posts] == ["eva", "eva", None]
    assert posts[2]["id.handle.instagram"] == "eva"
