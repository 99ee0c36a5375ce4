"""waypost funnel, paths, transitions, drop-off, time-between, abandonment."""

from pathlib import Path
from typing import Annotated, Any

import typer

from waypost import questions
from waypost.app import Workspace
from waypost.cli.reports import tell_result
from waypost.cli.session import Session

__all__ = ["register"]


def register(app: typer.Typer, session: Session) -> None:
    """Add the commands to ``app``."""
    _ = session.text
    shop = Annotated[Path, typer.Argument(help=_("The workspace directory."), metavar="SHOP")]
    as_json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]
    where = Annotated[
        str | None,
        typer.Option(help=_("Count only events for which this is true: \"channel = 'web'\".")),
    ]
    segment = Annotated[
        str | None, typer.Option(help=_("Count only persons with an event for which this is true."))
    ]
    since = Annotated[str | None, typer.Option(help=_("From this day on, like 2026-08-01."))]
    until = Annotated[str | None, typer.Option(help=_("Up to and including this day."))]
    by = Annotated[
        str,
        typer.Option(help=_("What counts as one place: touchpoint, step, stage, channel, event.")),
    ]
    within = Annotated[str, typer.Option(help=_("How long it may take: 30m, 12h, 7d, 2w."))]
    top = Annotated[int, typer.Option(min=1, help=_("How many rows; the rest is one row."))]

    def answer(path: Path, question: Any) -> None:
        tell_result(session, Workspace.open(path).ask(question))

    @app.command(help=_("How many reach each of some steps, in order."))
    def funnel(
        shop: shop,
        steps: Annotated[list[str], typer.Argument(help=_("Touchpoints, steps, stages, events."))],
        within: within = "7d",
        entry: Annotated[
            str, typer.Option(help=_("Clock starts at the first or any entry."))
        ] = "any",
        where: where = None,
        segment: segment = None,
        since: since = None,
        until: until = None,
        json: as_json = False,
    ) -> None:
        answer(
            shop,
            questions.Funnel(
                tuple(steps),
                within=within,
                entry=entry,  # type: ignore[arg-type]  # checked there
                where=where,
                segment=segment,
                since=since,
                until=until,
            ),
        )

    @app.command(help=_("The most frequent paths, and the rest."))
    def paths(
        shop: shop,
        by: by = "touchpoint",
        length: Annotated[int, typer.Option(min=1, max=8, help=_("How many places."))] = 5,
        end: Annotated[
            bool, typer.Option("--end", help=_("The last places, not the first."))
        ] = False,
        top: top = 20,
        where: where = None,
        segment: segment = None,
        since: since = None,
        until: until = None,
        json: as_json = False,
    ) -> None:
        answer(
            shop,
            questions.Paths(
                by=by,
                length=length,
                direction="suffix" if end else "prefix",
                top=top,  # type: ignore[arg-type]  # checked there
                where=where,
                segment=segment,
                since=since,
                until=until,
            ),
        )

    @app.command(help=_("From where to where, how often, how long it took."))
    def transitions(
        shop: shop,
        by: by = "touchpoint",
        where: where = None,
        segment: segment = None,
        since: since = None,
        until: until = None,
        json: as_json = False,
    ) -> None:
        answer(
            shop,
            questions.Transitions(by=by, where=where, segment=segment, since=since, until=until),  # type: ignore[arg-type]  # checked there
        )

    @app.command("drop-off", help=_("Where journeys end."))
    def drop_off(
        shop: shop,
        by: by = "touchpoint",
        where: where = None,
        segment: segment = None,
        since: since = None,
        until: until = None,
        json: as_json = False,
    ) -> None:
        answer(
            shop,
            questions.DropOff(by=by, where=where, segment=segment, since=since, until=until),  # type: ignore[arg-type]  # checked there
        )

    @app.command("time-between", help=_("How long it takes from one to the other."))
    def time_between(
        shop: shop,
        first: Annotated[str, typer.Argument(help=_("From here"))],
        then: Annotated[str, typer.Argument(help=_("to here."))],
        where: where = None,
        segment: segment = None,
        since: since = None,
        until: until = None,
        json: as_json = False,
    ) -> None:
        answer(
            shop,
            questions.TimeBetween(
                first, then, where=where, segment=segment, since=since, until=until
            ),
        )

    @app.command(help=_("Carts and checkouts that no order followed in time."))
    def abandonment(
        shop: shop,
        within: within = "7d",
        where: where = None,
        segment: segment = None,
        since: since = None,
        until: until = None,
        json: as_json = False,
    ) -> None:
        workspace = Workspace.open(shop)
        for start in ("cart", "checkout"):
            tell_result(
                session,
                workspace.ask(
                    questions.Abandonment(
                        start=start,
                        within=within,
                        where=where,
                        segment=segment,
                        since=since,
                        until=until,
                    )
                ),
            )
