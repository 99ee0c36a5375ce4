/** What can be done with a thing: the same list for the right mouse button, the dots and the keyboard. */

import { t } from "../i18n";
import * as edits from "./edits";
import type { Editor, MenuItem } from "./editor";
import { duplicate, shift, stretch } from "./moves";
import { judge } from "./judging";
import { unowned } from "./numbers";
import { Walk } from "./places";
import { CARD_KINDS, LANE_KINDS, type CardKind, type LaneKind, type Place } from "./types";
import { CARD_WORDS, LANE_WORDS, LINE_WORDS, laneName, word } from "./words";
import { drawPoint } from "./view/curve";

export function menuFor(editor: Editor, place: Place): MenuItem[] {
  const common: MenuItem[] = [{ label: t("Comment"), icon: "message-square", run: () => { editor.select(place); editor.openPanel("comments"); } }];
  if (!editor.mayEdit) return common;
  switch (place.kind) {
    case "stages": return [...stageItems(editor, place), ...common, ...lastItems(editor, place)];
    case "steps": return [...stepItems(editor, place), ...common, ...lastItems(editor, place)];
    case "lanes": return [...laneItems(editor, place), ...common, ...lastItems(editor, place)];
    case "cards": return [...cardItems(editor, place), ...common, ...lastItems(editor, place)];
    case "computed": return [...computedItems(editor, place), ...common];
    case "points": return lastItems(editor, place);
    default: return [...cellItems(editor, place), ...common];
  }
}

function lastItems(editor: Editor, place: Place): MenuItem[] {
  const after = new Walk(editor.layout.value, editor.document, editor.numbers, editor.unfolded.value).after(place);
  const items: MenuItem[] = place.kind === "points" ? [] : [{ label: t("Duplicate"), icon: "copy", hint: t("Ctrl + D"), run: () => duplicate(editor, place) }];
  return [...items, { label: t("Delete"), icon: "trash-2", hint: t("Del"), danger: true, run: () => editor.remove(place, after) }];
}

function moving(editor: Editor, place: Place, way: readonly (readonly [string, string, string])[]): MenuItem[] {
  return way.map(([key, label, icon]) => ({ label, icon, run: () => shift(editor, place, key) }));
}

const SIDEWAYS = (): readonly (readonly [string, string, string])[] => [["ArrowLeft", t("Move to the left"), "arrow-left"], ["ArrowRight", t("Move to the right"), "arrow-right"]];

function stageItems(editor: Editor, place: Place): MenuItem[] {
  const stage = editor.document.stages[place.id];
  return [
    { label: t("Rename"), icon: "pencil", hint: "F2", run: () => editor.write(place, "label") },
    { label: t("Add a step"), icon: "plus", run: () => editor.addStep(place.id) },
    { label: t("Add a phase after it"), icon: "plus", run: () => editor.addStage(place.id) },
    { label: stage?.collapsed ? t("Unfold the phase") : t("Fold the phase"), icon: "chevrons-down-up", run: () => editor.put(place, "collapsed", !stage?.collapsed, stage?.collapsed ? t("Phase unfolded") : t("Phase folded")) },
    ...moving(editor, place, SIDEWAYS()),
    { label: t("Properties"), icon: "sliders-horizontal", run: () => { editor.select(place); editor.openPanel("details"); } },
  ];
}

function stepItems(editor: Editor, place: Place): MenuItem[] {
  const step = editor.document.steps[place.id];
  return [
    { label: t("Rename"), icon: "pencil", hint: "F2", run: () => editor.write(place, "label") },
    { label: t("What it stands for"), icon: "link", run: () => { editor.select(place); editor.openPanel("binding"); } },
    { label: t("Add a step after it"), icon: "plus", run: () => editor.addStep(place.id) },
    { label: t("Moment of truth"), icon: "star", checked: step?.moment_of_truth ?? false, run: () => editor.put(place, "moment_of_truth", !step?.moment_of_truth, t("Moment of truth")) },
    { label: step?.collapsed ? t("Unfold the step") : t("Fold the step"), icon: "chevrons-down-up", run: () => editor.put(place, "collapsed", !step?.collapsed, step?.collapsed ? t("Step unfolded") : t("Step folded")) },
    ...moving(editor, place, SIDEWAYS()),
    { label: t("Properties"), icon: "sliders-horizontal", run: () => { editor.select(place); editor.openPanel("details"); } },
  ];
}

function laneItems(editor: Editor, place: Place): MenuItem[] {
  const lane = editor.document.lanes[place.id];
  if (!lane) return [];
  const flip = (field: "pinned" | "collapsed" | "hidden", on: string, off: string): (() => void) => () => editor.put(place, field, !lane[field], lane[field] ? off : on);
  const lines = Object.entries(LINE_WORDS).map(([line, name]) => ({
    label: t("{line} above", { line: t(name) }), icon: "minus", checked: lane.line_above === line,
    run: () => editor.put(place, "line_above", lane.line_above === line ? "" : line, t(name)),
  }));
  return [
    { label: t("Rename"), icon: "pencil", hint: "F2", run: () => editor.write(place, "label") },
    { label: t("Add a lane below"), icon: "rows-3", run: () => { editor.menu.value = { at: anchorOf(place), items: laneKindItems(editor, place.id), label: t("Add a lane") }; } },
    { label: t("Pin at the top"), icon: "pin", checked: lane.pinned, run: flip("pinned", t("Lane pinned"), t("Lane no longer pinned")) },
    { label: lane.collapsed ? t("Unfold the lane") : t("Fold the lane"), icon: "chevrons-down-up", run: flip("collapsed", t("Lane folded"), t("Lane unfolded")) },
    { label: t("Hide the lane"), icon: "eye-off", run: flip("hidden", t("Lane hidden"), t("Lane shown")) },
    ...moving(editor, place, [["ArrowUp", t("Move up"), "arrow-up"], ["ArrowDown", t("Move down"), "arrow-down"]]),
    ...lines,
    { label: t("Properties"), icon: "sliders-horizontal", run: () => { editor.select(place); editor.openPanel("details"); } },
  ];
}

export function anchorOf(place: Place): DOMRect {
  const node = document.querySelector(`[data-kind="${place.kind}"][data-id="${CSS.escape(place.id)}"]`);
  return node?.getBoundingClientRect() ?? new DOMRect(80, 120, 10, 10);
}

/** Every kind of lane there is. */
export function laneKindItems(editor: Editor, after?: string): MenuItem[] {
  return LANE_KINDS.map((kind: LaneKind) => ({ label: t(LANE_WORDS[kind][0]), hint: t(LANE_WORDS[kind][1]), run: () => editor.addLane(kind, after) }));
}

function cardItems(editor: Editor, place: Place): MenuItem[] {
  return [
    { label: t("Write"), icon: "pencil", hint: "Enter", run: () => editor.write(place, "text") },
    { label: t("Properties"), icon: "sliders-horizontal", run: () => { editor.select(place); editor.openPanel("details"); } },
    { label: t("Evidence"), icon: "circle-dot", run: () => { editor.select(place); editor.openPanel("evidence"); } },
    ...editor.linking.cardItems(place.id),
    { label: t("Cover one step more"), icon: "move-horizontal", run: () => stretch(editor, place.id, 1) },
    { label: t("Cover one step less"), icon: "move-horizontal", run: () => stretch(editor, place.id, -1) },
    { label: t("Move to …"), icon: "move-horizontal", run: () => { editor.menu.value = { at: anchorOf(place), items: stepTargets(editor, place.id), label: t("Move to …") }; } },
    { label: t("Move to another lane …"), icon: "rows-3", run: () => { editor.menu.value = { at: anchorOf(place), items: laneTargets(editor, place.id), label: t("Move to another lane …") }; } },
    ...moving(editor, place, [...SIDEWAYS(), ["ArrowUp", t("Move up"), "arrow-up"], ["ArrowDown", t("Move down"), "arrow-down"]]),
  ];
}

function moveTo(editor: Editor, id: string, lane: string, step: string): void {
  const ops = edits.moveCard(editor.document, id, lane, step, edits.cardsIn(editor.document, lane, step).length);
  if (editor.change(t("Card moved"), ops)) editor.goTo({ kind: "cards", id });
}

/** Every step of the map as a place for a card, in its lane. */
function stepTargets(editor: Editor, id: string): MenuItem[] {
  const { document } = editor;
  const card = document.cards[id];
  if (!card) return [];
  const steps = editor.layout.value.stages.flatMap((stage) => edits.stepsIn(document, stage.id));
  return steps.map((step, index) => ({ label: `${index + 1}. ${word(step.label, document) || t("Step without a name")}`, checked: step.id === card.step, run: () => moveTo(editor, id, card.lane, step.id) }));
}

/** Every lane that is shown as a place for a card, at its step. */
function laneTargets(editor: Editor, id: string): MenuItem[] {
  const { document } = editor;
  const card = document.cards[id];
  if (!card) return [];
  const lanes = Object.entries(document.lanes).filter(([, lane]) => !lane.hidden).sort(([, one], [, other]) => (one.order < other.order ? -1 : 1));
  return lanes.map(([lane, of]) => ({ label: laneName(of, document), checked: lane === card.lane, run: () => moveTo(editor, id, lane, card.step) }));
}

function computedItems(editor: Editor, place: Place): MenuItem[] {
  const adopted = editor.adoptable.value.get(place.id.split("|").slice(2).join("|"));
  return [
    { label: t("Evidence"), icon: "circle-dot", run: () => { editor.select(place); editor.openPanel("evidence"); } },
    ...(adopted ? [{ label: t("Take over as a card"), icon: "check", run: () => void judge(editor, adopted, "accept") }] : []),
    { label: t("Hide on this map"), icon: "eye-off", run: () => hideComputed(editor, place) },
  ];
}

/** Leave a computed card out of this map; it can be shown again from the panel. */
export function hideComputed(editor: Editor, place: Place): void {
  const [lane = "", step = "", ...rest] = place.id.split("|");
  const id = `h_${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => "abcdefghijklmnopqrstuvwxyz234567".charAt(byte & 31)).join("")}`;
  editor.change(t("Computed card hidden"), [{ op: "add", kind: "hidden_computed", id, value: { step, lane, card: unowned(rest.join("|")) } }]);
  editor.focus({ kind: "cells", id: `${lane}|${step}` });
}

function cellItems(editor: Editor, place: Place): MenuItem[] {
  const [lane = "", step = ""] = place.id.split("|");
  const kind = editor.document.lanes[lane]?.kind ?? "text";
  if (kind === "emotion") return [{ label: t("Draw a point"), icon: "plus", run: () => drawPoint(editor, lane, step, editor.numbers.filters.value.persona, 0) }];
  const usual = edits.usualKind(kind);
  const kinds: CardKind[] = [usual, ...CARD_KINDS.filter((one) => one !== usual)];
  return kinds.map((one) => ({ label: t(CARD_WORDS[one][0]), icon: CARD_WORDS[one][1], run: () => editor.write(place, "text", { kind: one }) }));
}
