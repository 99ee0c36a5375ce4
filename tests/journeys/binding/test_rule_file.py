"""Rule files: what they may say, how they lie over a rulebook, and how they are refused."""

from __future__ import annotations

from textwrap import dedent

import pytest

from waypost.errors import NotFoundError, RuleError
from waypost.journeys.binding import bind, parse_rules, read_rules


def rules(text):
    return parse_rules(dedent(text))


def refusal(text):
    with pytest.raises(RuleError) as caught:
        bind(rules(text))
    return str(caught.value)


def touchpoint(binding, name):
    return next(t for t in binding.touchpoints if t.id == name)


def test_stages_and_steps_are_ordered_and_entry_zero_is_unbound():
    binding = bind(
        rules("""
        extends: none
        stages:
          - {id: buy, label: {en: Buy, de: Kaufen}}
          - {id: look, label: Look, order: 5}
        steps:
          - {id: pay, label: Pay, stage: buy}
          - {id: see, label: See, stage: look}
          - {id: fill, label: Fill, stage: buy, order: 1}
        touchpoints:
          - {id: cart, label: Cart, step: fill, when: added}
        """)
    )
    assert [stage.id for stage in binding.stages] == ["", "look", "buy"]
    assert [step.id for step in binding.steps] == ["", "see", "fill", "pay"]
    assert [t.id for t in binding.touchpoints] == ["", "cart"]
    assert touchpoint(binding, "cart").stage == "buy"
    assert binding.stage_codes() == [0, 2]
    assert binding.stages[2].label == {"en": "Buy", "de": "Kaufen"}


def test_own_rules_come_before_the_rulebook():
    binding = bind(rules("touchpoints: [{id: mine, label: Mine, step: cart, when: order_placed}]"))
    (code,) = binding.combo_codes([("order_placed", "web", "shopify")])
    assert binding.touchpoints[code].id == "mine"
    assert binding.own == {1}


def test_a_shipped_touchpoint_can_be_renamed_and_keeps_its_place():
    binding = bind(rules("touchpoints: [{id: order, label: {de: Kauf}}]"))
    assert touchpoint(binding, "order").label == {"en": "Order in the shop", "de": "Kauf"}
    plain = [t.id for t in bind().touchpoints]
    assert [t.id for t in binding.touchpoints] == plain
    assert binding.own == frozenset()


def test_a_shipped_touchpoint_can_be_moved_to_another_step():
    moved = touchpoint(bind(rules("touchpoints: [{id: order, step: review}]")), "order")
    assert (moved.stage, moved.step) == ("loyalty", "review")


def test_a_stage_alone_takes_a_touchpoint_out_of_its_step():
    moved = touchpoint(bind(rules("touchpoints: [{id: order, stage: service}]")), "order")
    assert (moved.stage, moved.step) == ("service", "")


def test_a_shipped_touchpoint_with_a_new_when_takes_only_that():
    binding = bind(rules("touchpoints: [{id: order, when: bought}]"))
    first, second = binding.combo_codes([("bought", "web", "x"), ("order_placed", "web", "x")])
    assert binding.touchpoints[first].id == "order"
    assert binding.touchpoints[second].id == "other_order"


def test_a_shipped_touchpoint_can_be_switched_off():
    binding = bind(rules("touchpoints: [{id: page, off: true}]"))
    assert binding.combo_codes([("page_viewed", "web", "x")]).tolist() == [0]


def test_a_stage_switched_off_leaves_its_touchpoints_without_stage():
    binding = bind(rules("stages: [{id: loyalty, off: true}]"))
    assert "review" not in [step.id for step in binding.steps]
    assert (touchpoint(binding, "review").stage, touchpoint(binding, "review").step) == ("", "")
    assert binding.combo_codes([("review_written", "review", "x")]).tolist() != [0]


def test_stages_can_be_renamed_and_added():
    binding = bind(
        rules("""
        stages:
          - {id: service, label: {de: Im Alltag}}
          - {id: goodbye, label: {en: Goodbye, de: Abschied}}
          - {id: dream, label: {en: Dream, de: Träumen}, order: 1}
        """)
    )
    assert binding.stages[1].id == "dream"
    assert binding.stages[-1].id == "goodbye"
    named = {stage.id: stage.label for stage in binding.stages}
    assert named["service"] == {"en": "Service", "de": "Im Alltag"}


def test_a_file_can_name_its_rulebook():
    binding = bind(rules("extends: saas"), stages="b2c")
    assert "trial" in [stage.id for stage in binding.stages]


def test_an_empty_file_is_the_rulebook():
    assert bind(rules("")).digest == bind().digest
    assert bind(rules("# nothing yet\n")).digest == bind(stages="b2c").digest


def test_words_such_as_no_and_off_stay_words():
    binding = bind(rules("extends: none\ntouchpoints: [{id: a, label: {no: Ja}, when: off}]"))
    assert binding.touchpoints[1].label == {"no": "Ja"}
    assert binding.combo_codes([("off", "web", "x")]).tolist() == [1]


def test_a_rule_with_absent_holds_only_without_these_events():
    text = """
        extends: none
        touchpoints:
          - id: a
            label: A
            when: {event: tracked, absent: {event: placed, channel: [web, app]}}
        """
    tracked = [("tracked", "web", "x")]
    elsewhere, there = [("placed", "store", "s")], [("placed", "app", "s")]
    assert bind(rules(text)).combo_codes(tracked).tolist() == [1]
    assert bind(rules(text), seen=elsewhere).combo_codes(tracked).tolist() == [1]
    assert bind(rules(text), seen=there).combo_codes(tracked).tolist() == [0]
    assert bind(rules(text), seen=["placed"]).combo_codes(tracked).tolist() == [0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "touchpoints:\n  - {id: x, labels: Y, when: a}",
            (
                "rules.yaml, line 2: touchpoint “x”: the field “labels” is unknown. "
                "Did you mean label? Allowed: id, label, off, channel, stage, step, when, facts."
            ),
        ),
        (
            "touchpoints:\n  - id: x\n    label: X\n    when:\n      evnt: a",
            (
                "rules.yaml, line 5: touchpoint “x”: the field “evnt” is unknown. "
                "Did you mean event, absent? Allowed: event, channel, source, where, absent."
            ),
        ),
        (
            "touchpoints:\n  - {id: x, label: Y, step: crat, when: a}",
            (
                "rules.yaml, line 2: there is no step “crat”. Did you mean cart? Allowed: advice, "
                "browse, cart, checkout, help, notice, order, receive, return, review, stay."
            ),
        ),
        (
            "touchpoints:\n  - id: x\n    label: X\n    when: stage = 'a'",
            (
                "rules.yaml, line 2: touchpoint “x”, field “when”: “stage” is not known before "
                "events are bound. Allowed are event, channel, source, value, rating, text, at "
                "and attributes."
            ),
        ),
        (
            "touchpoints:\n  - {id: x, label: Y}",
            "rules.yaml, line 2: touchpoint “x” is new. A new one needs: label, when.",
        ),
        (
            "touchpoints:\n  - {id: x, label: Y, when: {}}",
            (
                "rules.yaml, line 2: touchpoint “x” does not say when. "
                "Give an event, a channel, a source or a condition (where)."
            ),
        ),
        (
            "touchpoints:\n  - {id: nothing, off: true}",
            "rules.yaml, line 2: there is no touchpoint “nothing” to switch off.",
        ),
        (
            "touchpoints:\n  - {id: order, step: cart, stage: service}",
            (
                "rules.yaml, line 2: touchpoint “order” has the stage “service”, but its "
                "step “cart” belongs to “purchase”. Leave the stage out; it follows from the step."
            ),
        ),
        (
            "steps:\n  - {id: a, label: A, stage: buy}",
            (
                "rules.yaml, line 2: there is no stage “buy”. "
                "Allowed: awareness, consideration, loyalty, purchase, service."
            ),
        ),
        (
            "stages:\n  - {id: a, off: 1}\nfoo: 1",
            (
                "rules.yaml, line 2: stage “a”: “off” must be true or false, not 1.\n"
                "rules.yaml, line 3: the field “foo” is unknown. "
                "Allowed: extends, stages, steps, touchpoints."
            ),
        ),
        (
            "touchpoints:\n - {id: a, label: A, when: x}\n - {id: a, label: A, when: x}",
            "rules.yaml, line 3: touchpoint “a” stands twice. Join both, or give one another id.",
        ),
        (
            "extends: b2x",
            "There is no rulebook “b2x”. Did you mean b2c, b2b? Allowed: b2c, b2b, saas, none.",
        ),
        (
            "stages: 3",
            "rules.yaml, line 1: “stages” must be a list, not 3.",
        ),
        ("- a", "rules.yaml must consist of fields. Allowed: extends, stages, steps, touchpoints."),
        (
            "a: [1",
            (
                "rules.yaml, line 1: no valid YAML: expected ',' or ']', but got '<stream end>'. "
                "Check indentation, colons and quotes near that line."
            ),
        ),
        (
            "a: 1\na: 2",
            (
                "rules.yaml, line 2: “a” stands twice in one entry. "
                "Check indentation, colons and quotes near that line."
            ),
        ),
        (
            "a: &b 1\nc: *b",
            (
                "rules.yaml, line 1: anchors (& and *) are not supported. "
                "Check indentation, colons and quotes near that line."
            ),
        ),
    ],
)
def test_a_refusal_names_file_line_rule_field_and_neighbours(text, message):
    assert refusal(text) == message


def test_a_condition_that_does_not_parse_names_its_rule():
    message = refusal("touchpoints:\n  - id: x\n    label: X\n    when: channel = 'web' and")
    assert message.startswith(
        "rules.yaml, line 2: touchpoint “x”, field “when”: The condition “channel = 'web' and” "
        "cannot be used: It cannot be read as a condition (at character 17: “and”)."
    )


def test_many_problems_are_listed_together():
    entries = "\n".join(f"  - {{id: t{n}, colour: red}}" for n in range(12))
    message = refusal(f"touchpoints:\n{entries}")
    assert message.count("“colour” is unknown") == 8
    assert message.endswith("… and 4 more.")


def test_tags_and_deep_nesting_are_refused():
    assert "is not supported" in refusal("a: !!python/object:os.system 1")
    assert "rules.yaml, line 1" in refusal("a: " + "[" * 1200)


def test_a_file_is_read_from_disk(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text("\ufeffextends: b2b\n", encoding="utf-8")
    assert read_rules(path).extends == "b2b"
    with pytest.raises(NotFoundError):
        read_rules(tmp_path / "none.yaml")
    path.write_bytes(b"a: \xff")
    with pytest.raises(RuleError, match="not UTF-8"):
        read_rules(path)
