/** The head of the map: stages as arms of a signpost, steps with who was there. */

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";

import { t, tn } from "../../i18n";
import * as f from "../formats";
import type { FoldedColumn, StageSpan, StepColumn } from "../layout";
import type { ReadStep, RealityNote } from "../types";
import { word } from "../words";
import { soft } from "../hyphens";
import { Pin } from "./cards";
import { changedText, marked, markOf, MarkTag, Struck } from "./compare";
import { Icon, memo, useEditor, Who, Write } from "./parts";

interface NameProps { kind: "stages" | "steps"; id: string; text: string; empty: string }

/** A name that can be written over where it stands. */
export function Name({ kind, id, text, empty }: NameProps): JSX.Element {
  const editor = useEditor();
  const writing = useComputed(() => editor.writing.value?.place.id === id && editor.writing.value.field === "label");
  const changed = useComputed(() => changedText(markOf(editor, id)));
  if (changed.value) return <span class="name"><Struck {...changed.value} /></span>;
  if (!writing.value) return <span class="name">{text ? soft(text) : <span class="none">{empty}</span>}</span>;
  const place = { kind, id };
  const close = (): void => { editor.writing.value = null; editor.focus(place); };
  return (
    <Write value={text} label={kind === "stages" ? t("Name of the phase") : t("Name of the step")} cancel={close}
      done={(written, how) => {
        editor.writing.value = null;
        if (written.trim() && written.trim() !== text) editor.rename(place, written);
        if (how !== "leave") editor.focus(place);
      }} />
  );
}

export const StageHead = memo(function StageHead({ span }: { span: StageSpan }): JSX.Element {
  const editor = useEditor();
  const { stage } = span;
  const picked = useComputed(() => editor.selected.value?.id === stage.id);
  const comments = useComputed(() => editor.commentCounts.value.get(stage.id) ?? 0);
  const mark = useComputed(() => markOf(editor, stage.id));
  const read = useComputed(() => editor.numbers.reading.value?.stages.find((one) => one.id === stage.id));
  const text = word(stage.label, editor.document);
  const toggle = (event: MouseEvent): void => {
    event.stopPropagation();
    editor.put({ kind: "stages", id: stage.id }, "collapsed", !stage.collapsed, stage.collapsed ? t("Phase unfolded") : t("Phase folded"));
  };
  const folded = stage.collapsed;
  return (
    <div role="columnheader" aria-colspan={span.count} class={`stage-head${picked.value ? " is-picked" : ""}${folded ? " is-folded" : ""}${stage.colour ? ` tint-${stage.colour}` : ""} ${marked(mark.value)}`}
      style={{ gridColumn: `${span.from + 2} / span ${span.count}` }} tabIndex={-1} data-kind="stages" data-id={stage.id} data-drag="stages"
      aria-label={t("Phase {name}", { name: text || t("Phase without a name") })}>
      <span class="arm">
        {editor.mayEdit && !folded ? <button type="button" class="m-fold" tabIndex={-1} aria-label={t("Fold the phase")} title={t("Fold the phase")} onClick={toggle}><Icon name="chevron-down" /></button> : null}
        {folded ? <button type="button" class="m-fold" tabIndex={-1} aria-label={t("Unfold the phase")} title={text} onClick={toggle}><Icon name="chevron-right" /></button>
          : <>{stage.icon ? <Icon name={stage.icon} /> : null}<Name kind="stages" id={stage.id} text={text} empty={t("Phase without a name")} /></>}
        {read.value && !folded && span.count > 1 ? <span class="arm-n num">{f.count(read.value.persons)}<span class="vh"> {t("persons")}</span></span> : null}
      </span>
      <MarkTag mark={mark.value} own={["label"]} />
      {comments.value ? <Pin id={stage.id} kind="stages" n={comments.value} /> : null}
      {editor.mayEdit ? <button type="button" class="m-insert" tabIndex={-1} title={t("Add a phase")} aria-label={t("Add a phase after “{name}”", { name: text })} onClick={(event) => { event.stopPropagation(); editor.addStage(stage.id); }}><Icon name="plus" /></button> : null}
    </div>
  );
});

export const StepHead = memo(function StepHead({ column, at }: { column: StepColumn; at: number }): JSX.Element {
  const editor = useEditor();
  const { step } = column;
  const picked = useComputed(() => editor.selected.value?.id === step.id);
  const here = useComputed(() => editor.live.others.value.filter((one) => one.where?.id === step.id || one.where?.id.endsWith(`|${step.id}`)));
  const comments = useComputed(() => editor.commentCounts.value.get(step.id) ?? 0);
  const found = useComputed(() => Boolean(editor.searching.value) && word(step.label, editor.document).toLocaleLowerCase().includes((editor.searching.value ?? "").toLocaleLowerCase()));
  const text = word(step.label, editor.document);
  const mark = useComputed(() => markOf(editor, step.id));
  const aim = useComputed(() => editor.linking.from.value !== null);
  const look = ["step-head", marked(mark.value), aim.value ? "is-aim" : "", column.first ? "is-first" : "", picked.value ? "is-picked" : "", step.collapsed ? "is-folded" : "", step.state === "to-be" ? "is-tobe" : "", found.value ? "is-found" : ""];
  return (
    <div role="columnheader" class={look.filter(Boolean).join(" ")} style={{ gridColumn: at + 2 }} tabIndex={-1}
      data-kind="steps" data-id={step.id} data-drag="steps" aria-label={stepLabel(column, text)}>
      {step.collapsed ? <button type="button" class="m-fold" tabIndex={-1} title={text} aria-label={t("Unfold the step")} onClick={(event) => { event.stopPropagation(); editor.put({ kind: "steps", id: step.id }, "collapsed", false, t("Step unfolded")); }}><Icon name="chevron-right" /><span class="turned">{text}</span></button>
        : <>
          <span class="step-no num">{column.number}</span>
          <span class="step-name">{step.icon ? <Icon name={step.icon} /> : null}{step.moment_of_truth ? <span class="star" title={t("Moment of truth")}><Icon name="star" /><span class="vh">{t("Moment of truth")}</span></span> : null}
            <Name kind="steps" id={step.id} text={text} empty={t("Step without a name")} /></span>
          <MarkTag mark={mark.value} own={["label"]} />
          {step.state === "to-be" ? <span class="tag tag-dash">{t("to-be")}</span> : null}
          {step.sub_map ? <a class="m-sub" tabIndex={-1} href={`${editor.home}/${step.sub_map}?from=${editor.id}`}><Icon name="map" />{t("Sub-map")}</a> : null}
        </>}
      {here.value.length ? <span class="m-here">{here.value.slice(0, 3).map((one, index) => <Who key={one.client} name={one.name} initials={one.initials} tone={one.user + index} small />)}</span> : null}
      {comments.value ? <Pin id={step.id} kind="steps" n={comments.value} /> : null}
      {editor.mayEdit ? <button type="button" class="m-insert" tabIndex={-1} title={t("Add a step")} aria-label={t("Add a step after “{name}”", { name: text })} onClick={(event) => { event.stopPropagation(); editor.addStep(step.id); }}><Icon name="plus" /></button> : null}
    </div>
  );
});

function stepLabel(column: StepColumn, text: string): string {
  const said = [t("Step {number}: {name}", { number: column.number, name: text || t("Step without a name") })];
  if (column.step.moment_of_truth) said.push(t("Moment of truth"));
  return said.join(", ");
}

/** Who was there, how long until the next step, and how reality differs. */
export const StepFacts = memo(function StepFacts({ column, at, last, read, notes }: {
  column: StepColumn; at: number; last: boolean; read: ReadStep | undefined; notes: readonly RealityNote[];
}): JSX.Element {
  const editor = useEditor();
  const { step } = column;
  const unbound = step.binding === null;
  const beside = editor.numbers.beside.value;
  const look = `step-facts${read || unbound ? "" : " is-waiting"}${column.first ? " is-first" : ""}${step.collapsed ? " is-folded" : ""}`;
  if (step.collapsed) return <div role="gridcell" class={look} style={{ gridColumn: at + 2 }} />;
  return (
    <div role="gridcell" class={look} style={{ gridColumn: at + 2 }} data-for={step.id}>
      <StepPicture image={step.image} />
      {unbound ? <p class="step-n quiet">{t("not bound: nobody is counted")}</p>
        : read ? <p class="step-n"><b class="num">{f.count(read.persons)}</b> {tn("person", "persons", read.persons)}</p>
          : <p class="step-n quiet">{editor.numbers.waiting.value ? t("counting …") : "–"}</p>}
      {beside.length && !unbound ? <PersonaCounts step={step.id} beside={beside} /> : null}
      {read?.median_seconds_to_next ? <p class="step-next"><Icon name="clock" />{t("{time} until the next", { time: f.duration(read.median_seconds_to_next) })}</p>
        : last && read && !unbound ? <p class="step-next">{t("End of the journey")}</p> : null}
      {editor.reality.value && read && !unbound ? (beside.length ? <RealityOfEach step={step.id} beside={beside} /> : <Reality step={step.id} notes={notes} />) : null}
    </div>
  );
});

/** How many of each persona came here, as a part of all of that persona. */
function PersonaCounts({ step, beside }: { step: string; beside: readonly string[] }): JSX.Element {
  const editor = useEditor();
  const all = new Map((editor.numbers.reading.value?.personas ?? []).map((one) => [one.id, one.persons]));
  return (
    <ul class="step-who">
      {beside.map((id) => {
        const persona = editor.document.personas[id];
        const read = editor.numbers.at(step, id);
        const whole = all.get(id) ?? 0;
        const n = read?.persons;
        return persona ? <li key={id} class={`pc-${persona.colour}`} title={word(persona.label, editor.document)}><span class="wearer">{soft(word(persona.label, editor.document))}</span><b class="num">{n === undefined ? "…" : f.count(n)}</b><span class="quiet num">{n !== undefined && whole ? f.share(n / whole, 0) : ""}</span></li> : null;
      })}
    </ul>
  );
}

function StepPicture({ image }: { image: string }): JSX.Element | null {
  const editor = useEditor();
  const picture = editor.document.images[image];
  if (!image || !picture) return null;
  return <img class="k-image" src={editor.api.image(image)} alt={word(picture.alt, editor.document)} width={picture.width} height={picture.height} loading="lazy" draggable={false} />;
}

const NOTE_ICONS: Readonly<Record<RealityNote["kind"], string>> = {
  skipped: "chevrons-right", jumped_back: "undo-2", looped: "repeat", channel: "shuffle", undrawn: "eye-off",
  unvisited: "ghost", unbound: "unplug", unanswered: "circle-help", silent: "hourglass",
  broken: "triangle-alert", nobody: "ghost",
};

/** A difference between the drawing and the events, in words. */
export function realitySentence(note: RealityNote, stepName: (id: string) => string): string {
  const n = note.persons ?? note.share?.part ?? 0;
  const values = { n: f.count(n), step: note.to_step ? stepName(note.to_step) : "", label: word(note.label) || note.touchpoint || "" };
  switch (note.kind) {
    case "skipped": return tn("{n} skips this step", "{n} skip this step", n, values);
    case "jumped_back": return tn("{n} jumps back to “{step}”", "{n} jump back to “{step}”", n, values);
    case "looped": return tn("{n} comes here again", "{n} come here again", n, values);
    case "channel": return tn("{n} changes the channel here", "{n} change the channel here", n, values);
    case "undrawn": return t("Not drawn: “{label}”, {n} persons", values);
    case "unvisited": return values.label ? t("Nobody came to “{label}”", values) : t("Nobody came here");
    case "unbound": return t("Drawn, but bound to nothing");
    case "broken": return t("The rule cannot be read: {label}", { label: note.label?.[""] ?? values.label });
    case "nobody": return t("Nobody is left by these filters");
    case "unanswered": return tn("{n} got no answer", "{n} got no answer", n, values);
    default: return t("A long wait after this step");
  }
}

/** What a difference rests on stands in the panel of its step. */
function Note({ note }: { note: RealityNote }): JSX.Element {
  const editor = useEditor();
  const stepName = (id: string): string => editor.nameOf({ kind: "steps", id });
  const open = (event: MouseEvent): void => {
    event.stopPropagation();
    if (note.step) editor.select({ kind: "steps", id: note.step });
    editor.openPanel("evidence");
  };
  return <button type="button" class="real" tabIndex={-1} title={t("What it rests on")} onClick={open}><Icon name={NOTE_ICONS[note.kind]} /><span>{soft(realitySentence(note, stepName))} <b class="num">{f.shareOf(note.share, 0)}</b></span></button>;
}

const SHOWN = 2;

/** The greatest differences; the others lie folded. */
function Reality({ step, notes, most = SHOWN }: { step: string; notes: readonly RealityNote[]; most?: number }): JSX.Element {
  const editor = useEditor();
  const key = `reality|${step}`;
  const open = useComputed(() => editor.unfolded.value.has(key));
  if (!notes.length) return <p class="real real-ok"><Icon name="check" /><span>{t("as drawn")}</span></p>;
  const more = notes.length - most;
  return (
    <>
      {(open.value ? notes : notes.slice(0, most)).map((note) => <Note key={note.id} note={note} />)}
      {more > 0 && !open.value ? <button type="button" class="c-more" tabIndex={-1} onClick={(event) => { event.stopPropagation(); editor.unfold(key); }}><Icon name="chevron-down" />{tn("and {n} more", "and {n} more", more)}</button> : null}
    </>
  );
}

/** Side by side: the greatest difference of each persona, under its name. */
function RealityOfEach({ step, beside }: { step: string; beside: readonly string[] }): JSX.Element {
  const editor = useEditor();
  const all = editor.numbers.differences.value;
  return (
    <ul class="real-each">
      {beside.map((id) => {
        const persona = editor.document.personas[id];
        const notes = all.get(id)?.get(step);
        if (!persona || !all.has(id) || !editor.numbers.at(step, id)?.persons) return null;
        return <li key={id} class={`pc-${persona.colour}`}><span class="wearer">{soft(word(persona.label, editor.document))}</span><Reality step={`${step}|${id}`} notes={notes ?? []} most={1} /></li>;
      })}
    </ul>
  );
}

/** A folded or empty phase has one column of its own. */
export function FoldedHead({ column, at }: { column: FoldedColumn; at: number }): JSX.Element {
  const editor = useEditor();
  const name = word(column.stage.label, editor.document);
  return (
    <div role="gridcell" class="step-head is-folded is-first" style={{ gridColumn: at + 2 }}>
      {column.steps > 0
        ? <span class="turned">{name} <span class="quiet">({tn("{n} step", "{n} steps", column.steps)})</span></span>
        : editor.mayEdit ? <button type="button" class="guide" tabIndex={-1} onClick={() => editor.addStep(column.stage.id)}><Icon name="plus" />{t("Add a step")}</button> : null}
    </div>
  );
}
