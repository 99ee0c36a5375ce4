"""A mapping is opened, changed and kept on the page; its files are read again with an account."""

from __future__ import annotations

import pytest

import waypost
from tests.studio.jobs.test_workers import bring, looked, over
from tests.studio_fixtures import SLUG, new_studio
from waypost.app.studio import data, uploads
from waypost.app.studio.job_house import JobHouse
from waypost.app.studio.jobs import jobs_of, start_job
from waypost.app.studio.mapping_keeping import keep_mapping, own_mappings

TILL = "Datum;Uhrzeit;Karte;Umsatz\n" + "".join(
    f"{1 + n:02d}.10.2026;10:{n:02d};K-{n % 3};{n},50 €\n" for n in range(20)
)
TOTAL = TILL + "Übertrag;;;1,00 €\nSumme;;;200,00 €\n"


@pytest.fixture(scope="module")
def till(built_front_end, tmp_path_factory):
    """A studio that imported a till's list by an own mapping, once for all tests here."""
    folder = tmp_path_factory.mktemp("till")
    waypost.create(folder / SLUG, waypost.Settings(name="Alpenrad"))
    studio = new_studio([folder / SLUG], folder / "documents.sqlite")
    with JobHouse(studio.site.database, workspaces=studio.site.workspaces):
        found = looked(studio, bring(studio, "kasse.csv", TOTAL))
        (table,) = found.unknown_tables
        said = table["pointing"] | {"negative": "purchase_refunded"}
        keep_mapping(studio.site, studio.actor(), said)
        found = looked(studio, found)
        job = over(studio, uploads.import_uploads(studio.site, studio.actor(), [found.id]))
        yield studio, found, job.result["files"][found.id]["reports"][0]
    studio.site.close()


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's form."""
    from html.parser import HTMLParser  # noqa: PLC0415 - one small reader

    class Reader(HTMLParser):
        said: dict[str, str] = {}  # noqa: RUF012 - one reading
        select = ""

        def handle_starttag(self, tag, attrs):
            got = dict(attrs)
            if tag == "input" and got.get("name") and got.get("type") != "checkbox":
                self.said[got["name"]] = got.get("value") or ""
            elif tag == "select":
                self.select = got["name"]
                self.said[self.select] = ""
            elif tag == "option" and self.select and "selected" in got:
                self.said[self.select] = got.get("value", "\0")

        def handle_data(self, text):
            if self.select and self.said.get(self.select) == "\0":
                self.said[self.select] = text

        def handle_endtag(self, tag):
            self.select = "" if tag == "select" else self.select

    reader = Reader()
    reader.said = {}
    reader.feed(page[page.index("data-preview=") :])
    return reader.said


def test_a_kept_file_stays_beyond_the_week(till):
    studio, found, _ = till
    actor = studio.actor()
    uploads.sweep_uploads(studio.site, "shop")
    assert [one.id for one in uploads.kept_uploads(studio.site, actor)] == [found.id]


def test_a_mapping_changed_on_the_page_reads_its_kept_file_again(till):
    studio, found, report = till
    actor = studio.actor()
    assert (report["stored"], report["quarantined"]) == (20, 1)

    (own,) = own_mappings(studio.site, actor)
    assert (own.name, own.deliveries, own.kept) == ("kasse", 1, ((found.id, "kasse.csv"),))
    address = f"/w/shop/data/uploads/{found.id}/mapping"
    page = studio.client().get(f"{address}?table=kasse.csv")
    form = fields_of(page.text)
    assert [form[f"as.{n}"] for n in (1, 2, 3, 4)] == ["time", "clock", "card", "value"]
    assert '"negative": "purchase_refunded"' in form["carried"]

    columns = {form[f"column.{n}"]: n for n in (1, 2, 3, 4)}
    form[f"as.{columns['Umsatz']}"] = "attribute"
    form |= {"out_column.2": "Datum", "out_how.2": "begins", "out_what.2": "Über"}
    answer = studio.client().post(address, data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text

    job = over(studio, jobs_of(studio.site, actor, 1)[0])
    (again,) = job.result["files"][found.id]["reports"]
    assert (again["updated"] + again["stored"], again["quarantined"]) == (20, 0)
    assert sum(again["ignored"].values()) == sum(report["ignored"].values()) + 1
    state = data.data_state(studio.site, actor)
    assert (state.events, state.persons) == (20, 3)
    assert [one.is_taken_back for one in data.deliveries_of(studio.site, actor)].count(False) == 1


def test_a_rule_that_leaves_records_out_survives_the_page(till):
    studio, found, _ = till
    actor = studio.actor()
    address = f"/w/shop/data/uploads/{found.id}/mapping"
    form = fields_of(studio.client().get(f"{address}?table=kasse.csv").text)
    form |= {"out_column.2": "Datum", "out_how.2": "is", "out_what.2": "Übertrag"}
    studio.client().post(address, data=form)
    over(studio, jobs_of(studio.site, actor, 1)[0])
    form = fields_of(studio.client().get(f"{address}?table=kasse.csv").text)
    rules = [[form[f"out_{part}.{n}"] for part in ("column", "how", "what")] for n in (1, 2)]
    assert rules == [["Datum", "is", "Summe"], ["Datum", "is", "Übertrag"]]


def test_a_kept_file_goes_when_its_import_is_taken_back(till):
    studio, found, _ = till
    actor = studio.actor()
    assert [one.id for one in uploads.kept_uploads(studio.site, actor)] == [found.id]
    (left,) = [one for one in data.deliveries_of(studio.site, actor) if not one.is_taken_back]
    over(studio, start_job(studio.site, actor, "undo", {"batch": left.batch}))
    assert uploads.kept_uploads(studio.site, actor) == []
