/** Connections as arrows over the map: measured from what is drawn, so they follow folding, zoom and rows. */

import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../../i18n";
import type { Editor } from "../editor";
import { LINK_KINDS, LINK_WORDS, type LinkKind, targetAt } from "../linking";
import { canvasSize } from "./geometry";
import { Icon, Tool, useEditor } from "./parts";

interface Box { x: number; y: number; w: number; h: number; below: boolean }
interface Arrow { id: string; kind: LinkKind; source: string; target: string; path: string; x: number; y: number }

const LEAST_BEND = 26;
const MOST_BEND = 130;
const APART = 8;
const HEAD = 22;

/** Where a card or step is drawn; folded ones stand for what lies in them, and null for what is out of sight. */
function finder(editor: Editor, map: HTMLElement): (id: string) => HTMLElement | null {
  const cards = new Map([...map.querySelectorAll<HTMLElement>('[data-kind="cards"]')].map((node) => [node.dataset["id"] ?? "", node]));
  const named = (attribute: string, id: string): HTMLElement | null => map.querySelector<HTMLElement>(`[${attribute}="${CSS.escape(id)}"]`);
  const { document } = editor;
  return (id) => {
    const card = document.cards[id];
    if (!card) return named("data-for", id) ?? named("data-folded", document.steps[id]?.stage ?? "");
    if (!editor.shows(card.state)) return null;
    return cards.get(id) ?? named("data-id", `${card.lane}|${card.step}`) ?? named("data-folded", `${card.lane}|${document.steps[card.step]?.stage ?? ""}`);
  };
}

function boxOf(node: HTMLElement, frame: DOMRect, zoom: number): Box {
  const box = node.getBoundingClientRect();
  const below = node.dataset["for"] !== undefined || node.classList.contains("step-facts");
  return { x: (box.left - frame.left) / zoom, y: (box.top - frame.top) / zoom, w: box.width / zoom, h: box.height / zoom, below };
}

function bend(distance: number): number {
  return Math.max(LEAST_BEND, Math.min(MOST_BEND, Math.abs(distance) / 2));
}

/** From the nearer side of one to the nearer side of the other; a step is reached from below. */
function route(from: Box, to: Box, shift: number): { path: string; x: number; y: number } {
  const fromY = from.y + Math.min(from.h / 2, HEAD) + shift;
  const toY = to.y + Math.min(to.h / 2, HEAD) + shift;
  const ahead = to.x >= from.x + from.w - APART;
  const behind = to.x + to.w <= from.x + APART;
  if (to.below) {
    const start = { x: from.x + from.w / 2 + shift, y: from.y };
    const end = { x: to.x + to.w / 2 + shift, y: to.y + to.h };
    return curve(start, end, { x: 0, y: -bend(start.y - end.y) }, { x: 0, y: bend(start.y - end.y) });
  }
  if (ahead || behind) {
    const way = ahead ? 1 : -1;
    const start = { x: ahead ? from.x + from.w : from.x, y: fromY };
    const end = { x: ahead ? to.x - 1 : to.x + to.w + 1, y: toY };
    const pull = bend(end.x - start.x);
    return curve(start, end, { x: way * pull, y: 0 }, { x: -way * pull, y: 0 });
  }
  const apart = Math.max(from.x + from.w, to.x + to.w) - Math.min(from.x + from.w, to.x + to.w);
  const pull = Math.min(12 + Math.abs(toY - fromY) / 14, 34) + apart / 2;
  return curve({ x: from.x + from.w, y: fromY }, { x: to.x + to.w + 1, y: toY }, { x: pull, y: 0 }, { x: pull, y: 0 });
}

interface Dot { x: number; y: number }
function curve(start: Dot, end: Dot, out: Dot, into: Dot): { path: string; x: number; y: number } {
  const one = { x: start.x + out.x, y: start.y + out.y };
  const two = { x: end.x + into.x, y: end.y + into.y };
  const r = (value: number): number => Math.round(value * 10) / 10;
  const half = (key: "x" | "y"): number => r((start[key] + 3 * one[key] + 3 * two[key] + end[key]) / 8);
  return { path: `M${r(start.x)} ${r(start.y)}C${r(one.x)} ${r(one.y)} ${r(two.x)} ${r(two.y)} ${r(end.x)} ${r(end.y)}`, x: half("x"), y: half("y") };
}

function measure(editor: Editor, map: HTMLElement): Arrow[] {
  const links = Object.entries(editor.document.links);
  if (!links.length || !editor.linking.shown.peek() || editor.narrow.peek()) return [];
  const frame = map.getBoundingClientRect();
  const zoom = editor.zoom.peek();
  const find = finder(editor, map);
  const count = new Map<string, number>();
  const boxes = new Map<HTMLElement, Box>();
  const boxAt = (node: HTMLElement): Box => {
    const known = boxes.get(node) ?? boxOf(node, frame, zoom);
    boxes.set(node, known);
    return known;
  };
  return links.flatMap(([id, link]) => {
    const source = find(link.source);
    const target = find(link.target);
    if (!source || !target || source === target) return [];
    const nth = count.get(link.target) ?? 0;
    count.set(link.target, nth + 1);
    const shift = nth ? (nth % 2 ? 1 : -1) * Math.ceil(nth / 2) * APART : 0;
    return [{ id, kind: link.kind, source: link.source, target: link.target, ...route(boxAt(source), boxAt(target), shift) }];
  });
}

/** The arrows over the grid. */
export function LinkLayer({ map }: { map: { current: HTMLElement | null } }): JSX.Element | null {
  const editor = useEditor();
  const arrows = useSignal<readonly Arrow[]>([]);
  const frame = useRef(0);
  const soon = (): void => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => { if (map.current) arrows.value = measure(editor, map.current); });
  };
  useSignalEffect(() => {
    const { numbers, linking } = editor;
    void [editor.layout.value, numbers.reading.value, numbers.personas.value, editor.zoom.value, editor.showing.value, editor.proposals.value, editor.reality.value,
      editor.sideBySide.value, editor.writing.value, linking.shown.value, editor.unfolded.value, editor.narrow.value, canvasSize.value, editor.comparing.value, editor.allRows.value];
    soon();
  });
  useEffect(() => {
    const node = map.current;
    if (!node) return undefined;
    const watch = new ResizeObserver(soon);
    watch.observe(node);
    const scrolled = (): void => { if (node.querySelector(".is-pinned")) soon(); };
    node.parentElement?.addEventListener("scroll", scrolled, { passive: true });
    return () => { watch.disconnect(); node.parentElement?.removeEventListener("scroll", scrolled); cancelAnimationFrame(frame.current); };
  }, []);
  return (
    <div role="presentation" class="links-over">
      <svg aria-hidden="true" width="100%" height="100%">
        <defs>{LINK_KINDS.map((kind) => <Tip key={kind} kind={kind} />)}</defs>
        {arrows.value.map((arrow) => <ArrowView key={arrow.id} arrow={arrow} />)}
        <Drawing map={map} />
      </svg>
    </div>
  );
}

function Tip({ kind }: { kind: LinkKind }): JSX.Element {
  return (
    <>
      <marker id={`tip-${kind}`} viewBox="0 0 12 12" refX="10.5" refY="6" markerWidth="11" markerHeight="11" markerUnits="userSpaceOnUse" orient="auto">
        <path class={`lk-tip lk-${kind}`} d="M1.5 1.5L10.5 6L1.5 10.5z" /></marker>
      {kind === "causes" ? <marker id="tail-causes" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse"><path class="lk-tip lk-causes" d="M5 .5L9.5 5L5 9.5L.5 5z" /></marker> : null}
    </>
  );
}

function ArrowView({ arrow }: { arrow: Arrow }): JSX.Element {
  const editor = useEditor();
  const picked = editor.selected.value?.id ?? "";
  const hot = picked === arrow.source || picked === arrow.target;
  const some = Boolean(editor.linking.ends.value.get(picked)?.length);
  const mark = editor.comparing.value?.marks.get(arrow.id)?.change ?? "";
  const menu = (event: MouseEvent): void => {
    event.stopPropagation();
    event.preventDefault();
    editor.menu.value = { at: new DOMRect(event.clientX, event.clientY, 1, 1), items: editor.linking.itemsOf(arrow.id), label: t("Connection") };
  };
  return (
    <g class={`lk lk-${arrow.kind}${hot ? " is-hot" : some ? " is-dim" : ""}${mark ? ` mk-${mark}` : ""}`} data-link={arrow.id}>
      <path class="lk-halo" d={arrow.path} />
      <path class="lk-line" d={arrow.path} marker-end={`url(#tip-${arrow.kind})`} marker-start={arrow.kind === "causes" ? "url(#tail-causes)" : undefined} />
      <path class="lk-hit" d={arrow.path} onClick={menu} onContextMenu={menu} />
      {hot || mark ? <text class="lk-word" x={arrow.x} y={arrow.y} dy="-.35em">{t(LINK_WORDS[arrow.kind][0])}{mark === "added" ? ` (${t("new")})` : mark === "removed" ? ` (${t("gone")})` : ""}</text> : null}
    </g>
  );
}

/** The arrow under the pointer, and a frame around what it would reach. */
function Drawing({ map }: { map: { current: HTMLElement | null } }): JSX.Element | null {
  const editor = useEditor();
  const from = editor.linking.from.value;
  const node = map.current;
  if (from?.x === undefined || from.y === undefined || !node) return null;
  const frame = node.getBoundingClientRect();
  const zoom = editor.zoom.peek();
  const find = finder(editor, node);
  const source = find(from.source);
  if (!source) return null;
  const place = targetAt(from.x, from.y);
  const over = place && editor.linking.fits(from.source, place) ? find(place.id) : null;
  const here: Box = { x: (from.x - frame.left) / zoom, y: (from.y - frame.top) / zoom, w: 0, h: 0, below: false };
  const to = over ? boxOf(over, frame, zoom) : here;
  return (
    <g class={`lk lk-${from.kind} is-hot`}>
      {over ? <rect class="lk-over" x={to.x - 2} y={to.y - 2} width={to.w + 4} height={to.h + 4} rx="4" /> : null}
      <path class="lk-line" d={route(boxOf(source, frame, zoom), to, 0).path} marker-end={`url(#tip-${from.kind})`} />
    </g>
  );
}

/** What the lines mean; one click takes them off the picture. */
export function LinkKey(): JSX.Element | null {
  const editor = useEditor();
  const links = Object.values(editor.document.links);
  if (!links.length || editor.narrow.value) return null;
  const shown = editor.linking.shown.value;
  const kinds = LINK_KINDS.map((kind) => [kind, links.filter((link) => link.kind === kind).length] as const).filter(([, n]) => n);
  return (
    <div class="link-key" role="group" aria-label={t("Connections")}>
      <Tool icon={shown ? "eye" : "eye-off"} label={t("Connections")} class="btn-plain btn-s" pressed={shown} run={() => { editor.linking.shown.value = !shown; }} />
      {shown ? <ul>{kinds.map(([kind, n]) => <li key={kind}><svg class={`lk lk-${kind}`} width="34" height="12" aria-hidden="true"><path class="lk-line" d="M2 6H31" marker-end={`url(#tip-${kind})`} marker-start={kind === "causes" ? "url(#tail-causes)" : undefined} /></svg>{t(LINK_WORDS[kind][0])} <span class="num quiet">{n}</span></li>)}</ul> : null}
    </div>
  );
}

/** While a connection waits for its other end. */
export function LinkPrompt(): JSX.Element | null {
  const editor = useEditor();
  const from = editor.linking.from.value;
  if (!from || from.x !== undefined) return null;
  const name = editor.nameOf({ kind: "cards", id: from.source });
  const short = name.length > 48 ? `${name.slice(0, 46)}…` : name;
  return (
    <div class="toast link-prompt" role="group" aria-label={t("Connect with …")}>
      <Icon name="spline" />
      <span>{t("“{name}”", { name: short })} <b>{t(LINK_WORDS[from.kind][0])}</b> … {t("Choose a card or a step.")}</span>
      <Tool icon="x" label={t("Leave it")} bare run={() => editor.linking.leave()} />
    </div>
  );
}

/** On a phone there is no room for arrows: the card says what it is connected with. */
export function LinkLines({ id }: { id: string }): JSX.Element | null {
  const editor = useEditor();
  const ends = editor.linking.ends.value.get(id);
  if (!editor.narrow.value || !ends?.length) return null;
  return (
    <ul class="link-lines">
      {ends.map((end) => <li key={end.id + String(end.out)}><button type="button" class="link small" onClick={(event) => { event.stopPropagation(); editor.goTo(editor.linking.placeOf(end.other)); }}><Icon name={end.out ? "arrow-right" : "arrow-left"} />{editor.linking.said(end)}</button></li>)}
    </ul>
  );
}
