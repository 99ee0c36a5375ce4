/** Beside the map: everything about the selected thing. On a phone it is a sheet over the page. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { t } from "../../i18n";
import type { Editor, Tab } from "../editor";
import type { LintFinding, Place } from "../types";
import { CARD_WORDS, laneName, word } from "../words";
import { Binding } from "./binding";
import { MapComments } from "./comment-list";
import { Comments } from "./comments";
import { Details } from "./details";
import { computedAt, EvidencePanel, headline } from "./evidence";
import { Findings } from "./findings";
import { Icon, Tool, useEditor } from "./parts";

function tabsFor(place: Place): readonly Tab[] {
  if (place.kind === "steps") return ["binding", "evidence", "check", "comments", "details"];
  if (place.kind === "cards") return ["details", "evidence", "check", "comments"];
  if (place.kind === "computed") return ["evidence", "comments"];
  if (place.kind === "head") return ["comments"];
  if (place.kind === "cells") return ["evidence", "check", "comments"];
  return ["details", "check", "comments"];
}

function tabName(tab: Tab): string {
  return { binding: t("Binding"), evidence: t("Evidence"), check: t("Check"), comments: t("Comments"), details: t("Properties") }[tab];
}

function eyebrow(editor: Editor, place: Place): string {
  const doc = editor.document;
  if (place.kind === "steps") {
    const column = editor.layout.value.columns.find((one) => one.kind === "step" && one.id === place.id);
    return t("Step {number}", { number: column?.kind === "step" ? column.number : "" });
  }
  if (place.kind === "head") return t("All comments");
  if (place.kind === "stages") return t("Phase");
  if (place.kind === "lanes") return t("Lane");
  const card = doc.cards[place.id];
  if (card) return `${t(CARD_WORDS[card.kind][0])} · ${word(doc.steps[card.step]?.label, doc)}`;
  const [lane = "", step = ""] = place.id.split("|");
  const of = doc.lanes[lane];
  if (place.kind === "cells") return word(doc.steps[step]?.label, doc);
  return of ? `${laneName(of, doc)} · ${word(doc.steps[step]?.label, doc)}` : "";
}

function titleOf(editor: Editor, place: Place): string {
  if (place.kind !== "computed" && place.kind !== "cells") return editor.nameOf(place);
  const [lane = "", step = ""] = place.id.split("|");
  if (place.kind === "cells") return editor.nameOf({ kind: "lanes", id: lane });
  const card = computedAt(editor, place.id);
  const currency = editor.numbers.reading.value?.head.currency ?? "EUR";
  const said = card && card.kind !== "quote" ? headline(card, currency, (id) => editor.nameOf({ kind: "steps", id })).title : "";
  return said || (card ? t("In their words") : editor.nameOf({ kind: "steps", id: step }));
}

/** Findings about a place: its own, and those of what lies in it. */
export function findingsAt(editor: Editor, place: Place): readonly LintFinding[] {
  const doc = editor.document;
  return editor.findings.value.filter((finding) => {
    const at = finding.where?.id ?? "";
    if (at === place.id) return true;
    if (place.kind === "steps") return doc.cards[at]?.step === place.id || at.endsWith(`|${place.id}`);
    return place.kind === "stages" ? doc.steps[at]?.stage === place.id : false;
  });
}

export function Panel(): JSX.Element | null {
  const editor = useEditor();
  const place = editor.selected.value;
  if (!editor.panelOpen.value || !place || !exists(editor, place)) return null;
  return <Open key={place.kind === "points" ? "points" : "panel"} place={homeOf(editor, place)} />;
}

/** A point of the curve is explained with its cell. */
function homeOf(editor: Editor, place: Place): Place {
  const point = editor.document.points[place.id];
  return place.kind === "points" && point ? { kind: "cells", id: `${point.lane}|${point.step}` } : place;
}

function exists(editor: Editor, place: Place): boolean {
  const doc = editor.document;
  if (place.kind === "computed" || place.kind === "cells" || place.kind === "head") return true;
  return place.id in doc.stages || place.id in doc.steps || place.id in doc.lanes || place.id in doc.cards || place.id in doc.points;
}

function Open({ place }: { place: Place }): JSX.Element {
  const editor = useEditor();
  const tabs = tabsFor(place);
  const tab = tabs.includes(editor.tab.value) ? editor.tab.value : tabs[0] ?? "details";
  const close = (): void => { editor.panelOpen.value = false; editor.focus(place); };
  const counts: Partial<Record<Tab, number>> = { check: findingsAt(editor, place).length, comments: editor.commentCounts.value.get(place.id) ?? 0 };
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => { if (editor.narrow.peek()) sheet.current?.querySelector<HTMLElement>("button")?.focus(); }, []);
  return (
    <aside ref={sheet} id="panel" class="insp" aria-label={t("About {name}", { name: titleOf(editor, place) })}
      onKeyDown={(event) => { if (event.key === "Escape" && !(event.target as HTMLElement).closest("textarea, input, dialog")) close(); }}>
      <div class="insp-h">
        <p class="eyebrow">{eyebrow(editor, place)}</p>
        <Tool icon="x" label={t("Close")} bare run={close} />
        <h2 class={place.kind === "cards" ? "voice" : ""}>{titleOf(editor, place)}</h2>
      </div>
      <div class="tabs" role="tablist" aria-label={t("About {name}", { name: titleOf(editor, place) })} onKeyDown={(event) => tabKey(event, tabs, tab, (next) => { editor.tab.value = next; })}>
        {tabs.map((one) => (
          <button key={one} type="button" role="tab" id={`tab-${one}`} aria-selected={one === tab} aria-controls="tab-body" tabIndex={one === tab ? 0 : -1}
            aria-label={one === "details" && place.kind === "steps" ? tabName(one) : undefined} title={one === "details" ? tabName(one) : undefined} onClick={() => { editor.tab.value = one; }}>
            {one === "details" && place.kind === "steps" ? <Icon name="sliders-horizontal" /> : tabName(one)}
            {counts[one] ? <span class={`cnt${one === "check" ? " cnt-neg" : ""}`}>{counts[one]}</span> : null}
          </button>
        ))}
      </div>
      <div class="insp-b" id="tab-body" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === "binding" ? <Binding key={place.id} step={place.id} /> : null}
        {tab === "evidence" ? <EvidencePanel key={place.id} place={place} /> : null}
        {tab === "check" ? <Findings findings={findingsAt(editor, place)} /> : null}
        {tab === "comments" ? place.kind === "head" ? <MapComments /> : <Comments key={place.id} anchor={place} /> : null}
        {tab === "details" ? <Details key={place.id} place={place} /> : null}
      </div>
    </aside>
  );
}

function tabKey(event: KeyboardEvent, tabs: readonly Tab[], now: Tab, go: (tab: Tab) => void): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(now) + by + tabs.length) % tabs.length];
  if (next) { go(next); requestAnimationFrame(() => document.getElementById(`tab-${next}`)?.focus()); }
}
