/** Moving things with the pointer: a mouse drags at once, a finger after a moment's rest; one that lets go where it rested asks for the menu. */

import { t } from "../i18n";
import * as edits from "./edits";
import type { Editor } from "./editor";
import { ordered } from "./layout";
import { menuFor } from "./menus";
import { duplicate, setSpan } from "./moves";
import type { Op, Place } from "./types";

const FAR_ENOUGH = 5;
const REST_ON_TOUCH = 350;
const EDGE = 48;

interface Held { place: Place; node: HTMLElement; x: number; y: number; pointer: number; resize: boolean; touch: boolean }

/** Follow one pointer over the canvas until it lets go. */
export class Dragging {
  private held: Held | null = null;
  private ghost: HTMLElement | null = null;
  private mark: HTMLElement | null = null;
  private timer = 0;
  private scrolling = 0;
  private last = { x: 0, y: 0 };

  constructor(private readonly editor: Editor, private readonly canvas: HTMLElement) {
    canvas.addEventListener("pointerdown", this.down);
    canvas.addEventListener("contextmenu", (event) => { if (this.held?.touch || this.ghost) { event.preventDefault(); event.stopImmediatePropagation(); } }, { capture: true });
    canvas.addEventListener("touchmove", (event) => { if (this.ghost) event.preventDefault(); }, { passive: false });
  }

  private readonly down = (event: PointerEvent): void => {
    const target = event.target as HTMLElement;
    if (event.button !== 0 || !this.editor.mayEdit || target.closest("button, a, input, textarea, select") && !target.closest("[data-grip]")) return;
    const resize = target.closest<HTMLElement>("[data-resize]");
    const node = target.closest<HTMLElement>("[data-drag]");
    if (!node) return;
    const place = { kind: node.dataset["drag"] ?? "", id: node.dataset["id"] ?? "" };
    const touch = event.pointerType === "touch";
    this.held = { place, node, x: event.clientX, y: event.clientY, pointer: event.pointerId, resize: resize !== null, touch };
    this.last = { x: event.clientX, y: event.clientY };
    if (touch && !resize && !target.closest("[data-grip]")) this.timer = window.setTimeout(() => this.lift(), REST_ON_TOUCH);
    addEventListener("pointermove", this.move, { passive: false });
    addEventListener("pointerup", this.up);
    addEventListener("pointercancel", this.stop);
    addEventListener("keydown", this.key, true);
  };

  private readonly move = (event: PointerEvent): void => {
    if (!this.held || event.pointerId !== this.held.pointer) return;
    this.last = { x: event.clientX, y: event.clientY };
    const far = Math.hypot(event.clientX - this.held.x, event.clientY - this.held.y) > FAR_ENOUGH;
    if (!this.ghost && far) {
      if (event.pointerType === "touch" && !this.held.resize && this.timer) { this.stop(); return; }
      this.lift();
    }
    if (this.ghost) { event.preventDefault(); this.follow(); }
  };

  private lift(): void {
    if (!this.held || this.ghost) return;
    this.timer = 0;
    const box = this.held.node.getBoundingClientRect();
    const ghost = this.held.node.cloneNode(true) as HTMLElement;
    ghost.classList.add("ghost");
    ghost.removeAttribute("data-id");
    ghost.style.setProperty("width", `${box.width}px`);
    if (this.held.resize) ghost.style.setProperty("visibility", "hidden");
    document.body.append(ghost);
    this.ghost = ghost;
    this.mark = document.createElement("div");
    this.mark.className = "drop-mark";
    document.body.append(this.mark);
    this.held.node.classList.add("is-dragged");
    document.documentElement.classList.add("is-dragging");
    this.editor.select(this.held.place);
    navigator.vibrate?.(12);
    this.scrolling = requestAnimationFrame(this.scroll);
    this.follow();
  }

  private readonly scroll = (): void => {
    if (!this.ghost) return;
    const box = this.canvas.getBoundingClientRect();
    const { x, y } = this.last;
    const by = (at: number, low: number, high: number): number => (at < low + EDGE ? -12 : at > high - EDGE ? 12 : 0);
    this.canvas.scrollBy(by(x, box.left, box.right), by(y, box.top, box.bottom));
    this.scrolling = requestAnimationFrame(this.scroll);
  };

  private follow(): void {
    const { x, y } = this.last;
    this.ghost?.style.setProperty("transform", `translate(${x + 10}px, ${y + 8}px)`);
    const drop = this.target(x, y);
    const mark = this.mark;
    if (!mark) return;
    mark.hidden = drop === null;
    if (!drop) return;
    mark.style.setProperty("left", `${drop.box.left}px`);
    mark.style.setProperty("top", `${drop.box.top}px`);
    mark.style.setProperty("width", `${drop.box.width}px`);
    mark.style.setProperty("height", `${drop.box.height}px`);
  }

  private target(x: number, y: number): Drop | null {
    const held = this.held;
    if (!held) return null;
    const under = document.elementsFromPoint(x, y).map((node) => node as HTMLElement);
    if (held.resize) return resizeTo(under, held);
    if (held.place.kind === "cards") return cardTo(this.editor, under, held, y);
    if (held.place.kind === "lanes") return laneTo(this.editor, under, held, y);
    return columnTo(this.editor, under, held, x);
  }

  private readonly up = (event: PointerEvent): void => {
    const held = this.held;
    const drop = this.ghost ? this.target(event.clientX, event.clientY) : null;
    const copying = event.ctrlKey || event.metaKey;
    const moved = this.ghost !== null;
    const rested = held?.touch && !held.resize && Math.hypot(event.clientX - held.x, event.clientY - held.y) <= FAR_ENOUGH;
    this.stop();
    if (!held || !moved) return;
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, true), 50);
    if (rested) this.editor.menu.value = { at: held.node.getBoundingClientRect(), items: menuFor(this.editor, held.place), label: this.editor.nameOf(held.place) };
    else if (drop) this.perform(held, drop, copying);
  };

  private perform(held: Held, drop: Drop, copying: boolean): void {
    if (copying && !held.resize) duplicate(this.editor, held.place);
    const place = copying && !held.resize ? this.editor.selected.value ?? held.place : held.place;
    if (drop.span !== undefined) { setSpan(this.editor, place.id, drop.span); return; }
    const ops = drop.ops(place.id);
    if (this.editor.change(t("Moved: {name}", { name: this.editor.nameOf(place) }), ops)) this.editor.focus(place);
  }

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.stop(); }
  };

  private readonly stop = (): void => {
    clearTimeout(this.timer);
    this.timer = 0;
    cancelAnimationFrame(this.scrolling);
    this.held?.node.classList.remove("is-dragged");
    document.documentElement.classList.remove("is-dragging");
    this.ghost?.remove();
    this.mark?.remove();
    this.ghost = this.mark = this.held = null;
    removeEventListener("pointermove", this.move);
    removeEventListener("pointerup", this.up);
    removeEventListener("pointercancel", this.stop);
    removeEventListener("keydown", this.key, true);
  };
}

interface Drop { box: { left: number; top: number; width: number; height: number }; ops: (id: string) => Op[]; span?: number }

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}

function closest(under: readonly HTMLElement[], selector: string): HTMLElement | null {
  for (const node of under) {
    const found = node.closest<HTMLElement>(selector);
    if (found && !found.closest(".ghost")) return found;
  }
  return null;
}

function cardTo(editor: Editor, under: readonly HTMLElement[], held: Held, y: number): Drop | null {
  const cell = closest(under, '[data-kind="cells"]');
  if (!cell) return null;
  const [lane = "", step = "", persona = ""] = (cell.dataset["id"] ?? "").split("|");
  const kind = editor.document.lanes[lane]?.kind;
  if (kind === "flow" || kind === "emotion") return null;
  const cards = [...cell.querySelectorAll<HTMLElement>('[data-kind="cards"]')].filter((node) => node !== held.node);
  const index = cards.filter((node) => middle(node.getBoundingClientRect()) < y).length;
  const box = cell.getBoundingClientRect();
  const before = cards[index]?.getBoundingClientRect().top;
  const top = before ?? cards[index - 1]?.getBoundingClientRect().bottom ?? box.top + 6;
  const wide = editor.document.cards[held.place.id]?.span ?? 1;
  const skipped = edits.cardsIn(editor.document, lane, step).filter((card) => card.span > 1 && card.id !== held.place.id).length;
  return {
    box: { left: box.left + 4, top: top - 2, width: box.width - 8, height: 3 },
    ops: (id) => [
      ...edits.moveCard(editor.document, id, lane, step, wide > 1 ? 0 : index + skipped),
      ...(persona ? edits.set(editor.document, "cards", id, "persona", persona) : []),
    ],
  };
}

function middle(box: DOMRect): number {
  return box.top + box.height / 2;
}

function laneTo(editor: Editor, under: readonly HTMLElement[], held: Held, y: number): Drop | null {
  const row = closest(under, "[data-lane]");
  if (!row) return null;
  const box = row.getBoundingClientRect();
  const below = y > middle(box);
  const rest = ordered(editor.document.lanes).filter((lane) => lane.id !== held.place.id);
  const at = rest.findIndex((lane) => lane.id === row.dataset["lane"]);
  if (at < 0) return null;
  return { box: { left: box.left, top: (below ? box.bottom : box.top) - 1, width: box.width, height: 3 }, ops: (id) => edits.moveLane(editor.document, id, at + (below ? 1 : 0)) };
}

function columnTo(editor: Editor, under: readonly HTMLElement[], held: Held, x: number): Drop | null {
  const stages = held.place.kind === "stages";
  const head = closest(under, stages ? '[data-kind="stages"]' : '[data-kind="steps"], [data-kind="stages"], [data-for], [data-kind="cells"]');
  if (!head) return null;
  const box = head.getBoundingClientRect();
  const behind = x > box.left + box.width / 2;
  const line = { left: (behind ? box.right : box.left) - 2, top: box.top, width: 3, height: Math.max(box.height, 60) };
  const document = editor.document;
  if (stages) {
    const rest = editor.layout.value.stages.filter((stage) => stage.id !== held.place.id);
    const at = rest.findIndex((stage) => stage.id === head.dataset["id"]);
    return at < 0 ? null : { box: line, ops: (id) => edits.moveStage(document, id, at + (behind ? 1 : 0)) };
  }
  if (head.dataset["kind"] === "stages") {
    const stage = head.dataset["id"] ?? "";
    return { box: line, ops: (id) => edits.moveStep(document, id, stage, behind ? edits.stepsIn(document, stage).length : 0) };
  }
  const over = head.dataset["for"] ?? (head.dataset["kind"] === "cells" ? (head.dataset["id"] ?? "").split("|")[1] : head.dataset["id"]) ?? "";
  const stage = document.steps[over]?.stage;
  if (!stage || over === held.place.id) return null;
  const at = edits.stepsIn(document, stage).filter((step) => step.id !== held.place.id).findIndex((step) => step.id === over);
  return { box: line, ops: (id) => edits.moveStep(document, id, stage, at + (behind ? 1 : 0)) };
}

function resizeTo(under: readonly HTMLElement[], held: Held): Drop | null {
  const cell = closest(under, '[data-kind="cells"], [data-kind="steps"], [data-for]');
  const own = held.node.closest('[role="row"]');
  const start = held.node.dataset["from"] ?? held.node.closest<HTMLElement>('[data-kind="cells"]')?.style.gridColumn;
  if (!cell || !own) return null;
  const columnOf = (text: string | undefined): number => Number.parseInt(text ?? "0", 10);
  const to = columnOf(cell.style.gridColumn);
  const from = columnOf(start);
  if (!to || !from) return null;
  const box = held.node.getBoundingClientRect();
  const right = cell.getBoundingClientRect().right;
  return { box: { left: box.left, top: box.top, width: Math.max(right - box.left, 10), height: box.height }, ops: () => [], span: Math.max(1, to - from + 1) };
}
