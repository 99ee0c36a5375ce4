/** Marks of a comparison on the map, and the list of differences beside it. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { N_, t, tn } from "../../i18n";
import { NOW, stateName, type Comparing, type Mark } from "../comparing";
import type { Editor } from "../editor";
import * as f from "../formats";
import type { Difference } from "../types";
import { Icon, Tool, useEditor } from "./parts";
import { restore } from "./versions";

type Change = Difference["change"];
export const CHANGE_WORDS: Readonly<Record<Change, readonly [string, string]>> = {
  added: [N_("new"), "plus"], removed: [N_("gone"), "minus"], moved: [N_("moved"), "arrow-right"], changed: [N_("changed"), "pencil"],
};
const CHANGES: readonly Change[] = ["added", "removed", "moved", "changed"];

export function markOf(editor: Editor, id: string): Mark | undefined {
  return editor.comparing.value?.marks.get(id);
}

/** Class names for a thing that is different. */
export function marked(mark: Mark | undefined): string {
  return mark ? `mk mk-${mark.change}` : "";
}

/** The word of the mark, and the fields that are different; the text itself is struck where it stands. */
export function MarkTag({ mark, own = [] }: { mark: Mark | undefined; own?: readonly string[] }): JSX.Element | null {
  if (!mark) return null;
  const lines = mark.lines.filter((line) => !own.includes(line.raw ?? ""));
  return (
    <span class="mk-tag">
      <span class="mk-word"><Icon name={CHANGE_WORDS[mark.change][1]} />{t(CHANGE_WORDS[mark.change][0])}</span>
      {mark.from ? <span class="mk-from">{t("before: {place}", { place: mark.from })}</span> : null}
      {lines.map((line) => <span key={line.field} class="mk-line">{line.field}: <Struck before={line.before} after={line.after} /></span>)}
    </span>
  );
}

/** The old text struck, the new one after it. */
export function Struck({ before, after }: { before: string; after: string }): JSX.Element {
  return <>{before ? <><del><span class="vh">{t("before")}: </span>{before}</del> </> : null}<ins><span class="vh">{t("now")}: </span>{after || "–"}</ins></>;
}

/** The text of a thing before and now, where it was changed. */
export function changedText(mark: Mark | undefined): { before: string; after: string } | null {
  const line = mark?.lines.find((one) => one.raw === "text" || one.raw === "label");
  return line ? { before: line.before, after: line.after } : null;
}

/** Beside the map: which states, how much is different, and every difference as a way to its mark. */
export function ComparePanel(): JSX.Element | null {
  const editor = useEditor();
  const comparing = editor.comparing.value;
  useEffect(() => {
    if (!comparing) return undefined;
    const key = (event: KeyboardEvent): void => { if (event.key === "Escape" && !editor.menu.peek() && !editor.dialog.peek()) editor.stopComparing(); };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [comparing === null]);
  if (!comparing) return null;
  const kept = comparing.versions.find((one) => one.id === comparing.old);
  return (
    <aside id="panel" class={`insp cmp-panel${editor.compareList.value ? " is-open" : ""}`} aria-label={t("What is different")}>
      <div class="insp-h"><p class="eyebrow">{t("Comparison")}</p><Tool icon="x" label={t("Close the comparison")} bare run={() => editor.stopComparing()} /><h2>{t("What is different")}</h2></div>
      <div class="insp-b">
        <section class="cmp-which">
          <States comparing={comparing} side="old" label={t("Earlier state")} />
          <States comparing={comparing} side="next" label={t("Later state")} />
          <ul class="cmp-key">{CHANGES.map((change) => <Count key={change} change={change} n={comparing.rows.filter((row) => row.difference.change === change).length} />)}</ul>
          {editor.canEdit && kept && comparing.next === NOW && comparing.rows.length ? <div class="btns"><Tool icon="rotate-ccw" label={t("Restore the earlier state")} class="btn-s" run={() => void restore(editor, kept)} /></div> : null}
          <div class="btns phone-only"><Tool icon="map" label={t("To the map")} class="btn-s btn-main" run={() => { editor.compareList.value = false; }} /></div>
        </section>
        <Rows comparing={comparing} />
      </div>
    </aside>
  );
}

function Count({ change, n }: { change: Change; n: number }): JSX.Element {
  return <li class={`mk-${change}`}><span class="mk-word"><Icon name={CHANGE_WORDS[change][1]} />{t(CHANGE_WORDS[change][0])}</span> <b class="num">{f.count(n)}</b></li>;
}

function States({ comparing, side, label }: { comparing: Comparing; side: "old" | "next"; label: string }): JSX.Element {
  const editor = useEditor();
  const go = (to: string): void => { void editor.compare(side === "old" ? to : comparing.old, side === "next" ? to : comparing.next); };
  const numbers = [NOW, ...comparing.versions.map((one) => one.id)];
  return (
    <label class="field"><span class="label">{label}</span>
      <select class="input" value={comparing[side]} onChange={(event) => go(event.currentTarget.value)}>
        {numbers.map((one) => <option key={one} value={one}>{stateName(comparing.versions, one, f.moment)}</option>)}
      </select></label>
  );
}

function Rows({ comparing }: { comparing: Comparing }): JSX.Element {
  const editor = useEditor();
  if (!comparing.rows.length) return <section><p class="quiet">{t("Nothing is different.")}</p></section>;
  const stages = [...new Set(comparing.rows.map((row) => row.stage))];
  return (
    <>
      {stages.map((stage) => (
        <section key={stage}>
          <h3>{stage ? editor.nameOf({ kind: "stages", id: stage }) : t("The map as a whole")}</h3>
          <ul class="cmp-rows">{comparing.rows.filter((row) => row.stage === stage).slice(0, 300).map((row, at) => <Row key={row.difference.id + row.difference.field + String(at)} row={row} />)}</ul>
        </section>
      ))}
    </>
  );
}

const ON_MAP: ReadonlySet<string> = new Set(["stages", "steps", "lanes", "cards", "points", "links"]);

function Row({ row }: { row: Comparing["rows"][number] }): JSX.Element {
  const editor = useEditor();
  const { difference, words } = row;
  const { kind, id, change } = difference;
  const link = kind === "links" ? editor.document.links[id] : undefined;
  const go = (): void => {
    editor.compareList.value = false;
    editor.goTo(link ? editor.linking.placeOf(link.source) : { kind, id });
  };
  const text = (
    <>
      <span class={`mk-word mk-${change}`}><Icon name={CHANGE_WORDS[change][1]} />{t(CHANGE_WORDS[change][0])}</span>
      <span class="cmp-what"><b>{words.kind}</b>{words.name ? `: ${words.name}` : ""}{words.field ? <span class="quiet"> {words.field}</span> : null}
        {change === "changed" ? <span class="cmp-was"><Struck before={words.before} after={words.after} /></span> : null}
        {change === "moved" && words.before ? <span class="cmp-was"><Struck before={words.before} after={words.after} /></span> : null}
        {words.place && change !== "moved" ? <small class="quiet">{words.place}</small> : null}</span>
    </>
  );
  return <li>{ON_MAP.has(kind) ? <button type="button" onClick={go}>{text}</button> : <div class="cmp-flat">{text}</div>}</li>;
}

/** Over the map while it shows a comparison: what one sees, and from mark to mark. */
export function CompareBar(): JSX.Element | null {
  const editor = useEditor();
  const comparing = editor.comparing.value;
  if (!comparing) return null;
  const places = [...new Map(comparing.rows.filter((row) => ON_MAP.has(row.difference.kind) && row.difference.kind !== "links").map(({ difference }) => [difference.id, { kind: difference.kind, id: difference.id }])).values()];
  const at = places.findIndex((place) => place.id === editor.selected.value?.id);
  const go = (by: number): void => { const next = places[(Math.max(at, by > 0 ? -1 : 0) + by + places.length) % Math.max(places.length, 1)]; if (next) editor.goTo(next); };
  const n = comparing.rows.length;
  return (
    <div class="cmp-bar" role="group" aria-label={t("Comparison")}>
      <Icon name="git-compare" />
      <span class="cmp-states"><b>{stateName(comparing.versions, comparing.old, f.moment)}</b> <Icon name="arrow-right" /> <b>{stateName(comparing.versions, comparing.next, f.moment)}</b> <span class="quiet">{tn("{n} difference", "{n} differences", n, { n: f.count(n) })}</span></span>
      <Tool icon="arrow-up" label={t("Difference before")} bare off={!places.length} run={() => go(-1)} />
      <Tool icon="arrow-down" label={t("Next difference")} bare off={!places.length} run={() => go(1)} />
      <Tool icon="list" label={t("List")} class="btn-s cmp-list-btn" pressed={editor.compareList.value} run={() => { editor.compareList.value = !editor.compareList.value; }} />
      <Tool icon="x" label={t("Close the comparison")} class="btn-s" run={() => editor.stopComparing()} />
    </div>
  );
}
