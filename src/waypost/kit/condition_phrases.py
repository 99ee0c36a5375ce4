"""What is said about a condition or a pattern that cannot be used."""

from __future__ import annotations

from waypost.kit.translation import N_

__all__ = ["INNER", "LANGUAGE_PHRASES"]

LANGUAGE_PHRASES = (
    N_("The condition “{condition}” cannot be used: {problem}"),
    N_("Text stands in single quotes: {name}."),
    N_("The condition “{condition}” cannot be used: {problem} (at character {place}: “{near}”)."),
    N_("The pattern “{text}” cannot be used: {problem} (at character {place}: “{near}”)."),
    N_("“{name}” is not known here."),
    N_("No event has “{name}”."),
    N_(
        "Allowed are and, or, not, brackets, = != < <= > >=, in, between, like, ilike, glob, "
        "regexp, is null, contains(), starts_with(), ends_with(), lower(), upper()."
    ),
    N_("Example: channel = 'web'."),
    N_("Example: value > 100, rating <= -1."),
    N_("Dates: '2026-01-31', instants: '2026-01-31 18:30'."),
    N_("Examples: size = 'M', item_count >= 2, subscribed = true."),
    N_("Example: within 7d."),
    N_("Set ( ) around them."),
    N_("Write the limit once."),
    N_("Between two steps write -> (later) or => (directly next)."),
    N_("Write -> (later), => (directly next) or | (or)."),
    N_("Example: [value > 100]."),
    N_("To allow nothing at all in between, write =>."),
    N_("Write a -> !x -> b (no x in between) or a -> !x $ (no x until the end)."),
    N_("Write order $ (the last event) or order -> !view $ (no view after it)."),
    N_("Write ^ view (the first event is a view) or ^ !order -> view (no order before)."),
)

INNER = (
    N_("It cannot be read as a condition"),
    N_("A quote or a bracket is left open"),
    N_("It is nested too deeply"),
    N_("Only one condition is allowed, without semicolon"),
    N_("A name alone is no condition"),
    N_("{name} is not allowed"),
    N_("A field is compared with a fixed value, not with another field"),
    N_("{name} is not a fixed value"),
    N_("a number lies below 10^15 and has at most nine decimals"),
    N_("“in” takes a list of fixed values"),
    N_("“between” takes two fixed values of one kind, the lower one first"),
    N_("“is” is only for “is null” and “is not null”"),
    N_("{name} takes a field and one text"),
    N_("{name} is no text, so it has no pattern"),
    N_("{name} stands where a field belongs"),
    N_("{name} is no text, so {fold}() has no meaning"),
    N_("“at” is compared with a date or instant"),
    N_("{name} is a number and compared with numbers, without quotes"),
    N_("{name} is text and compared with text in single quotes"),
    N_("true and false are only compared with = and !="),
    N_("{name} takes one text in single quotes"),
    N_("the regular expression is invalid: {problem}"),
    N_("{text} cannot stand here"),
    N_("an arrow after ^ says nothing"),
    N_("-> is missing after what must not come before"),
    N_("a duration is missing after within"),
    N_("the end belongs to one alternative only"),
    N_("an arrow before $ says nothing"),
    N_("=> leaves no room for what must not come in between"),
    N_("the way to the end of the journey has no limit of time"),
    N_("what must not come needs to stand between two steps"),
    N_("this gap has two limits of time"),
    N_("after ! only a step, or several like !(a | b), can stand"),
    N_("a limit of time is empty"),
    N_("from {least} to {most} times cannot be"),
    N_("{low} is longer than {high}"),
    N_("a ) is missing"),
    N_("a step, a [condition] or ( is missing"),
    N_('the second " is missing'),
    N_("the closing ] is missing"),
    N_("the closing } is missing"),
    N_("a comparison must stand in [ ]"),
    N_("a comma joins nothing here"),
    N_("{sign} has no meaning here"),
    N_("the end"),
    N_("touchpoint, step, event, stage or channel"),
    N_("{text} is not a duration"),
    N_("{text} after a step says how often it comes"),
)
"""Parts of a sentence that say what is wrong; they stand within one of the patterns."""
