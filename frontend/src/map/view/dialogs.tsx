/** Questions in front of the map: keys, head, personas, proposals, check, conflicts. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import { t, tn } from "../../i18n";
import * as edits from "../edits";
import type { Editor } from "../editor";
import * as f from "../formats";
import { keyList } from "../keys";
import { ordered } from "../layout";
import { newId } from "../model";
import { keyAt } from "../order";
import { filled } from "../defaults";
import type { Conflict, Persona } from "../types";
import { word } from "../words";
import { judge } from "../judging";
import { proposalText, ProposalCard } from "./cell";
import { ConditionBuilder, ConditionWords } from "./conditions";
import { Choice, TextField } from "./details";
import { Findings } from "./findings";
import { Icon, Modal, Prov, Tool, useEditor } from "./parts";
import { ExportDialog, ShareDialog } from "./sharing";
import { VersionsDialog } from "./versions";

export function Dialogs(): JSX.Element | null {
  const editor = useEditor();
  const close = (): void => { editor.dialog.value = ""; };
  switch (editor.dialog.value) {
    case "keys": return <Modal title={t("Keys")} close={close}><Keys /></Modal>;
    case "head": return <Modal title={t("About this map")} close={close} wide><HeadFields /></Modal>;
    case "personas": return <Modal title={t("Personas of this map")} close={close} wide><Personas /></Modal>;
    case "proposals": return <Modal title={t("Proposals")} close={close} wide><Proposals /></Modal>;
    case "check": return <Modal title={t("Check of the map")} close={close} wide><Findings findings={editor.findings.value} placed /></Modal>;
    case "conflict": return editor.store.conflicts.value.length ? <Modal title={t("Somebody was faster")} close={() => { if (!editor.store.conflicts.peek().length) close(); }} wide><Conflicts done={close} /></Modal> : null;
    case "share": return <Modal title={t("Share the map")} close={close} wide><ShareDialog /></Modal>;
    case "export": return <Modal title={t("Export")} close={close}><ExportDialog /></Modal>;
    case "versions": return <Modal title={t("Versions")} close={close} wide><VersionsDialog /></Modal>;
    default: return null;
  }
}

function Keys(): JSX.Element {
  return <dl class="m-keys">{keyList().map(([key, does]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>)}</dl>;
}

const kinds = (): readonly (readonly [string, string])[] => [["journey", t("Journey map")], ["day", t("Day in the life")], ["support", t("Support journey")], ["blueprint", t("Service blueprint")], ["experience", t("Experience map")]];
const statuses = (): readonly (readonly [string, string])[] => [["draft", t("draft")], ["review", t("in review")], ["agreed", t("agreed")], ["retired", t("retired")]];

function HeadFields(): JSX.Element {
  const editor = useEditor();
  const doc = editor.document;
  const { head } = doc;
  const place = { kind: "head", id: "head" };
  const put = (field: string) => (value: string): void => editor.put(place, field, value, t("About the map changed"));
  const text = (field: "title" | "scenario" | "goal" | "expectation" | "decision") => (value: string): void => editor.put(place, field, edits.labelOf(value, doc), t("About the map changed"));
  const day = (field: string) => (value: string): void => editor.put(place, field, value || null, t("About the map changed"));
  return (
    <fieldset disabled={!editor.mayEdit} class="form-grid">
      <legend class="vh">{t("About this map")}</legend>
      <div class="whole"><TextField name="title" label={t("Title, from the customer’s view")} value={word(head.title, doc)} keep={text("title")} /></div>
      <TextField name="scenario" label={t("Scenario: who, when, why")} value={word(head.scenario, doc)} lines keep={text("scenario")} />
      <TextField name="goal" label={t("What they want to reach")} value={word(head.goal, doc)} lines keep={text("goal")} />
      <TextField name="expectation" label={t("What they expect")} value={word(head.expectation, doc)} lines keep={text("expectation")} />
      <TextField name="decision" label={t("Which decision this map shall inform")} value={word(head.decision, doc)} lines keep={text("decision")} />
      <Choice label={t("Kind of map")} value={head.kind} options={kinds()} keep={put("kind")} />
      <Choice label={t("State")} value={head.status} options={statuses()} keep={put("status")} />
      <TextField name="owner" label={t("Who keeps it true")} value={head.owner} keep={put("owner")} />
      <Choice name="goal_step" label={t("Goal: the step to be reached")} value={head.goal_step} options={[["", t("none")], ...editor.layout.value.steps.map((step) => [step.id, word(step.label, doc)] as const)]} keep={put("goal_step")} />
      <TextField label={t("Looked at on")} type="date" value={head.reviewed_on ?? ""} keep={day("reviewed_on")} />
      <TextField name="next_review_on" label={t("To be looked at again on")} type="date" value={head.next_review_on ?? ""} keep={day("next_review_on")} />
      <TextField name="since" label={t("Figures from")} type="date" value={head.since ?? ""} keep={day("since")} />
      <TextField label={t("Figures to")} type="date" value={head.until ?? ""} keep={day("until")} />
    </fieldset>
  );
}

function Personas(): JSX.Element {
  const editor = useEditor();
  const personas = editor.layout.value.personas;
  const counts = new Map((editor.numbers.reading.value?.personas ?? []).map((one) => [one.id, one.persons]));
  const add = (): void => {
    const id = newId("personas");
    const value: Persona = filled("personas", { order: keyAt(personas.map((one) => one.order), personas.length), label: edits.labelOf(t("New persona"), editor.document), colour: String((personas.length % 8) + 1) });
    editor.change(t("Persona added"), [{ op: "add", kind: "personas", id, value }]);
  };
  return (
    <div class="stack">
      <p class="quiet small">{t("Each persona has a curve of its own. A rule says which persons it stands for; without a rule it stands for everybody.")}</p>
      {personas.map((one) => <PersonaFields key={one.id} id={one.id} persona={one} persons={counts.get(one.id)} />)}
      {editor.mayEdit ? <div><Tool icon="plus" label={t("Add a persona")} class="" run={add} /></div> : null}
    </div>
  );
}

function PersonaFields({ id, persona, persons }: { id: string; persona: Persona; persons: number | undefined }): JSX.Element {
  const editor = useEditor();
  const doc = editor.document;
  const place = { kind: "personas", id };
  const put = (field: string) => (value: unknown): void => editor.put(place, field, value, t("Persona changed"));
  return (
    <fieldset class="persona-row" disabled={!editor.mayEdit}>
      <legend><span class={`wearer pc-${persona.colour}`}>{word(persona.label, doc)}</span> {persons === undefined ? null : <span class="quiet num">{f.persons(persons)}</span>}</legend>
      <TextField label={t("Name")} value={word(persona.label, doc)} keep={(text) => put("label")(edits.labelOf(text, doc))} />
      <PersonaRule text={persona.segment} keep={put("segment")} />
      <Choice label={t("Colour")} value={persona.colour} options={[1, 2, 3, 4, 5, 6, 7, 8].map((n) => [String(n), t("Colour {n}", { n })] as const)} keep={put("colour")} />
      {editor.mayEdit ? <Tool icon="trash-2" label={t("Delete")} class="btn-s btn-neg" run={() => editor.remove(place)} /> : null}
    </fieldset>
  );
}

/** Which persons a persona stands for, in words; built by rows where one opens it. */
function PersonaRule({ text, keep }: { text: string; keep: (text: string) => void }): JSX.Element {
  const { api, mayEdit } = useEditor();
  const open = useSignal(false);
  const done = (told: string): void => { open.value = false; if (told !== text) keep(told); };
  return (
    <div class="field persona-rule">
      <span class="label">{t("Who belongs to it")}</span>
      {open.value ? <ConditionBuilder asking={api} about="persons" text={text} apply={done} clear={() => done("")} />
        : <span class="persona-rule-t">{text ? <ConditionWords asking={api} about="persons" text={text} /> : <span class="quiet">{t("Everybody")}</span>}
          {mayEdit ? <button type="button" class="link small" onClick={() => { open.value = true; }}>{t("Change")}</button> : null}</span>}
    </div>
  );
}

function Proposals(): JSX.Element {
  const editor = useEditor();
  const all = editor.offered.value;
  const every = async (verdict: "accept" | "reject"): Promise<void> => { for (const one of editor.offered.peek()) await judge(editor, one, verdict); };
  if (!all.length) return <div class="m-empty"><Icon name="git-branch" /><p>{t("No proposals. What is found in new data, or by an insight, waits here until somebody takes it.")}</p></div>;
  return (
    <div class="stack">
      {editor.mayEdit ? (
        <div class="btns">
          <Tool icon="check" label={t("Accept all {n}", { n: all.length })} class="btn-main" run={() => void every("accept")} />
          <Tool icon="x" label={t("Reject all")} class="" run={() => void every("reject")} />
        </div>
      ) : null}
      <ul class="prop-list">
        {all.map((one) => (
          <li key={one.id}>
            {one.where && one.kind !== "moment" && proposalText(one) ? <p class="tiny quiet">{editor.nameOf(one.where)}</p> : null}
            <ProposalCard proposal={one} whole />
          </li>
        ))}
      </ul>
    </div>
  );
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return isLabel(value) ? word(value) : JSON.stringify(value);
  return String(value);
}

function isLabel(value: object): value is Record<string, string> {
  return Object.entries(value).every(([key, text]) => key.length < 6 && typeof text === "string");
}

/** Both texts, and the writer decides: mine, theirs, or one made of both. */
function Conflicts({ done }: { done: () => void }): JSX.Element {
  const editor = useEditor();
  const all = editor.store.conflicts.value;
  const settle = (conflict: Conflict, value: unknown): void => {
    editor.store.settle(conflict, value);
    if (!editor.store.conflicts.peek().length) { done(); editor.say(t("All settled")); }
  };
  return (
    <div class="stack">
      <p>{tn("Somebody else has changed the same thing. Nothing is lost: choose what shall stand.", "Somebody else has changed the same things. Nothing is lost: choose what shall stand.", all.length)}</p>
      {all.map((one, index) => <OneConflict key={`${one.kind}${one.id}${one.field}${index}`} conflict={one} settle={settle} />)}
    </div>
  );
}

function OneConflict({ conflict, settle }: { conflict: Conflict; settle: (conflict: Conflict, value: unknown) => void }): JSX.Element {
  const editor = useEditor();
  const text = typeof conflict.yours === "object" && conflict.yours !== null && isLabel(conflict.yours);
  const both = useSignal(`${asText(conflict.theirs)}\n${asText(conflict.yours)}`);
  const gone = conflict.theirs === null;
  const place = { kind: conflict.kind, id: conflict.id };
  return (
    <article class="conflict">
      <h3>{gone ? t("Deleted in the meantime") : editor.nameOf(place)}</h3>
      <div class="m-two">
        <div><span class="label">{conflict.theirs_by?.name ? t("{name} wrote", { name: conflict.theirs_by.name }) : t("The others have")}</span><p class="m-box">{gone ? t("It is gone.") : asText(conflict.theirs)}</p></div>
        <div><span class="label">{t("You wrote")}</span><p class="m-box is-mine">{asText(conflict.yours)}</p></div>
      </div>
      <div class="btns">
        {gone ? null : <button type="button" class="btn btn-main btn-s" onClick={() => settle(conflict, conflict.yours)}>{t("Keep mine")}</button>}
        <button type="button" class="btn btn-s" onClick={() => settle(conflict, undefined)}>{gone ? t("All right") : t("Keep theirs")}</button>
      </div>
      {text && !gone ? (
        <details><summary class="small">{t("Make one of both")}</summary>
          <textarea class="input" rows={3} aria-label={t("Text made of both")} value={both.value} onInput={(event) => { both.value = event.currentTarget.value; }} />
          <button type="button" class="btn btn-s btn-main" onClick={() => settle(conflict, edits.labelOf(both.value, editor.document))}>{t("Take this text")}</button></details>
      ) : null}
    </article>
  );
}

export function personaList(editor: Editor): readonly (Persona & { id: string })[] {
  return ordered(editor.document.personas);
}

export { Prov };
