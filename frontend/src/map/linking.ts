/** Connections between cards and steps: what there is, and the one that is being drawn. */

import { computed, signal } from "@preact/signals";

import { N_, t } from "../i18n";
import type { Editor, MenuItem } from "./editor";
import { newId } from "./model";
import type { Link, Place } from "./types";

export type LinkKind = Link["kind"];
export const LINK_KINDS: readonly LinkKind[] = ["leads-to", "answers", "causes"];

/** What a connection is called from its start, and from its end. */
export const LINK_WORDS: Readonly<Record<LinkKind, readonly [string, string]>> = {
  "leads-to": [N_("leads to"), N_("comes from")], answers: [N_("answers"), N_("is answered by")], causes: [N_("causes"), N_("is caused by")],
};

/** A connection as one of its ends sees it. */
export interface End { id: string; kind: LinkKind; out: boolean; other: string }

const FAR_ENOUGH = 5;

export class Linking {
  readonly shown = signal(true);
  /** A connection that waits for its other end; `x` and `y` while a pointer draws it. */
  readonly from = signal<{ source: string; kind: LinkKind; x?: number; y?: number } | null>(null);
  readonly ends = computed(() => {
    const found = new Map<string, End[]>();
    const add = (at: string, end: End): void => { found.set(at, [...(found.get(at) ?? []), end]); };
    for (const [id, link] of Object.entries(this.editor.document.links)) {
      add(link.source, { id, kind: link.kind, out: true, other: link.target });
      add(link.target, { id, kind: link.kind, out: false, other: link.source });
    }
    return found;
  });

  constructor(private readonly editor: Editor) {}

  placeOf(id: string): Place {
    return { kind: id in this.editor.document.cards ? "cards" : "steps", id };
  }

  /** "leads to: Zur Kasse gehen" */
  said(end: End): string {
    return `${t(LINK_WORDS[end.kind][end.out ? 0 : 1])}: ${this.editor.nameOf(this.placeOf(end.other))}`;
  }

  start(source: string, kind: LinkKind): void {
    this.shown.value = true;
    this.from.value = { source, kind };
    this.editor.say(t("Choose a card or a step with the arrows, then Enter; Esc leaves."));
  }

  leave(): void {
    this.from.value = null;
  }

  /** The other end: a card or a step that is not the start itself. */
  finish(place: Place | null): boolean {
    const from = this.from.peek();
    if (!from) return false;
    if (!place || !this.fits(from.source, place)) { this.editor.say(t("A connection ends at another card or at a step.")); return false; }
    this.from.value = null;
    this.connect(from.source, place.id, from.kind);
    return true;
  }

  fits(source: string, place: Place): boolean {
    return (place.kind === "cards" || place.kind === "steps") && place.id !== source;
  }

  connect(source: string, target: string, kind: LinkKind): void {
    const there = Object.values(this.editor.document.links).some((link) => link.source === source && link.target === target && link.kind === kind);
    if (there) { this.editor.tell(t("They are connected so already.")); return; }
    const told = t("Connected: {from} {kind} {to}", { from: this.editor.nameOf(this.placeOf(source)), kind: t(LINK_WORDS[kind][0]), to: this.editor.nameOf(this.placeOf(target)) });
    this.editor.change(t("Connected"), [{ op: "add", kind: "links", id: newId("links"), value: { source, target, kind } }], told);
  }

  take(id: string): void {
    this.editor.change(t("Connection taken off"), [{ op: "remove", kind: "links", id }]);
  }

  /** The kinds to choose from, for a start that has no end yet. */
  kindItems(source: string, chosen: (kind: LinkKind) => void = (kind) => this.start(source, kind)): MenuItem[] {
    return LINK_KINDS.map((kind) => ({ label: t(LINK_WORDS[kind][0]), icon: LINK_ICONS[kind], run: () => chosen(kind) }));
  }

  /** What can be done with a connection that stands. */
  itemsOf(id: string): MenuItem[] {
    const link = this.editor.document.links[id];
    if (!link) return [];
    const go = (to: string): MenuItem => ({ label: t("Go to “{name}”", { name: this.editor.nameOf(this.placeOf(to)) }), icon: "arrow-right", run: () => this.editor.focus(this.placeOf(to)) });
    const kinds = LINK_KINDS.map((kind) => ({
      label: t(LINK_WORDS[kind][0]), icon: LINK_ICONS[kind], checked: kind === link.kind,
      run: () => this.editor.put({ kind: "links", id }, "kind", kind, t("Kind of connection changed")),
    }));
    if (!this.editor.mayEdit) return [go(link.source), go(link.target)];
    return [...kinds, go(link.source), go(link.target), { label: t("Take off the connection"), icon: "unlink", danger: true, run: () => this.take(id) }];
  }

  /** For the menu of a card: a new connection, and those it has. */
  cardItems(id: string): MenuItem[] {
    const open = (items: MenuItem[], label: string): void => { this.editor.menu.value = { at: anchor(id), items, label }; };
    return [
      { label: t("Connect with …"), icon: "spline", hint: t("Ctrl + L"), run: () => open(this.kindItems(id), t("Connect with …")) },
      ...(this.ends.value.get(id) ?? []).map((end) => ({ label: this.said(end), icon: LINK_ICONS[end.kind], run: () => open(this.itemsOf(end.id), this.said(end)) })),
    ];
  }

  /** Draw from the handle of a card to where the pointer lets go; a mere click asks for the other end. */
  readonly down = (event: PointerEvent): void => {
    const handle = (event.target as HTMLElement).closest<HTMLElement>("[data-link-from]");
    const source = handle?.dataset["linkFrom"] ?? "";
    if (!source || event.button !== 0 || !this.editor.mayEdit) return;
    event.preventDefault();
    const begun = { x: event.clientX, y: event.clientY };
    const move = (now: PointerEvent): void => {
      const drawing = this.from.peek()?.x !== undefined;
      if (!drawing && Math.hypot(now.clientX - begun.x, now.clientY - begun.y) < FAR_ENOUGH) return;
      this.shown.value = true;
      this.from.value = { source, kind: "leads-to", x: now.clientX, y: now.clientY };
    };
    const stop = (): void => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      removeEventListener("pointercancel", leave);
      removeEventListener("keydown", key, true);
    };
    const leave = (): void => { stop(); this.leave(); };
    const key = (now: KeyboardEvent): void => { if (now.key === "Escape") { now.stopPropagation(); leave(); } };
    const up = (now: PointerEvent): void => {
      const drawn = this.from.peek()?.x !== undefined;
      stop();
      if (drawn) this.dropped(source, now);
      else this.editor.menu.value = { at: anchor(source), items: this.kindItems(source), label: t("Connect with …") };
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
    addEventListener("pointercancel", leave);
    addEventListener("keydown", key, true);
  };

  private dropped(source: string, event: PointerEvent): void {
    this.from.value = null;
    const place = targetAt(event.clientX, event.clientY);
    if (!place || !this.fits(source, place)) { this.editor.say(t("A connection ends at another card or at a step.")); return; }
    const items = this.kindItems(source, (kind) => this.connect(source, place.id, kind));
    this.editor.menu.value = { at: new DOMRect(event.clientX, event.clientY, 1, 1), items, label: t("Connect with “{name}”", { name: this.editor.nameOf(place) }) };
  }
}

export const LINK_ICONS: Readonly<Record<LinkKind, string>> = { "leads-to": "arrow-right", answers: "reply", causes: "zap" };

/** The card or step under a point of the window. */
export function targetAt(x: number, y: number): Place | null {
  for (const node of document.elementsFromPoint(x, y)) {
    const found = (node as HTMLElement).closest?.<HTMLElement>('[data-kind="cards"], [data-kind="steps"], [data-for]');
    if (found) return { kind: found.dataset["kind"] ?? "steps", id: found.dataset["id"] ?? found.dataset["for"] ?? "" };
  }
  return null;
}

function anchor(id: string): DOMRect {
  return document.querySelector(`[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect() ?? new DOMRect(80, 120, 10, 10);
}
