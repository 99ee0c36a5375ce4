/** Copy and paste, within a map and between maps: one format for us, plain text for everybody else. */

import { t } from "../i18n";
import * as edits from "./edits";
import type { Editor } from "./editor";
import { targetOf } from "./moves";
import type { Kind } from "./types";
import { word } from "./words";

const OURS = "application/vnd.waypost.map+json";

function writingSomewhere(event: Event): boolean {
  const at = event.target as HTMLElement | null;
  return Boolean(at?.closest("input, textarea, select, [contenteditable], dialog")) || Boolean(getSelection()?.toString());
}

/** Listen to copy, cut and paste on the whole page while a map is open. */
export function useClipboard(editor: Editor): () => void {
  const copy = (event: ClipboardEvent): void => { if (put(editor, event)) editor.say(t("Copied")); };
  const cut = (event: ClipboardEvent): void => {
    const place = editor.selected.value;
    if (put(editor, event) && place) editor.remove(place);
  };
  const paste = (event: ClipboardEvent): void => take(editor, event);
  document.addEventListener("copy", copy);
  document.addEventListener("cut", cut);
  document.addEventListener("paste", paste);
  return () => {
    document.removeEventListener("copy", copy);
    document.removeEventListener("cut", cut);
    document.removeEventListener("paste", paste);
  };
}

function put(editor: Editor, event: ClipboardEvent): boolean {
  const place = editor.selected.value;
  if (!place || writingSomewhere(event)) return false;
  const copy = edits.clip(editor.document, place.kind as Kind, place.id);
  if (!copy || !event.clipboardData) return false;
  event.preventDefault();
  event.clipboardData.setData(OURS, JSON.stringify(copy));
  event.clipboardData.setData("text/plain", textOf(editor, copy));
  return true;
}

function textOf(editor: Editor, copy: edits.Clip): string {
  const names = copy.kind === "cards" ? Object.values(copy.cards).map((card) => card.text)
    : [...Object.values(copy[copy.kind as "steps" | "stages" | "lanes"]).map((one) => one.label), ...Object.values(copy.cards).map((card) => card.text)];
  return names.map((label) => word(label, editor.document)).filter(Boolean).join("\n");
}

function take(editor: Editor, event: ClipboardEvent): void {
  if (writingSomewhere(event) || !editor.mayEdit || !event.clipboardData) return;
  const target = targetOf(editor, editor.selected.value);
  const ours = event.clipboardData.getData(OURS);
  const made = ours ? pasteOurs(editor, ours, target) : pasteText(editor, event.clipboardData.getData("text/plain"), target);
  if (!made) return;
  event.preventDefault();
  if (editor.change(t("Pasted"), made.made.ops)) editor.focus({ kind: made.kind, id: made.made.id });
}

function pasteOurs(editor: Editor, text: string, target: edits.Target): { kind: Kind; made: edits.Made } | null {
  let copy: Partial<edits.Clip>;
  try {
    copy = JSON.parse(text) as Partial<edits.Clip>;
  } catch {
    return null;
  }
  if (copy.waypost !== "map" || !copy.kind) return null;
  const whole: edits.Clip = { stages: {}, steps: {}, lanes: {}, cards: {}, points: {}, ...copy, waypost: "map", kind: copy.kind };
  return { kind: copy.kind, made: edits.paste(editor.document, editor.layout.value, whole, target) };
}

/** Lines of text become cards of the cell. */
function pasteText(editor: Editor, text: string, target: edits.Target): { kind: Kind; made: edits.Made } | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean).slice(0, 100);
  const lane = editor.document.lanes[target.lane];
  if (!lines.length || !lane || !target.step) return null;
  let document = editor.document;
  let made: edits.Made = { id: "", ops: [] };
  for (const line of lines) {
    const next = edits.addCard(document, { lane: target.lane, step: target.step, kind: edits.usualKind(lane.kind), text: edits.labelOf(line, document) });
    const [op] = next.ops;
    if (op?.op === "add") document = { ...document, cards: { ...document.cards, [next.id]: op.value as never } };
    made = { id: next.id, ops: [...made.ops, ...next.ops] };
  }
  return { kind: "cards", made };
}
