"""Checks of what the map is for: who, which situation, which decision, which extent."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.kit.translation import N_, NN_
from waypost.maps.editing.lint.finding import Examined, Finding, Fix
from waypost.maps.editing.lint.words import department_in, is_customers_view
from waypost.maps.editing.messages import Message

__all__ = ["CHECKS"]

FEWEST_STAGES, MOST_STAGES, MOST_STEPS, MOST_PERSONAS = 5, 7, 25, 5


def actor(examined: Examined) -> Iterator[Finding]:
    """Somebody walks the map, and it is said who."""
    document = examined.document
    if not document.personas:
        yield Finding(
            "actor_missing",
            "warning",
            "head",
            "head",
            Message(N_("Nobody is named who makes this journey.")),
            Message(N_("Name a persona. A map for everybody fits nobody.")),
        )
    if len(document.personas) > MOST_PERSONAS:
        yield Finding(
            "actors_many",
            "hint",
            "head",
            "head",
            Message(N_("{count} personas on one map."), values={"count": len(document.personas)}),
            Message(N_("Keep those that you compare, and give the others a map of their own.")),
            {"personas": len(document.personas)},
        )
    for name in document.personas_in_order() if len(document.personas) == 1 else ():
        if not document.personas[name].segment and _is_bound(examined):
            yield Finding(
                "actor_is_everybody",
                "hint",
                "personas",
                name,
                Message(
                    N_("“{persona}” has no rule, so the numbers count everybody."),
                    values={"persona": document.personas[name].label},
                ),
                Message(N_("Say by a segment who belongs to the persona.")),
            )


def purpose(examined: Examined) -> Iterator[Finding]:
    """Scenario, goal, expectation and decision are written down."""
    head = examined.document.head
    for field, (reason, advice) in _PURPOSE.items():
        if not getattr(head, field):
            yield Finding(
                f"{field}_missing",
                "warning" if field in ("goal", "decision") else "hint",
                "head",
                "head",
                Message(reason),
                Message(advice),
            )
    if not head.goal_step and _is_bound(examined):
        yield Finding(
            "goal_step_missing",
            "hint",
            "head",
            "head",
            Message(N_("No step is marked as the goal, so nobody counts who reaches it.")),
            Message(N_("Choose the step at which people have what they came for.")),
        )


_PURPOSE = {
    "scenario": (
        N_("The situation is not described."),
        N_("Say in one sentence where the journey begins: who wants what, and why now?"),
    ),
    "goal": (
        N_("It is not said what the people want to achieve."),
        N_("Write their goal down in their words, not yours."),
    ),
    "expectation": (
        N_("It is not said what the people expect."),
        N_("Write down what they take for granted before they begin."),
    ),
    "decision": (
        N_("It is not said which decision this map is to help with."),
        N_("Write down who decides what by when. Otherwise the map stays a picture."),
    ),
}


def title(examined: Examined) -> Iterator[Finding]:
    """The title speaks as the customer would."""
    head = examined.document.head
    if not head.title:
        yield Finding(
            "title_missing",
            "warning",
            "head",
            "head",
            Message(N_("The map has no title.")),
            Message(N_("Say what somebody does: “I renew my contract”.")),
        )
    elif not is_customers_view(head.title.values()):
        yield Finding(
            "title_not_customers_view",
            "hint",
            "head",
            "head",
            Message(
                N_("“{title}” sounds like our view, not the customer's."),
                values={"title": head.title},
            ),
            Message(N_("Say what somebody does: “I renew my contract”.")),
        )


def stages(examined: Examined) -> Iterator[Finding]:
    """Five to seven stages, none called after a department, none empty; not too many steps."""
    document = examined.document
    count = len(document.stages)
    if count and not FEWEST_STAGES <= count <= MOST_STAGES:
        many = count > MOST_STAGES
        yield Finding(
            "stages_many" if many else "stages_few",
            "warning" if many else "hint",
            "head",
            "head",
            Message(
                *NN_("The map has {count} stage.", "The map has {count} stages."),
                values={"count": count},
            ),
            Message(
                N_("Five to seven can be taken in. Spell a part of it out in a map of its own.")
                if many
                else N_("Five to seven are usual. Is the time before or after missing?")
            ),
            {"stages": count},
        )
    for name in document.stages_in_order():
        department = department_in(document.stages[name].label)
        if department:
            yield Finding(
                "stage_is_department",
                "warning",
                "stages",
                name,
                Message(N_("“{stage}” is the name of a department."), values={"stage": department}),
                Message(N_("Name the stage after what the people do or want there.")),
                {"department": department},
            )
    yield from _extent(examined)


def _extent(examined: Examined) -> Iterator[Finding]:
    document, count = examined.document, len(examined.steps)
    if count > MOST_STEPS:
        yield Finding(
            "steps_many",
            "warning",
            "head",
            "head",
            Message(N_("The map has {count} steps."), values={"count": count}),
            Message(N_("Bring small steps together, or spell a stage out in a map of its own.")),
            {"steps": count},
        )
    for name in document.stages_in_order():
        if not document.steps_of(name):
            remove = {"op": "remove", "kind": "stages", "id": name, "takes": []}
            yield Finding(
                "stage_empty",
                "hint",
                "stages",
                name,
                Message(
                    N_("The stage “{stage}” has no steps."),
                    values={"stage": document.stages[name].label},
                ),
                Message(N_("Say what happens there, or remove it.")),
                fix=Fix(Message(N_("Remove the stage")), (remove,)),
            )


def both_ends(examined: Examined) -> Iterator[Finding]:
    """The journey begins before the first contact, ends after the goal, and goes on without us."""
    document, steps = examined.document, examined.steps
    if document.head.kind not in ("journey", "experience") or not _is_bound(examined):
        return
    bound = [name for name in steps if document.steps[name].binding is not None]
    if bound == steps:
        yield Finding(
            "only_own_contacts",
            "hint",
            "head",
            "head",
            Message(N_("Every step is a contact with you.")),
            Message(
                N_("What do people do without you: ask friends, look at others, wait? Draw it.")
            ),
        )
    elif steps[0] == bound[0]:
        yield Finding(
            "begins_with_first_contact",
            "hint",
            "steps",
            steps[0],
            Message(N_("The map begins with the first contact.")),
            Message(N_("The journey began before: add the step in which the need arises.")),
        )
    goal = document.head.goal_step
    if goal and goal == steps[-1]:
        yield Finding(
            "ends_at_goal",
            "hint",
            "steps",
            goal,
            Message(N_("The map ends when the goal is reached.")),
            Message(N_("What comes after it decides whether people come back: add it.")),
        )


def _is_bound(examined: Examined) -> bool:
    return any(step.binding is not None for step in examined.document.steps.values())


CHECKS = (actor, purpose, title, stages, both_ends)
