"""Arguments and options that several commands take; their texts are translated when shown."""

from typing import Annotated

import typer

from waypost.cli.asking.common import Shop
from waypost.kit.translation import N_

__all__ = [
    "Batch", "By", "Identifier", "Json", "Language", "Segment", "Shop", "Since", "Steps", "Top",
    "Until", "Where", "Within",
]  # fmt: skip

Json = Annotated[
    bool, typer.Option("--json", help=N_("Print one JSON value instead of text, also for errors."))
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language", help=N_("Language of the output: de or en."), metavar=N_("LANGUAGE")
    ),
]
Batch = Annotated[
    str, typer.Argument(help=N_("The delivery, as `waypost log` shows it."), metavar="DELIVERY")
]
Identifier = Annotated[
    str,
    typer.Argument(
        help=N_("An identifier: someone@example.org, or kind:value, or a person like p_12ab…"),
        metavar="IDENTIFIER",
    ),
]
Where = Annotated[
    str | None,
    typer.Option(
        help=N_("Count only events for which this is true, like \"channel = 'web'\"."),
        metavar=N_("CONDITION"),
    ),
]
Segment = Annotated[
    str | None,
    typer.Option(
        help=N_("Count only persons with an event for which this is true."),
        metavar=N_("CONDITION"),
    ),
]
Since = Annotated[
    str | None, typer.Option(help=N_("From this day on, like 2026-08-01."), metavar=N_("DAY"))
]
Until = Annotated[
    str | None, typer.Option(help=N_("Up to and including this day."), metavar=N_("DAY"))
]
By = Annotated[
    str,
    typer.Option(
        help=N_("What counts as one place: touchpoint, step, stage, channel or event."),
        metavar=N_("WHAT"),
    ),
]
Within = Annotated[
    str,
    typer.Option(help=N_("How long it may take, like 30m, 12h, 7d or 2w."), metavar=N_("TIME")),
]
Top = Annotated[int, typer.Option(min=1, help=N_("How many rows are shown."), metavar=N_("NUMBER"))]
Steps = Annotated[
    list[str],
    typer.Argument(
        help=N_(
            "Touchpoints, steps, stages, events or channels, by name; or conditions like "
            "\"event = 'order_placed' and value > 100\"."
        ),
        metavar="STEP…",
    ),
]
