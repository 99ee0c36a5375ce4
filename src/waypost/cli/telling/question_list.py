"""All questions that can be asked, with a sentence each."""

from __future__ import annotations

from waypost.app.question_fields.asked import ASKED
from waypost.cli.grid import Column
from waypost.cli.session import Session
from waypost.kit.translation import N_

__all__ = ["questions"]

_COMPOSED = (
    ("breakdown", "--breakdown", N_("A question for each value of a field, and the rest.")),
    ("comparison", "--compare", N_("A question for two groups: whether they differ, how sure.")),
)


def questions(session: Session) -> None:
    """The questions in the order of the help, then what is made of them."""
    _ = session.gettext
    found = [
        (asked.question, asked.command, _(asked.meaning).partition("\n")[0]) for asked in ASKED
    ]
    found += [(name, option, _(meaning)) for name, option, meaning in _COMPOSED]
    if session.as_json:
        session.output.value(
            [{"question": name, "command": way, "meaning": meaning} for name, way, meaning in found]
        )
        return
    columns = (Column(_("Command")), Column(_("What it answers"), gives="fold"))
    session.output.table(columns, [(way, meaning) for _name, way, meaning in found])
    session.output.line()
    session.output.faint(_("Options and an example: waypost COMMAND --help"))
