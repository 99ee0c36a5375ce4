/** Above the map: where we are, who is here, what is saved, and the tools. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";

import { t, tn } from "../../i18n";
import type { Editor, MenuItem } from "../editor";
import * as f from "../formats";
import { laneKindItems } from "../menus";
import { channelIcon, channelName, CHANNELS, word } from "../words";
import { showComments } from "./comment-list";
import { ConditionBuilder } from "./conditions";
import { Icon, Tool, useEditor, Who, Write } from "./parts";

/** Whether everything is safe with the server. */
function Saved(): JSX.Element {
  const editor = useEditor();
  const { saving, pending, savedAt } = editor.store;
  const waiting = pending.value.length;
  if (saving.value === "offline") {
    return (
      <span class="saved is-waiting" role="status"><Icon name="cloud-off" />
        <span>{tn("{n} change not saved yet", "{n} changes not saved yet", waiting)}</span>
        <button type="button" class="link" onClick={() => editor.store.wake()}>{t("Try now")}</button>
      </span>
    );
  }
  if (waiting) return <span class="saved"><Icon name="cloud-upload" /><span>{t("Saving …")}</span></span>;
  const at = savedAt.value;
  return <span class="saved"><Icon name="check" /><span>{at ? t("Saved, {time}", { time: at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) }) : editor.mayEdit ? t("Saved") : t("Read only")}</span></span>;
}

function People(): JSX.Element {
  const editor = useEditor();
  const others = editor.live.others.value;
  const me = editor.me.value;
  const seen = new Map(others.map((one) => [one.user || one.client, one]));
  return (
    <span class="people" role="group" aria-label={t("Here now")}>
      {me.initials ? <Who name={t("{name}, you", { name: me.name })} initials={me.initials} tone={2} small /> : null}
      {[...seen.values()].slice(0, 5).map((one) => (
        <button key={one.client} type="button" class="who-b-btn" onClick={() => { if (one.where) { editor.focus(one.where); } }} aria-label={`${one.initials}, ${t("Go to where {name} is", { name: one.name })}`}>
          <Who name={one.name} initials={one.initials} tone={one.user} small />
        </button>
      ))}
      {seen.size > 5 ? <span class="tiny">+{seen.size - 5}</span> : null}
    </span>
  );
}

/** Title, path, people, share and export. */
export function TopBar({ crumbs }: { crumbs: readonly { id: string; title: string }[] }): JSX.Element {
  const editor = useEditor();
  const doc = editor.document;
  const title = word(doc.head.title, doc);
  const writing = editor.writing.value?.place.kind === "head";
  const button = useRef<HTMLButtonElement>(null);
  const written = (): void => { editor.writing.value = null; requestAnimationFrame(() => { if (document.activeElement === document.body) button.current?.focus(); }); };
  const overdue = doc.head.next_review_on !== null && doc.head.next_review_on < new Date().toISOString().slice(0, 10);
  return (
    <div class="map-top">
      <nav class="crumbs" aria-label={t("Path")}>
        <a href={editor.home}>{t("Maps")}</a>
        {crumbs.map((crumb) => <span key={crumb.id} class="crumb"><Icon name="chevron-right" /><a href={`${editor.home}/${crumb.id}`}>{crumb.title}</a></span>)}
        <Icon name="chevron-right" />
      </nav>
      <h1 class="voice map-title">
        {writing
          ? <Write value={title} label={t("Title of the map")} done={(text) => { written(); if (text.trim() && text.trim() !== title) editor.rename({ kind: "head", id: "head" }, text); }} cancel={written} />
          : editor.mayEdit ? <button ref={button} type="button" class="title-btn" onClick={() => editor.write({ kind: "head", id: "head" }, "label")} title={t("Rename")}>{title || t("Map without a title")}</button>
            : <span>{title}</span>}
      </h1>
      {overdue ? <span class="tag tag-sign"><Icon name="triangle-alert" />{t("review due")}</span> : null}
      <div class="top-right">
        <Saved />
        <People />
        <Tool icon="keyboard" label={t("Keys")} bare class="btn-plain keys-btn" run={() => { editor.dialog.value = "keys"; }} />
        <Tool icon="info" label={t("About this map")} bare run={() => { editor.dialog.value = "head"; }} />
        <Tool icon="history" label={t("Versions")} bare run={() => { editor.dialog.value = "versions"; }} />
        {editor.rights.value.has("share") ? <Tool icon="link" label={t("Share the map")} class="" run={() => { editor.dialog.value = "share"; }} /> : null}
        <Tool icon="download" label={t("Export")} class="btn-main" run={() => { editor.dialog.value = "export"; }} />
      </div>
    </div>
  );
}

function openMenu(editor: Editor, event: MouseEvent, label: string, items: readonly MenuItem[]): void {
  editor.menu.value = { at: (event.currentTarget as HTMLElement).getBoundingClientRect(), items, label };
}

function Filters(): JSX.Element {
  const editor = useEditor();
  const { filters, reading, waiting } = editor.numbers;
  const chosen = filters.value;
  const personas = editor.layout.value.personas;
  const persona = editor.document.personas[chosen.persona];
  const channels = [...new Set([...editor.touchpoints.value.map((one) => one.channel), ...Object.keys(CHANNELS)])].filter(Boolean);
  const known = channels.filter((channel) => editor.touchpoints.value.some((one) => one.channel === channel));
  const head = reading.value?.head;
  const when = chosen.since || chosen.until ? f.shortPeriod(chosen.since, chosen.until) : f.shortPeriod(head?.since, head?.until) || t("Whole period");
  return (
    <div class="tg grow" role="group" aria-label={t("Filters: they change all figures")}>
      {personas.length ? (
        <Tool icon="users" label={persona ? word(persona.label, editor.document) : t("All personas")} class="btn-plain drops-4" opens run={(event) => openMenu(editor, event, t("Persona"), [
          { label: t("All personas"), checked: !chosen.persona, run: () => editor.numbers.filter({ persona: "" }) },
          ...personas.map((one) => ({ label: word(one.label, editor.document), checked: one.id === chosen.persona, run: () => editor.numbers.filter({ persona: one.id }) })),
          { label: t("Personas of this map"), icon: "sliders-horizontal", run: () => { editor.dialog.value = "personas"; } },
        ])}><Icon name="chevron-down" /></Tool>
      ) : null}
      <Period label={when} />
      <Tool icon={chosen.channel ? channelIcon(chosen.channel) : "filter"} label={chosen.channel ? channelName(chosen.channel) : t("All channels")} class={`btn-plain ${chosen.channel ? "drops-4" : "drops-3"}`} opens run={(event) => openMenu(editor, event, t("Channel"), [
        { label: t("All channels"), checked: !chosen.channel, run: () => editor.numbers.filter({ channel: "" }) },
        ...(known.length ? known : channels).map((one) => ({ label: channelName(one), checked: one === chosen.channel, run: () => editor.numbers.filter({ channel: one }) })),
      ])}><Icon name="chevron-down" /></Tool>
      <Segment />
      {waiting.value ? <span class="tiny quiet counting" role="status"><span class="spin" aria-hidden="true" /><span class="vh">{t("counting …")}</span></span> : null}
      {editor.numbers.fault.value ? <span class="tiny neg" role="status">{editor.numbers.fault.value}</span> : null}
    </div>
  );
}

/** Esc closes what was folded out and goes back to its button; so does going on to something else. */
function leave(event: JSX.TargetedKeyboardEvent<HTMLDetailsElement>): void {
  const box = event.currentTarget;
  if (event.key !== "Escape" || !box.open) return;
  event.preventDefault();
  fold(box);
}

function left(event: JSX.TargetedFocusEvent<HTMLDetailsElement>): void {
  if (event.relatedTarget instanceof Node && !event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
}

function fold(box: HTMLDetailsElement | null | undefined): void {
  if (!box) return;
  box.querySelector("summary")?.focus();
  box.open = false;
}

function Segment(): JSX.Element {
  const editor = useEditor();
  const chosen = editor.numbers.filters.value.segment;
  const open = useSignal(false);
  const box = useRef<HTMLDetailsElement>(null);
  const put = (segment: string): void => { editor.numbers.filter({ segment }); fold(box.current); };
  return (
    <details ref={box} class="m-drop" onKeyDown={leave} onFocusOut={left} onToggle={(event) => { open.value = event.currentTarget.open; }}>
      <summary class={`btn btn-plain${chosen ? " is-on" : " btn-icon"}`} aria-label={t("Segment")} title={t("Segment")}><Icon name="user-round-search" />{chosen ? <span>{t("Segment")}</span> : null}</summary>
      <div class="m-drop-in m-drop-wide">{open.value ? <ConditionBuilder asking={editor.api} about="persons" text={chosen} apply={put} clear={() => put("")} /> : null}</div>
    </details>
  );
}

function Period({ label }: { label: string }): JSX.Element {
  const editor = useEditor();
  const { since, until } = editor.numbers.filters.value;
  const apply = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const asked = new FormData(form);
    editor.numbers.filter({ since: String(asked.get("since") ?? ""), until: String(asked.get("until") ?? "") });
    fold(form.closest("details"));
  };
  return (
    <details class="m-drop" onKeyDown={leave} onFocusOut={left}>
      <summary class="btn btn-plain drops-4" title={label}><Icon name="calendar" /><span class="tool-word">{label}</span><Icon name="chevron-down" /></summary>
      <form class="m-drop-in" onSubmit={apply}>
        <label class="field"><span class="label">{t("From")}</span><input class="input" type="date" name="since" defaultValue={since} /></label>
        <label class="field"><span class="label">{t("To, inclusive")}</span><input class="input" type="date" name="until" defaultValue={until} /></label>
        <div class="btns"><button class="btn btn-main btn-s" type="submit">{t("Apply")}</button>
          <button class="btn btn-s" type="button" onClick={(event) => { editor.numbers.filter({ since: "", until: "" }); fold(event.currentTarget.closest("details")); }}>{t("Whole period")}</button></div>
      </form>
    </details>
  );
}

const ZOOMS: readonly number[] = [0.35, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 2];

export function zoomBy(editor: Editor, by: 1 | -1): void {
  const at = ZOOMS.findIndex((zoom) => zoom >= editor.zoom.value - 0.01);
  editor.zoom.value = ZOOMS[Math.max(0, Math.min(at + by, ZOOMS.length - 1))] ?? 1;
  editor.say(t("Zoom {percent}", { percent: f.share(editor.zoom.value, 0) }));
}

function Zoom(): JSX.Element {
  const editor = useEditor();
  return (
    <div class="tg zoom" role="group" aria-label={t("Zoom")}>
      <Tool icon="zoom-out" label={t("Smaller")} bare run={() => zoomBy(editor, -1)} off={editor.zoom.value <= 0.35} />
      <button type="button" class="btn btn-plain num zoom-now" onClick={() => { editor.zoom.value = 1; }} title={t("Back to 100 %")}>{f.share(editor.zoom.value, 0)}</button>
      <Tool icon="zoom-in" label={t("Larger")} bare run={() => zoomBy(editor, 1)} off={editor.zoom.value >= 2} />
      <Tool icon="search" label={t("Search in the map")} bare run={() => { editor.searching.value ??= ""; }} />
    </div>
  );
}

function Views(): JSX.Element {
  const editor = useEditor();
  const showing = editor.showing.value;
  const flip = (to: "as-is" | "to-be"): void => { editor.showing.value = showing === to ? "both" : to; };
  return (
    <div class="tg" role="group" aria-label={t("What is shown")}>
      <Tool icon="layers" label={t("Reality")} class="drops-3" pressed={editor.reality.value} run={() => { editor.reality.value = !editor.reality.value; }} hint={t("How the events differ from the drawing")} />
      <Tool icon="circle-dot" label={t("As-is")} class="drops-2" pressed={showing === "as-is"} run={() => flip("as-is")} />
      <Tool icon="git-compare" label={t("To-be")} class="drops-2" pressed={showing === "to-be"} run={() => flip("to-be")} />
      {editor.layout.value.personas.length > 1 ? <Tool icon="columns-2" label={t("Side by side")} class="" bare opens={editor.layout.value.personas.length > MOST_BESIDE} pressed={editor.sideBySide.value} run={(event) => besides(editor, event)} hint={t("Personas side by side instead of one over the other")} /> : null}
    </div>
  );
}

const MOST_BESIDE = 4;

/** All personas side by side, or one over the other; of many one chooses up to four. */
function besides(editor: Editor, event: MouseEvent): void {
  const personas = editor.layout.value.personas;
  if (personas.length <= MOST_BESIDE) { editor.showBeside(editor.sideBySide.value ? [] : personas.map((one) => one.id)); return; }
  const chosen = editor.numbers.beside.value;
  const flip = (id: string): void => editor.showBeside(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id].slice(-MOST_BESIDE));
  openMenu(editor, event, t("Side by side"), [
    ...(chosen.length ? [{ label: t("One over the other"), icon: "layers", run: () => editor.showBeside([]) }] : [{ label: t("The first {n}", { n: MOST_BESIDE }), icon: "columns-2", run: () => editor.showBeside(personas.slice(0, MOST_BESIDE).map((one) => one.id)) }]),
    ...personas.map((one) => ({ label: word(one.label, editor.document), checked: chosen.includes(one.id), run: () => flip(one.id) })),
  ]);
}

/** Opens the list of all comments; says how many threads are open. */
function CommentsTool(): JSX.Element {
  const editor = useEditor();
  const open = editor.comments.value.filter((one) => !one.parent && !one.resolved && !one.removed).length;
  const shown = editor.panelOpen.value && editor.selected.value?.kind === "head";
  return (
    <Tool icon="message-square" label={t("Comments")} class="btn-plain drops-1" pressed={shown} hint={t("All comments of the map")} run={() => { if (shown) editor.panelOpen.value = false; else showComments(editor); }}>
      {open ? <span class="cnt">{open}</span> : null}
    </Tool>
  );
}

export function Toolbar(): JSX.Element {
  const editor = useEditor();
  const open = editor.offered.value.length;
  const wrong = editor.findings.value.length;
  return (
    <div class="tools-row"><div class="tools" role="group" aria-label={t("Tools of the map")}>
      {editor.mayEdit ? (
        <>
          <div class="tg">
            <Tool icon="undo-2" label={t("Undo")} bare off={!editor.store.canUndo.value} run={() => editor.undo()} />
            <Tool icon="redo-2" label={t("Do again")} bare off={!editor.store.canRedo.value} run={() => editor.redo()} />
          </div>
          <div class="tg">
            <Tool icon="plus" label={t("Step")} class="btn-plain drops-2" run={() => editor.addStep(editor.selected.value?.kind === "steps" ? editor.selected.value.id : undefined)} hint={t("Add a step")} />
            <Tool icon="rows-3" label={t("Lane")} class="btn-plain drops-2" opens hint={t("Add a lane")} run={(event) => openMenu(editor, event, t("Add a lane"), laneKindItems(editor))} />
            <Tool icon="git-branch" label={t("Proposals")} class="btn-plain drops-2" run={() => { editor.dialog.value = "proposals"; }}>{open ? <span class="cnt">{open}</span> : null}</Tool>
            <Tool icon="flag" label={t("Check")} class="btn-plain drops-1" run={() => { editor.dialog.value = "check"; }}>{wrong ? <span class="cnt cnt-quiet">{wrong}</span> : null}</Tool>
            {editor.layout.value.personas.length ? null : <Tool icon="user-round" label={t("Personas")} bare run={() => { editor.dialog.value = "personas"; }} />}
          </div>
        </>
      ) : null}
      <div class="tg"><CommentsTool /></div>
      <Views />
      <Filters />
      <Zoom />
    </div></div>
  );
}

/** Find a text on the map; Enter goes to the next place. */
export function SearchBar(): JSX.Element | null {
  const editor = useEditor();
  const sought = editor.searching.value;
  if (sought === null) return null;
  const found = sought ? foundPlaces(editor, sought) : [];
  const here = found.findIndex((place) => place.id === editor.selected.value?.id);
  const go = (by: number): void => {
    const next = found[(here + by + found.length) % Math.max(found.length, 1)];
    if (!next) return;
    editor.turnTo(next);
    editor.select(next);
    requestAnimationFrame(() => document.querySelector(`[data-kind="${next.kind}"][data-id="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: "center", inline: "center" }));
  };
  const close = (): void => {
    editor.searching.value = null;
    const place = editor.selected.peek() ?? editor.layout.peek().stages.map(({ id }) => ({ kind: "stages", id }))[0];
    if (place) editor.focus(place);
  };
  return (
    <search class="searchbar">
      <Icon name="search" />
      <input class="input" type="search" aria-label={t("Search in the map")} placeholder={t("Search in the map")} value={sought} ref={(node) => { if (node && !node.dataset["met"]) { node.dataset["met"] = "1"; node.focus(); } }}
        onInput={(event) => { editor.searching.value = event.currentTarget.value; }}
        onKeyDown={(event) => { if (event.key === "Enter") go(event.shiftKey ? -1 : 1); else if (event.key === "Escape") close(); }} />
      <span class="tiny num" role="status">{sought ? (found.length ? t("{at} of {n}", { at: Math.max(here + 1, 0), n: found.length }) : t("nothing found")) : ""}</span>
      <Tool icon="arrow-up" label={t("Before")} bare run={() => go(-1)} />
      <Tool icon="arrow-down" label={t("Next")} bare run={() => go(1)} />
      <Tool icon="x" label={t("Close the search")} bare run={close} />
    </search>
  );
}

function foundPlaces(editor: Editor, sought: string): { kind: string; id: string }[] {
  const doc = editor.document;
  const wanted = sought.toLocaleLowerCase();
  const hit = (label: Readonly<Record<string, string>>): boolean => word(label, doc).toLocaleLowerCase().includes(wanted);
  const layout = editor.layout.value;
  const cards = [...layout.cells.values()].flat().filter((card) => hit(card.text)).map((card) => ({ kind: "cards", id: card.id }));
  return [
    ...layout.stages.filter((one) => hit(one.label)).map((one) => ({ kind: "stages", id: one.id })),
    ...layout.steps.filter((one) => hit(one.label)).map((one) => ({ kind: "steps", id: one.id })),
    ...cards,
  ];
}

/** On a phone: which step is shown, and to the next. */
export function Navigator(): JSX.Element | null {
  const editor = useEditor();
  if (!editor.narrow.value) return null;
  const columns = editor.layout.value.columns;
  const at = Math.min(editor.phoneStep.value, columns.length - 1);
  const name = (index: number): string => {
    const column = columns[index];
    if (!column) return "";
    return column.kind === "step" ? `${column.number}. ${word(column.step.label, editor.document) || t("Step without a name")}` : word(column.stage.label, editor.document);
  };
  const to = (index: number): void => { editor.phoneStep.value = Math.max(0, Math.min(index, columns.length - 1)); editor.say(name(editor.phoneStep.value)); };
  return (
    <nav class="navigator" aria-label={t("Steps")}>
      <Tool icon="chevron-left" label={t("Step before")} bare class="" off={at <= 0} run={() => to(at - 1)} />
      <select class="input" aria-label={t("Step")} value={String(at)} onChange={(event) => to(Number(event.currentTarget.value))}>
        {columns.map((column, index) => <option key={column.id} value={String(index)}>{name(index)}</option>)}
      </select>
      <Tool icon="chevron-right" label={t("Next step")} bare class="" off={at >= columns.length - 1} run={() => to(at + 1)} />
    </nav>
  );
}
