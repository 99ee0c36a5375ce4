/** The keyboard: the whole map is one tab stop, arrows walk, letters do. */

import { t } from "../i18n";
import { usualKind } from "./edits";
import type { Editor } from "./editor";
import { menuFor } from "./menus";
import { duplicate, shift, stretch } from "./moves";
import { Walk } from "./places";
import type { Place } from "./types";
import { drawPoint } from "./view/curve";

const WALKING: ReadonlySet<string> = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);

function placeAt(target: EventTarget | null): Place | null {
  const node = (target as HTMLElement | null)?.closest<HTMLElement>("[data-kind][data-id]");
  return node ? { kind: node.dataset["kind"] ?? "", id: node.dataset["id"] ?? "" } : null;
}

/** Keys while the map itself has the focus. */
export function gridKey(editor: Editor, event: KeyboardEvent): void {
  const place = placeAt(event.target) && (editor.focusNext.peek() ?? placeAt(event.target));
  if (!place || (event.target as HTMLElement).closest("input, textarea, select")) return;
  if (doKey(editor, event, place)) { event.preventDefault(); event.stopPropagation(); }
}

function doKey(editor: Editor, event: KeyboardEvent, place: Place): boolean {
  const walk = new Walk(editor.layout.value, editor.document, editor.numbers, editor.unfolded.value);
  if (editor.linking.from.value && (event.key === "Enter" || event.key === "Escape")) return linked(editor, event.key, place);
  if (WALKING.has(event.key)) return walked(editor, event, place, walk);
  const command = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "Enter": return entered(editor, place);
    case "F2": return named(editor, place);
    case "Delete": case "Backspace": editor.remove(place, walk.after(place)); return true;
    case "Escape": return left(editor);
    case " ": return opened(editor, event, place);
    case "ContextMenu": return opened(editor, event, place);
    case "F10": return event.shiftKey && opened(editor, event, place);
    case "l": return command && connected(editor, place);
    case "d": if (command) { duplicate(editor, place); return true; } return false;
    default: return false;
  }
}

/** The other end of a connection that waits for it. */
function linked(editor: Editor, key: string, place: Place): boolean {
  if (key === "Enter") editor.linking.finish(place);
  else editor.linking.leave();
  return true;
}

function connected(editor: Editor, place: Place): boolean {
  if (place.kind !== "cards" || !editor.mayEdit) return false;
  const at = document.querySelector(`[data-id="${CSS.escape(place.id)}"]`)?.getBoundingClientRect();
  if (at) editor.menu.value = { at, items: editor.linking.kindItems(place.id), label: t("Connect with …") };
  return true;
}

function walked(editor: Editor, event: KeyboardEvent, place: Place, walk: Walk): boolean {
  if (event.altKey && event.shiftKey && place.kind === "cards") {
    stretch(editor, place.id, event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0);
    return true;
  }
  if (event.altKey) { if (editor.mayEdit) shift(editor, place, event.key); return true; }
  const next = walk.next(place, event.ctrlKey && event.key === "Home" ? "PageUp" : event.key);
  if (next) editor.focus(next);
  return true;
}

function entered(editor: Editor, place: Place): boolean {
  if (place.kind === "cells") {
    const [lane = "", step = ""] = place.id.split("|");
    const kind = editor.document.lanes[lane]?.kind ?? "text";
    if (kind === "emotion") drawPoint(editor, lane, step, editor.numbers.filters.value.persona, 0);
    else if (kind !== "flow") editor.write(place, "text", { kind: usualKind(kind) });
    return true;
  }
  if (place.kind === "cards" && editor.mayEdit) return named(editor, place);
  editor.select(place, true);
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#panel [role=tab][aria-selected=true]")?.focus());
  return true;
}

function named(editor: Editor, place: Place): boolean {
  if (place.kind === "cards") editor.write(place, "text");
  else if (place.kind === "lanes" || place.kind === "steps" || place.kind === "stages") editor.write(place, "label");
  else return false;
  return true;
}

function left(editor: Editor): boolean {
  if (editor.searching.value !== null) editor.searching.value = null;
  else if (editor.panelOpen.value) editor.panelOpen.value = false;
  else return false;
  return true;
}

function opened(editor: Editor, event: KeyboardEvent, place: Place): boolean {
  const at = (event.target as HTMLElement).closest("[data-kind]")?.getBoundingClientRect();
  if (at) editor.menu.value = { at, items: menuFor(editor, place), label: editor.nameOf(place) };
  return true;
}

/** Keys that work wherever the focus is. */
export function pageKey(editor: Editor, event: KeyboardEvent): void {
  const typing = Boolean((event.target as HTMLElement | null)?.closest("input, textarea, select, dialog"));
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (command && key === "f") { event.preventDefault(); editor.searching.value ??= ""; }
  if (typing) return;
  if (command && key === "z") { event.preventDefault(); if (event.shiftKey) editor.redo(); else editor.undo(); }
  else if (command && key === "y") { event.preventDefault(); editor.redo(); }
  else if (event.key === "?" && !command) { event.preventDefault(); editor.dialog.value = "keys"; }
}

/** What the help shows: keys and what they do. */
export function keyList(): readonly (readonly [string, string])[] {
  return [
    ["← → ↑ ↓", t("walk over the map")], ["Enter", t("write or open")], ["F2", t("rename")], ["Esc", t("leave it as it was, close")],
    [t("Del"), t("delete")], [t("Alt + arrows"), t("move the thing")], [t("Alt + Shift + ← →"), t("let a card cover fewer or more steps")],
    [t("Ctrl + C, X, V"), t("copy, cut, paste, also between maps")], [t("Ctrl + D"), t("put a copy beside it")], [t("Ctrl + L"), t("connect the card with another or with a step")],
    [t("Ctrl + Z"), t("undo")], [t("Shift + Ctrl + Z"), t("do again")], [t("Ctrl + F"), t("search in the map")],
    [t("Space"), t("menu of the thing")], [t("Home, End"), t("first and last step")], [t("Page up, page down"), t("to the head, to the last lane")],
    [t("↑ ↓ on a point of the curve"), t("raise and lower the feeling, with Shift faster")], ["?", t("this list")],
  ];
}
