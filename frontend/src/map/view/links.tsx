/** Connections as arrows over the map: measured from what is drawn, so they follow folding, zoom and rows. */

import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../../i18n";
import type { Editor } from "../editor";
import { LINK_KINDS, LINK_WORDS, type LinkKind, targetAt } from "../linking";
import { type Box, type Lines, type Placed, routed, type Way } from "../routing";
import type { Link } from "../types";
import { canvasSize, type Columns } from "./geometry";
import { Icon, Tool, useEditor } from "./parts";

interface Arrow extends Way { kind: LinkKind; source: string; target: string }

const HEAD = 22;
/** How far an arrow stays within a cell, a step or a fold that stands for what lies in it. */
const INSET = 8;

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
  const inset = node.dataset["kind"] === "cards" ? 0 : INSET;
  return { x: (box.left - frame.left) / zoom + inset, y: (box.top - frame.top) / zoom, w: box.width / zoom - 2 * inset, h: box.height / zoom };
}

/** The lines of the grid as they are drawn now, and the cards that reach over lines of columns. */
function linesOf(editor: Editor, map: HTMLElement, columns: Columns, frame: DOMRect): Lines {
  const zoom = editor.zoom.peek();
  const rows = [...map.querySelectorAll<HTMLElement>(".row-facts, .m-lane")];
  const edges = rows.map((row) => row.getBoundingClientRect());
  const tops = edges.map((edge) => (edge.top - frame.top) / zoom);
  const wide = new Map<number, [number, number][]>();
  for (const card of map.querySelectorAll<HTMLElement>(".wide")) {
    const row = rows.indexOf(card.parentElement as HTMLElement);
    const from = Number(card.dataset["from"]) - 2;
    wide.set(row, [...(wide.get(row) ?? []), [from, from + Number(card.getAttribute("aria-colspan"))]]);
  }
  const last = edges.at(-1);
  return {
    columns: [...columns.starts, columns.total].map((x) => x + columns.lane),
    rows: [...tops, last ? (last.bottom - frame.top) / zoom : 0],
    crossed: (column: number, row: number): boolean => (wide.get(row) ?? []).some(([from, to]) => from < column && column < to),
  };
}

/** Between which lines of columns a thing lies. */
function sidesOf(box: Box, columns: readonly number[]): { left: number; right: number } {
  const left = Math.max(columns.findLastIndex((x) => x <= box.x + 2), 0);
  const right = columns.findIndex((x) => x >= box.x + box.w - 2);
  return { left, right: right < 0 ? columns.length - 1 : Math.max(right, left + 1) };
}

function measure(editor: Editor, map: HTMLElement, columns: Columns): Arrow[] {
  const links = Object.entries(editor.document.links);
  if (!links.length || !editor.linking.shown.peek() || editor.narrow.peek()) return [];
  const frame = map.getBoundingClientRect();
  const find = finder(editor, map);
  const lines = linesOf(editor, map, columns, frame);
  const known = new Map<HTMLElement, Placed>();
  const placed = (node: HTMLElement): Placed => {
    const there = known.get(node);
    if (there) return there;
    const box = boxOf(node, frame, editor.zoom.peek());
    const made = { ...box, ...sidesOf(box, lines.columns) };
    known.set(node, made);
    return made;
  };
  const wishes = links.flatMap(([id, link]) => {
    const source = find(link.source);
    const target = find(link.target);
    return source && target && source !== target ? [{ id, from: placed(source), to: placed(target) }] : [];
  });
  return routed(wishes, lines).map((way) => {
    const link = editor.document.links[way.id] as Link;
    return { ...way, kind: link.kind, source: link.source, target: link.target };
  });
}

/** The arrow under the pointer: straight to where one points. */
function pulled(from: Box, to: Box): string {
  const ahead = to.x + to.w / 2 >= from.x + from.w / 2;
  const start = { x: ahead ? from.x + from.w : from.x, y: from.y + Math.min(from.h / 2, HEAD) };
  const end = { x: ahead ? to.x : to.x + to.w, y: to.y + Math.min(to.h / 2, HEAD) };
  return `M${start.x} ${start.y}C${(start.x + end.x) / 2} ${start.y} ${(start.x + end.x) / 2} ${end.y} ${end.x} ${end.y}`;
}

/** The arrows over the grid. */
export function LinkLayer({ map, columns }: { map: { current: HTMLElement | null }; columns: Columns }): JSX.Element | null {
  const editor = useEditor();
  const arrows = useSignal<readonly Arrow[]>([]);
  const frame = useRef(0);
  const latest = useRef(columns);
  latest.current = columns;
  const soon = (): void => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => { if (map.current) arrows.value = measure(editor, map.current, latest.current); });
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
  const here: Box = { x: (from.x - frame.left) / zoom, y: (from.y - frame.top) / zoom, w: 0, h: 0 };
  const to = over ? boxOf(over, frame, zoom) : here;
  return (
    <g class={`lk lk-${from.kind} is-hot`}>
      {over ? <rect class="lk-over" x={to.x - 2} y={to.y - 2} width={to.w + 4} height={to.h + 4} rx="4" /> : null}
      <path class="lk-line" d={pulled(boxOf(source, frame, zoom), to)} marker-end={`url(#tip-${from.kind})`} />
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
