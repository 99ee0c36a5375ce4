/** The map itself: one grid of stages, steps and lanes, one tab stop. */

import { effect, useComputed, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { t } from "../../i18n";
import { useClipboard } from "../clipboard";
import * as f from "../formats";
import { Dragging } from "../drag";
import type { Editor } from "../editor";
import { gridKey } from "../keys";
import { soft } from "../hyphens";
import { cellKey, type Column, type LaneRow } from "../layout";
import { laneKindItems, menuFor } from "../menus";
import { computedIn } from "../numbers";
import type { Place, ReadStep } from "../types";
import { laneName, LANE_WORDS, LINE_WORDS, word } from "../words";
import { Cell } from "./cell";
import { CardView, Pin } from "./cards";
import { changedText, marked, markOf, MarkTag, Struck } from "./compare";
import { CurvePicture, linesOf, Spots, type Line } from "./curve";
import { FlowPicture } from "./flow";
import { canvasSize, columnsOf, measureCanvas, type Columns } from "./geometry";
import { FoldedHead, StageHead, StepFacts, StepHead } from "./heads";
import { LinkKey, LinkLayer } from "./links";
import { Icon, useEditor, Write } from "./parts";

function selector(place: Place): string {
  return `[data-kind="${place.kind}"][data-id="${CSS.escape(place.id)}"]`;
}

const MOST_TRIES = 30;

/** After what was just changed is drawn: Preact draws in the microtask after the change. */
async function drawn(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
}

/** Keep exactly one thing of the map in the tab order, and bring the keyboard where it was sent: at once, since the next key may follow within the same frame. */
function useRoving(editor: Editor, canvas: { current: HTMLElement | null }): void {
  const settle = (tries: number): void => {
    const root = canvas.current;
    if (!root) return;
    const place = editor.selected.peek();
    const wanted = (place && root.querySelector<HTMLElement>(selector(place))) ?? root.querySelector<HTMLElement>('[data-kind="stages"]');
    const now = root.querySelector<HTMLElement>('[data-kind][tabindex="0"]');
    if (now && now !== wanted) now.tabIndex = -1;
    if (wanted) wanted.tabIndex = 0;
    const next = editor.focusNext.peek();
    const target = next && root.querySelector<HTMLElement>(selector(next));
    if (!target) {
      if (next && tries < MOST_TRIES) requestAnimationFrame(() => settle(tries + 1));
      return;
    }
    editor.focusNext.value = null;
    if (!editor.writing.peek()) { target.focus({ preventScroll: true }); reveal(root, target); }
  };
  useEffect(() => effect(() => {
    void editor.selected.value;
    void editor.focusNext.value;
    void editor.store.document.value;
    void editor.numbers.reading.value;
    void editor.writing.value;
    void drawn().then(() => settle(0));
  }), []);
}

/** Scroll so that the thing is free of the fixed head and the fixed lanes. */
function reveal(root: HTMLElement, node: HTMLElement): void {
  const box = node.getBoundingClientRect();
  const frame = root.getBoundingClientRect();
  const head = root.querySelector(".row-steps")?.getBoundingClientRect();
  const lanes = root.querySelector(".corner")?.getBoundingClientRect();
  const top = node.closest(".row-stages, .row-steps, .is-pinned") ? frame.top : Math.max(frame.top, head?.bottom ?? 0) + 4;
  const left = node.closest(".lane-head") ? frame.left : Math.max(frame.left, lanes?.right ?? 0) + 4;
  const dx = box.left < left ? box.left - left : box.right > frame.right ? Math.min(box.right - frame.right + 12, box.left - left) : 0;
  const dy = box.top < top ? box.top - top : box.bottom > frame.bottom ? Math.min(box.bottom - frame.bottom + 12, box.top - top) : 0;
  if (dx || dy) root.scrollBy({ left: dx, top: dy });
  const shown = node.getBoundingClientRect();
  if (shown.top < 0 || shown.bottom > innerHeight) node.scrollIntoView({ block: "nearest" });
}

function placeOf(target: EventTarget | null): Place | null {
  const node = (target as HTMLElement | null)?.closest<HTMLElement>("[data-kind][data-id]");
  return node ? { kind: node.dataset["kind"] ?? "", id: node.dataset["id"] ?? "" } : null;
}

function useCanvas(editor: Editor, canvas: { current: HTMLDivElement | null }): void {
  useEffect(() => {
    const node = canvas.current;
    if (!node) return undefined;
    const measure = (): void => measureCanvas(node.clientWidth / editor.zoom.peek());
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(node);
    new Dragging(editor, node);
    node.addEventListener("pointerdown", editor.linking.down);
    const stop = useClipboard(editor);
    return () => { watch.disconnect(); stop(); };
  }, []);
  useSignalEffect(() => {
    const node = canvas.current;
    const zoom = editor.zoom.value;
    if (node) measureCanvas(node.clientWidth / zoom);
  });
}

/** Clicks and keys anywhere on the map. */
function handlers(editor: Editor) {
  return {
    onKeyDown: (event: KeyboardEvent) => gridKey(editor, event),
    onFocusIn: (event: FocusEvent) => { const place = placeOf(event.target); if (place) editor.select(place); },
    onClick: (event: MouseEvent) => {
      const place = placeOf(event.target);
      if (!place || (event.target as HTMLElement).closest("button, a, textarea, input")) return;
      if (editor.linking.from.value) { editor.linking.finish(place); return; }
      editor.select(place, place.kind !== "cells" && place.kind !== "lanes" && place.kind !== "stages" && place.kind !== "points");
    },
    onDblClick: (event: MouseEvent) => {
      const place = placeOf(event.target);
      if (!place || (event.target as HTMLElement).closest("button, a, textarea, input, .em-plot")) return;
      if (place.kind === "cards") editor.write(place, "text");
      else if (["lanes", "steps", "stages"].includes(place.kind)) editor.write(place, "label");
    },
    onContextMenu: (event: MouseEvent) => {
      const place = placeOf(event.target);
      if (!place || (event.target as HTMLElement).closest("textarea, a")) return;
      event.preventDefault();
      editor.select(place);
      editor.menu.value = { at: new DOMRect(event.clientX, event.clientY, 1, 1), items: menuFor(editor, place), label: editor.nameOf(place) };
    },
  };
}

/** The scrolling canvas with the whole map on it. */
export function Grid(): JSX.Element {
  const editor = useEditor();
  const canvas = useRef<HTMLDivElement>(null);
  const map = useRef<HTMLDivElement>(null);
  useCanvas(editor, canvas);
  useRoving(editor, canvas);
  const layout = editor.layout.value;
  const phone = editor.narrow.value;
  const columns = columnsOf(layout, canvasSize.value, phone);
  const template = phone ? "minmax(0, 1fr)" : `${columns.lane}px ${columns.widths.map((width) => `${width}px`).join(" ")}`;
  const picked = useComputed(() => pickedColumn(editor));
  useLayoutEffect(() => { measured(); stackPinned(canvas.current); });
  useEffect(() => { requestAnimationFrame(() => setTimeout(() => { editor.allRows.value = true; })); }, []);
  const rows = editor.allRows.value ? layout.rows : layout.rows.slice(0, FIRST_ROWS);
  const zoom = editor.zoom.value;
  return (
    <div ref={canvas} class={`canvas${zoom < 0.7 ? " is-far" : ""}${zoom < 0.5 ? " is-overview" : ""}`} {...handlers(editor)}>
      <div ref={map} role="grid" class={`map edit${phone ? " phone" : ""}${editor.linking.from.value ? " is-linking" : ""}${Object.keys(editor.document.links).length ? " has-links" : ""}`} aria-label={t("Map: {title}", { title: word(editor.document.head.title, editor.document) })}
        aria-colcount={layout.columns.length + 1} aria-rowcount={layout.rows.length + 3} aria-readonly={!editor.mayEdit}
        style={{ gridTemplateColumns: template, zoom: String(zoom) }}>
        <Heads columns={layout.columns} phone={phone} />
        {rows.map((row, index) => <LaneView key={row.key} row={row} columns={columns} index={index} phone={phone} />)}
        {!phone && picked.value >= 0 ? <div role="presentation" class="picked-column" style={{ gridColumn: picked.value + 2, gridRow: `2 / ${layout.rows.length + 4}` }} /> : null}
        {phone ? null : <LinkLayer map={map} columns={columns} />}
      </div>
      {editor.allRows.value ? <>{editor.mayEdit ? <AddButtons /> : null}<LinkKey /></> : null}
    </div>
  );
}

/** Rows drawn before the first picture: more than a screen is high. */
const FIRST_ROWS = 5;

/** Pinned lanes lie under the head and under one another. */
function stackPinned(root: HTMLElement | null): void {
  if (!root) return;
  const height = (selected: string): number => root.querySelector<HTMLElement>(selected)?.offsetHeight ?? 0;
  const stages = height(".row-stages");
  root.querySelector<HTMLElement>(".row-steps")?.style.setProperty("top", `${stages - 1}px`);
  let top = stages + height(".row-steps");
  for (const lane of root.querySelectorAll<HTMLElement>(".m-lane.is-pinned")) {
    lane.style.setProperty("--pin-top", `${top}px`);
    top += lane.offsetHeight;
  }
}

function pickedColumn(editor: Editor): number {
  const place = editor.selected.value;
  if (place?.kind !== "steps" || !editor.panelOpen.value) return -1;
  return editor.layout.value.columns.findIndex((column) => column.id === place.id);
}

function measured(): void {
  if (!performance.getEntriesByName("waypost:edit").length) return;
  performance.measure("waypost:edit-drawn", "waypost:edit");
  performance.clearMarks("waypost:edit");
}

function shownColumns(columns: readonly Column[], phone: boolean, at: number): readonly { column: Column; at: number }[] {
  const all = columns.map((column, index) => ({ column, at: index }));
  return phone ? all.slice(at, at + 1) : all;
}

function Heads({ columns, phone }: { columns: readonly Column[]; phone: boolean }): JSX.Element {
  const editor = useEditor();
  const { spans } = editor.layout.value;
  const steps = editor.numbers.steps.value;
  const reality = editor.numbers.reality.value;
  const on = editor.reality.value;
  const at = editor.phoneStep.value;
  const shown = shownColumns(columns, phone, at);
  const doc = editor.document;
  return (
    <>
      <div role="row" class="m-row row-stages" style={{ gridRow: 1 }}>
        <div role="gridcell" class="corner" aria-label={t("Lanes")} />
        {spans.filter((span) => !phone || (span.from <= at && at < span.from + span.count)).map((span) => <StageHead key={span.stage.id} span={span} />)}
      </div>
      <div role="row" class="m-row row-steps" style={{ gridRow: 2 }}>
        <div role="gridcell" class="corner" />
        {shown.map(({ column, at: index }) => (column.kind === "step"
          ? <StepHead key={column.id} column={column} at={index} /> : <FoldedHead key={column.id} column={column} at={index} />))}
      </div>
      <div role="row" class="m-row row-facts" style={{ gridRow: 3 }} key={doc.head.language}>
        <div role="gridcell" class="corner corner-facts"><HeadCount /></div>
        {shown.map(({ column, at: index }) => (column.kind === "step"
          ? <StepFacts key={column.id} column={column} at={index} last={index === columns.length - 1} read={steps.get(column.id)} notes={on ? reality.get(column.id) ?? NO_NOTES : NO_NOTES} />
          : <div key={column.id} role="gridcell" data-folded={column.id} class="step-facts is-folded" style={{ gridColumn: index + 2 }} />))}
      </div>
    </>
  );
}

const NO_NOTES: readonly never[] = [];

/** How many persons are on this map, and how much of it is belief. */
function HeadCount(): JSX.Element {
  const editor = useEditor();
  const reading = editor.numbers.reading.value;
  const assumed = reading?.assumed;
  const chosen = editor.document.personas[editor.numbers.filters.value.persona];
  if (!reading) return <span class="tiny quiet">{editor.numbers.waiting.value ? t("counting …") : ""} {editor.numbers.share.value ? f.share(editor.numbers.share.value, 0) : ""}</span>;
  return (
    <span class="head-count">
      <b class="num">{new Intl.NumberFormat(document.documentElement.lang || "de").format(reading.head.persons)}</b> <span class="tiny quiet">{t("persons")}</span>
      {editor.reality.value && editor.layout.value.personas.length && !editor.numbers.beside.value.length
        ? <span class="tiny quiet whose-notes"><i class="swatch-sign" aria-hidden="true" />{t("differences of {who}", { who: chosen ? word(chosen.label, editor.document) : t("everybody") })}</span> : null}
      {assumed?.whole ? <span class="tiny quiet assumed-share">{t("{share} assumed", { share: f.share(assumed.part / assumed.whole, 0) })}</span> : null}
    </span>
  );
}

function useLines(row: LaneRow): Line[] {
  const editor = useEditor();
  if (row.lane.kind !== "emotion") return [];
  const layout = editor.layout.value;
  const showing = editor.showing.value;
  return linesOf(row.lane, editor.numbers.curves.value, layout.points, layout.personas)
    .filter((line) => showing === "both" || line.series === showing)
    .filter((line) => editor.sideBySide.value || !editor.numbers.filters.value.persona || line.persona === editor.numbers.filters.value.persona || line.persona === "");
}

function LaneView({ row, columns, index, phone }: { row: LaneRow; columns: Columns; index: number; phone: boolean }): JSX.Element {
  const editor = useEditor();
  const { lane, persona } = row;
  const lines = useLines(row);
  const steps = persona ? editor.numbers.personas.value.get(persona) ?? NO_STEPS : editor.numbers.steps.value;
  const layout = editor.layout.value;
  const doc = editor.document;
  const split = editor.sideBySide.value;
  const order = layout.columns.map((column) => (column.kind === "step" ? column.id : ""));
  const strips = split ? [...new Set(lines.map((line) => line.persona))] : [""];
  const mark = markOf(editor, lane.id);
  const look = ["m-row", "m-lane", `lane-${lane.kind}`, marked(row.lead ? mark : undefined), persona === null ? "" : row.lead ? "is-strip is-lead" : "is-strip", lane.collapsed ? "is-folded" : "", lane.pinned ? "is-pinned" : "", lane.line_above ? `line-${lane.line_above}` : ""];
  return (
    <div role="row" class={look.filter(Boolean).join(" ")} data-lane={lane.id} style={{ gridRow: index + 4, gridTemplateRows: row.tracks ? `repeat(${row.tracks}, auto) 1fr` : "" }}>
      <LaneHead row={row} index={index} lines={lines} strips={strips} />
      {!phone && !lane.collapsed && lane.kind === "flow" && persona !== "" ? <div role="presentation" class={`overlay pc-${(persona && doc.personas[persona]?.colour) || "0"}`}><FlowPicture columns={columns} list={layout.columns} steps={steps} /></div> : null}
      {!phone && !lane.collapsed && lane.kind === "emotion" ? <div role="presentation" class="overlay">{strips.map((persona, strip) => <CurvePicture key={persona} strip={strip} lines={lines.filter((line) => !split || line.persona === persona)} columns={columns} steps={order} />)}</div> : null}
      {shownColumns(layout.columns, phone, editor.phoneStep.value).map(({ column, at }) => {
        if (column.kind !== "step") return <div key={column.id} role="gridcell" data-folded={`${lane.id}|${column.id}`} class="c is-folded is-first" style={{ gridColumn: at + 2, gridRow: `1 / span ${row.tracks + 1}` }} />;
        const read = steps.get(column.id);
        return (
          <Cell key={column.id} lane={lane} step={column.id} persona={persona} stepName={word(column.step.label, doc)} at={at} first={column.first} folded={column.step.collapsed}
            cards={layout.cells.get(cellKey(lane.id, column.id, persona)) ?? NO_NOTES} computed={persona === "" ? NO_NOTES : computedIn(read, lane.id, doc)} read={lane.kind === "flow" && persona !== "" ? read : undefined}
            tracks={row.tracks} version={editor.showing.value}>
            {lane.kind === "emotion" && !lane.collapsed ? <Spots lane={lane.id} step={column.id} lines={lines} truth={column.step.moment_of_truth} sideBySide={split} /> : null}
          </Cell>
        );
      })}
      {lane.collapsed ? null : row.spanning.filter((one) => editor.shows(one.card.state)).map((one) => (
        <div key={one.card.id} role="gridcell" aria-colspan={one.count} class="wide" data-from={one.from + 2} style={{ gridColumn: `${one.from + 2} / span ${one.count}`, gridRow: one.track + 1 }}>
          <CardView card={one.card} currency={editor.numbers.reading.value?.head.currency ?? "EUR"} inVoice={lane.kind === "thoughts"} />
        </div>
      ))}
    </div>
  );
}

const NO_STEPS: ReadonlyMap<string, ReadStep> = new Map();

/** Whose row it is, where a lane has one per persona. */
function Whose({ persona }: { persona: string | null }): JSX.Element | null {
  const editor = useEditor();
  if (persona === null) return null;
  const who = editor.document.personas[persona];
  return <span class={`whose pc-${who?.colour ?? "0"}`}>{who ? soft(word(who.label, editor.document)) : t("for everybody")}</span>;
}

function LaneHead({ row, lines, strips }: { row: LaneRow; index: number; lines: readonly Line[]; strips: readonly string[] }): JSX.Element {
  const editor = useEditor();
  const { lane } = row;
  const picked = useComputed(() => editor.selected.value?.id === lane.id);
  const writing = useComputed(() => editor.writing.value?.place.id === lane.id);
  const comments = useComputed(() => editor.commentCounts.value.get(lane.id) ?? 0);
  const name = laneName(lane, editor.document);
  const mark = useComputed(() => markOf(editor, lane.id));
  const changed = changedText(mark.value);
  if (!row.lead) return <div role="rowheader" class="lane-head is-more"><span class="vh">{name}, </span><Whose persona={row.persona} /></div>;
  const line = LINE_WORDS[lane.line_above];
  const place = { kind: "lanes", id: lane.id };
  const sub = word(lane.label, editor.document) ? "" : t(LANE_WORDS[lane.kind][1]);
  const persona = editor.document.personas[lane.persona];
  const menu = (event: MouseEvent): void => {
    event.stopPropagation();
    editor.select(place);
    editor.menu.value = { at: (event.currentTarget as HTMLElement).getBoundingClientRect(), items: menuFor(editor, place), label: name };
  };
  return (
    <div role="rowheader" class={`lane-head${picked.value ? " is-picked" : ""}`} tabIndex={-1} data-kind="lanes" data-id={lane.id} data-drag="lanes" aria-label={t("Lane {name}", { name })}>
      {line ? <span class="line-name">{t(line)}</span> : null}
      {editor.mayEdit ? <span class="grip" data-grip="1" aria-hidden="true"><Icon name="grip-vertical" /></span> : null}
      {writing.value
        ? <Write value={word(lane.label, editor.document) || name} label={t("Name of the lane")} cancel={() => { editor.writing.value = null; editor.focus(place); }}
            done={(text, how) => { editor.writing.value = null; if (text.trim() !== name) editor.rename(place, text); if (how !== "leave") editor.focus(place); }} />
        : <b class="name">{lane.pinned ? <Icon name="pin" /> : null}{changed ? <Struck {...changed} /> : soft(name)}</b>}
      <MarkTag mark={mark.value} own={["label"]} />
      {sub && !lane.collapsed ? <span>{sub}</span> : null}
      <Whose persona={row.persona} />
      {persona ? <span class={`wearer pc-${persona.colour}`}>{word(persona.label, editor.document)}</span> : null}
      {lane.kind === "emotion" && !lane.collapsed ? <CurveKey lines={lines} strips={strips} /> : null}
      {comments.value ? <Pin id={lane.id} kind="lanes" n={comments.value} /> : null}
      <button type="button" class="m-dots" tabIndex={-1} aria-label={t("Menu of {name}", { name })} aria-haspopup="menu" onClick={menu}><Icon name="ellipsis" /></button>
    </div>
  );
}

function CurveKey({ lines, strips }: { lines: readonly Line[]; strips: readonly string[] }): JSX.Element {
  const several = lines.length > 1 || lines.some((line) => line.series === "to-be");
  return (
    <>
      {strips.map((persona, strip) => (
        <span key={persona} class="m-axis" aria-hidden="true" style={{ top: `${strip * 12}rem` }}><i class="ax ax-p">+2</i><i class="ax ax-0">0</i><i class="ax ax-n">−2</i>
          {strips.length > 1 ? <b class={`strip-name pc-${lines.find((line) => line.persona === persona)?.colour || "0"}`}>{lines.find((line) => line.persona === persona)?.name}</b> : null}</span>
      ))}
      {several && strips.length < 2 ? <ul class="curve-key">{lines.map((line) => <li key={line.persona + line.series}><i class={`ln pc-${line.colour || "0"} ${line.series === "to-be" ? "cv-tobe" : ""}`} />{line.name}{line.series === "to-be" ? ` (${t("to-be")})` : ""}</li>)}</ul> : null}
    </>
  );
}

function AddButtons(): JSX.Element {
  const editor = useEditor();
  const hidden = editor.layout.value.hidden;
  const lanes = (event: MouseEvent): void => {
    editor.menu.value = { at: (event.currentTarget as HTMLElement).getBoundingClientRect(), items: laneKindItems(editor), label: t("Add a lane") };
  };
  return (
    <div class="add-row">
      <button type="button" class="add-lane" aria-haspopup="menu" onClick={lanes}><Icon name="plus" />{t("Lane")}</button>
      <button type="button" class="add-lane" onClick={() => editor.addStep()}><Icon name="plus" />{t("Step")}</button>
      <button type="button" class="add-lane" onClick={() => editor.addStage()}><Icon name="plus" />{t("Phase")}</button>
      {hidden.length ? (
        <button type="button" class="add-lane" aria-haspopup="menu" onClick={(event) => {
          editor.menu.value = {
            at: event.currentTarget.getBoundingClientRect(), label: t("Hidden lanes"),
            items: hidden.map((lane) => ({ label: laneName(lane, editor.document), icon: "eye", run: () => editor.put({ kind: "lanes", id: lane.id }, "hidden", false, t("Lane shown")) })),
          };
        }}><Icon name="eye-off" />{t("Hidden lanes ({n})", { n: hidden.length })}</button>
      ) : null}
    </div>
  );
}
