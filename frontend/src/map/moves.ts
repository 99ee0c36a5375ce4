/** Moving the selected thing with keys: one place on, into the next lane, over one more step. */

import { t } from "../i18n";
import * as edits from "./edits";
import type { Editor } from "./editor";
import { ordered } from "./layout";
import type { Op, Place } from "./types";

type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/** Move a thing one place in a direction; says where it is now. */
export function shift(editor: Editor, place: Place, key: string): void {
  const ops = opsFor(editor, place, key as Arrow);
  if (!ops.length) { editor.say(t("It cannot be moved any further.")); return; }
  if (editor.change(t("Moved: {name}", { name: editor.nameOf(place) }), ops, "")) {
    editor.focus(place);
    editor.say(whereNow(editor, place));
  }
}

function opsFor(editor: Editor, place: Place, key: Arrow): Op[] {
  const across = key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0;
  const along = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
  const document = editor.document;
  const layout = editor.layout.value;
  if (place.kind === "stages" && across) {
    const to = edits.shiftIn(layout.stages, place.id, across);
    return to === null ? [] : edits.moveStage(document, place.id, to);
  }
  if (place.kind === "steps" && across) return edits.shiftStep(layout, document, place.id, across);
  if (place.kind === "lanes" && along) {
    const to = edits.shiftIn(ordered(document.lanes), place.id, along);
    return to === null ? [] : edits.moveLane(document, place.id, to);
  }
  return place.kind === "cards" ? cardOps(editor, place.id, across, along) : [];
}

function cardOps(editor: Editor, id: string, across: number, along: number): Op[] {
  const document = editor.document;
  const layout = editor.layout.value;
  const card = document.cards[id];
  if (!card) return [];
  if (across) {
    const steps = layout.columns.flatMap((column) => (column.kind === "step" ? [column.id] : []));
    const step = steps[steps.indexOf(card.step) + across];
    return step ? edits.moveCard(document, id, card.lane, step, edits.cardsIn(document, card.lane, step).length) : [];
  }
  const here = edits.cardsIn(document, card.lane, card.step);
  const to = edits.shiftIn(here, id, along);
  if (to !== null) return edits.moveCard(document, id, card.lane, card.step, to);
  const lane = layout.rows[layout.rows.findIndex((row) => row.lane.id === card.lane) + along]?.lane.id;
  return lane ? edits.moveCard(document, id, lane, card.step, along > 0 ? 0 : edits.cardsIn(document, lane, card.step).length) : [];
}

function whereNow(editor: Editor, place: Place): string {
  const name = editor.nameOf(place);
  if (place.kind === "cards") {
    const card = editor.document.cards[place.id];
    return card ? t("{name}: now in {place}", { name, place: editor.nameOf({ kind: "cells", id: `${card.lane}|${card.step}` }) }) : "";
  }
  const list = place.kind === "steps" ? editor.layout.value.steps : place.kind === "stages" ? editor.layout.value.stages : editor.layout.value.rows.map((row) => row.lane);
  const at = list.findIndex((one) => one.id === place.id) + 1;
  return t("{name}: now number {n} of {all}", { name, n: at, all: list.length });
}

/** Let a card cover one step more or one less. */
export function stretch(editor: Editor, id: string, by: number): void {
  const card = editor.document.cards[id];
  if (!card) return;
  setSpan(editor, id, edits.spanned(editor.layout.value, card, by));
}

export function setSpan(editor: Editor, id: string, span: number): void {
  const card = editor.document.cards[id];
  if (!card || card.span === span) return;
  editor.put({ kind: "cards", id }, "span", span, t("Card covers {n} steps", { n: span }));
  editor.focus({ kind: "cards", id });
}

/** A copy right behind the original. */
export function duplicate(editor: Editor, place: Place): void {
  const kind = place.kind as "stages" | "steps" | "lanes" | "cards";
  const copy = edits.clip(editor.document, kind, place.id);
  if (!copy) return;
  const made = edits.paste(editor.document, editor.layout.value, copy, targetOf(editor, place));
  if (editor.change(t("Copied: {name}", { name: editor.nameOf(place) }), made.ops)) editor.focus({ kind, id: made.id });
}

/** The stage, step and lane that a place belongs to. */
export function targetOf(editor: Editor, place: Place | null): edits.Target {
  const layout = editor.layout.value;
  const document = editor.document;
  const target = { stage: "", step: "", lane: "" };
  if (place?.kind === "stages") target.stage = place.id;
  if (place?.kind === "steps") target.step = place.id;
  if (place?.kind === "lanes") target.lane = place.id;
  const thing = place?.kind === "cards" ? document.cards[place.id] : place?.kind === "points" ? document.points[place.id] : undefined;
  if (thing) { target.lane = thing.lane; target.step = thing.step; }
  if (place?.kind === "cells" || place?.kind === "computed") [target.lane = "", target.step = ""] = place.id.split("|");
  if (!target.step && target.stage) target.step = edits.stepsIn(document, target.stage).at(-1)?.id ?? "";
  target.step ||= layout.steps[0]?.id ?? "";
  target.stage ||= document.steps[target.step]?.stage ?? layout.stages[0]?.id ?? "";
  target.lane ||= layout.rows[0]?.lane.id ?? "";
  return target;
}
