/** The properties of a thing: colour, icon, picture, channel, who it concerns, as-is or to-be. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../../i18n";
import type { Editor } from "../editor";
import { setSpan } from "../moves";
import { hideComputed } from "../menus";
import { newId } from "../model";
import { CARD_KINDS, type Card, type CardKind, LANE_KINDS, type Lane, type MapSummary, type Place, type Provenance, type Stage, type State, type Step } from "../types";
import { CARD_WORDS, channelName, CHANNELS, LANE_WORDS, LINE_WORDS, provenanceWord, word } from "../words";
import { Field, Icon, Tool, useEditor } from "./parts";

const TINTS = ["", "act", "pos", "neg", "sign", "plum", "sea", "clay"] as const;
const ICONS = [
  "", "star", "heart", "flag", "lightbulb", "search", "shopping-cart", "shopping-bag", "store", "package", "truck", "credit-card", "phone", "mail",
  "message-square", "users", "user-round", "smartphone", "globe", "camera", "calendar", "clock", "hourglass", "map-pin", "house", "car", "bike", "wrench",
  "shield-check", "thumbs-up", "thumbs-down", "smile", "frown", "meh", "gift", "percent", "receipt", "book-open", "graduation-cap", "megaphone",
] as const;

export function Details({ place }: { place: Place }): JSX.Element | null {
  const editor = useEditor();
  const doc = editor.document;
  const { id } = place;
  const step = doc.steps[id];
  const card = doc.cards[id];
  const stage = doc.stages[id];
  const lane = doc.lanes[id];
  return (
    <section>
      <fieldset disabled={!editor.mayEdit} class="stack">
        <legend class="vh">{t("Properties")}</legend>
        {step ? <StepFields place={place} step={step} /> : null}
        {card ? <CardFields place={place} card={card} /> : null}
        {stage ? <StageFields place={place} stage={stage} /> : null}
        {lane ? <LaneFields place={place} lane={lane} /> : null}
      </fieldset>
      {editor.mayEdit ? <div class="btns end-btns"><Tool icon="trash-2" label={t("Delete")} class="btn-s btn-neg" run={() => editor.remove(place)} /></div> : null}
    </section>
  );
}

function put(editor: Editor, place: Place, field: string, title: string): (value: unknown) => void {
  return (value) => editor.put(place, field, value, title);
}

/** A text that is kept when the field is left. */
export function TextField({ label, value, keep, lines = false, hint, type = "text", name }: { name?: string; label: string; value: string; keep: (text: string) => void; lines?: boolean; hint?: string; type?: "text" | "date" | "url" | "number" }): JSX.Element {
  const done = (event: Event): void => { const text = (event.currentTarget as HTMLInputElement).value; if (text !== value) keep(text); };
  return (
    <Field label={label} {...(hint ? { hint } : {})}>
      {lines ? <textarea class="input" {...(name ? { name } : {})} rows={3} defaultValue={value} key={value} onChange={done} /> : <input class="input" {...(name ? { name } : {})} step="any" {...({ type } as { type: "text" })} defaultValue={value} key={value} onChange={done} />}
    </Field>
  );
}

export function Choice({ label, value, options, keep, name }: { name?: string; label: string; value: string; options: readonly (readonly [string, string])[]; keep: (value: string) => void }): JSX.Element {
  return (
    <Field label={label}>
      <select class="input" {...(name ? { name } : {})} value={value} onChange={(event) => keep(event.currentTarget.value)}>{options.map(([one, name]) => <option key={one} value={one}>{name}</option>)}</select>
    </Field>
  );
}

function Tints({ value, keep }: { value: string; keep: (value: string) => void }): JSX.Element {
  return (
    <fieldset class="tints"><legend class="label">{t("Colour")}</legend>
      {TINTS.map((tint, index) => <label key={tint} class={`swatch tint-${tint || "none"}`} title={tint ? t("Colour {n}", { n: index }) : t("none")}><input type="radio" name="tint" checked={value === tint} onChange={() => keep(tint)} /><span class="vh">{tint ? t("Colour {n}", { n: index }) : t("none")}</span></label>)}
    </fieldset>
  );
}

function Icons({ value, keep }: { value: string; keep: (value: string) => void }): JSX.Element {
  return (
    <details class="icons"><summary class="small">{t("Icon")} {value ? <Icon name={value} /> : <span class="quiet">{t("none")}</span>}</summary>
      <div class="icon-grid" role="group" aria-label={t("Icon")}>
        {ICONS.map((icon) => <button key={icon} type="button" aria-pressed={icon === value} aria-label={icon ? icon.replaceAll("-", " ") : t("none")} title={icon || t("none")} onClick={() => keep(icon)}>{icon ? <Icon name={icon} /> : "–"}</button>)}
      </div></details>
  );
}

/** A picture of one's own: uploaded, described, shown. */
function PictureField({ place, image }: { place: Place; image: string }): JSX.Element {
  const editor = useEditor();
  const busy = useSignal(false);
  const picture = editor.document.images[image];
  const upload = async (event: Event): Promise<void> => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (!file) return;
    busy.value = true;
    try {
      const kept = await editor.api.upload(file);
      const value = { media_type: kept.media_type ?? file.type, width: kept.width ?? 1, height: kept.height ?? 1, alt: {} };
      const ops = editor.document.images[kept.id] ? [] : [{ op: "add" as const, kind: "images" as const, id: kept.id, value }];
      const kind = place.kind as "steps" | "cards";
      editor.change(t("Picture added"), [...ops, { op: "set", kind, id: place.id, field: "image", was: image, value: kept.id }]);
    } catch (fault) {
      editor.tell(fault instanceof Error ? fault.message : String(fault));
    }
    busy.value = false;
  };
  return (
    <div class="field">
      <span class="label">{t("Picture")}</span>
      {image ? <img class="k-image" src={editor.api.image(image)} alt={word(picture?.alt)} width={picture?.width} height={picture?.height} /> : null}
      {image && picture ? <TextField label={t("What is to be seen")} value={word(picture.alt, editor.document)} keep={(text) => editor.put({ kind: "images", id: image }, "alt", text.trim() ? { [editor.document.head.language]: text.trim() } : {}, t("Picture described"))} /> : null}
      <span class="btns">
        <label class="btn btn-s"><Icon name="image" />{busy.value ? t("Uploading …") : image ? t("Another picture") : t("Choose a picture")}<input type="file" class="vh" accept="image/png,image/jpeg,image/webp,image/gif" onChange={(event) => void upload(event)} /></label>
        {image ? <Tool icon="x" label={t("Take off")} class="btn-s" run={() => editor.put(place, "image", "", t("Picture taken off"))} /> : null}
      </span>
    </div>
  );
}

function SubMap({ place, value }: { place: Place; value: string }): JSX.Element {
  const editor = useEditor();
  const maps = useSignal<readonly MapSummary[]>([]);
  useEffect(() => { editor.api.otherMaps().then((all) => { maps.value = all.filter((one) => one.id !== editor.id); }, () => undefined); }, []);
  const options: (readonly [string, string])[] = [["", t("none")], ...maps.value.map((one) => [one.id, word(one.title)] as const)];
  if (value && !maps.value.some((one) => one.id === value)) options.push([value, value]);
  return (
    <>
      <Choice label={t("Sub-map: the same in detail")} value={value} options={options} keep={(child) => void editor.linkSubMap(place, child)} />
      {value ? <a href={`${editor.home}/${value}?from=${editor.id}`} class="small">{t("Open the sub-map")}</a> : null}
    </>
  );
}

const states = (): readonly (readonly [State, string])[] => [["both", t("as-is and to-be")], ["as-is", t("as-is only")], ["to-be", t("to-be only")]];

function Check({ label, on, keep }: { label: ComponentChildren; on: boolean; keep: (on: boolean) => void }): JSX.Element {
  return <label class="check"><input type="checkbox" checked={on} onChange={(event) => keep(event.currentTarget.checked)} />{label}</label>;
}

function labelKeep(editor: Editor, place: Place, field: string, title: string): (text: string) => void {
  return (text) => editor.put(place, field, text.trim() ? { [editor.document.head.language]: text.trim() } : {}, title);
}

function StepFields({ place, step }: { place: Place; step: Step }): JSX.Element {
  const editor = useEditor();
  const doc = editor.document;
  return (
    <>
      <TextField label={t("Name")} value={word(step.label, doc)} keep={labelKeep(editor, place, "label", t("Step renamed"))} />
      <TextField label={t("Note")} value={word(step.note, doc)} lines keep={labelKeep(editor, place, "note", t("Note changed"))} />
      <Check label={<><span class="star"><Icon name="star" /></span>{t("Moment of truth")}</>} on={step.moment_of_truth} keep={put(editor, place, "moment_of_truth", t("Moment of truth"))} />
      <Check label={t("This step is the goal")} on={doc.head.goal_step === place.id} keep={(on) => editor.put({ kind: "head", id: "head" }, "goal_step", on ? place.id : "", t("Goal changed"))} />
      <Choice label={t("Stands in")} value={step.state} options={states()} keep={put(editor, place, "state", t("As-is or to-be changed"))} />
      <Icons value={step.icon} keep={put(editor, place, "icon", t("Icon changed"))} />
      <PictureField place={place} image={step.image} />
      <SubMap place={place} value={step.sub_map} />
      <Hidden step={place.id} />
    </>
  );
}

/** Computed cards that somebody hid at this step, to show them again. */
function Hidden({ step }: { step: string }): JSX.Element | null {
  const editor = useEditor();
  const hidden = Object.entries(editor.document.hidden_computed).filter(([, one]) => one.step === step);
  if (!hidden.length) return null;
  return <Tool icon="eye" label={t("Show hidden computed cards again ({n})", { n: hidden.length })} class="btn-s" run={() => editor.change(t("Computed cards shown again"), hidden.map(([id]) => ({ op: "remove", kind: "hidden_computed", id })))} />;
}

function StageFields({ place, stage }: { place: Place; stage: Stage }): JSX.Element {
  const editor = useEditor();
  return (
    <>
      <TextField label={t("Name")} value={word(stage.label, editor.document)} keep={labelKeep(editor, place, "label", t("Phase renamed"))} />
      <Tints value={stage.colour} keep={put(editor, place, "colour", t("Colour changed"))} />
      <Icons value={stage.icon} keep={put(editor, place, "icon", t("Icon changed"))} />
      <Check label={t("folded")} on={stage.collapsed} keep={put(editor, place, "collapsed", t("Phase folded"))} />
    </>
  );
}

function personaOptions(editor: Editor): readonly (readonly [string, string])[] {
  return [["", t("everybody")], ...editor.layout.value.personas.map((one) => [one.id, word(one.label, editor.document)] as const)];
}

function LaneFields({ place, lane }: { place: Place; lane: Lane }): JSX.Element {
  const editor = useEditor();
  const doc = editor.document;
  return (
    <>
      <TextField label={t("Name")} value={word(lane.label, doc)} hint={t("Empty: {name}", { name: t(LANE_WORDS[lane.kind][0]) })} keep={labelKeep(editor, place, "label", t("Lane renamed"))} />
      <Choice label={t("Kind")} value={lane.kind} options={LANE_KINDS.map((kind) => [kind, t(LANE_WORDS[kind][0])] as const)} keep={put(editor, place, "kind", t("Kind of lane changed"))} />
      <TextField label={t("Guiding question in empty cells")} value={word(lane.guiding, doc)} lines keep={labelKeep(editor, place, "guiding", t("Guiding question changed"))} />
      {editor.layout.value.personas.length ? <Choice label={t("Persona")} value={lane.persona} options={personaOptions(editor)} keep={put(editor, place, "persona", t("Persona changed"))} /> : null}
      <Choice label={t("Line above")} value={lane.line_above} options={[["", t("none")], ...Object.entries(LINE_WORDS).map(([line, name]) => [line, t(name)] as const)]} keep={put(editor, place, "line_above", t("Line changed"))} />
      <Check label={t("pinned at the top")} on={lane.pinned} keep={put(editor, place, "pinned", t("Lane pinned"))} />
      <Check label={t("folded")} on={lane.collapsed} keep={put(editor, place, "collapsed", t("Lane folded"))} />
      <Check label={t("left out of sight")} on={lane.hidden} keep={put(editor, place, "hidden", t("Lane hidden"))} />
    </>
  );
}

const PROVENANCES: readonly Provenance[] = ["observed", "reported", "estimated", "assumed"];

/** What a card leads to, answers or causes: other cards and steps. */
function Links({ id }: { id: string }): JSX.Element {
  const editor = useEditor();
  const doc = editor.document;
  const kind = useSignal<"leads-to" | "answers" | "causes">("leads-to");
  const kinds = [["leads-to", t("leads to")], ["answers", t("answers")], ["causes", t("causes")]] as const;
  const mine = Object.entries(doc.links).filter(([, link]) => link.source === id);
  const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 58)}…` : text);
  const targets = [
    ...editor.layout.value.steps.map((step) => [step.id, `${t("Step")}: ${word(step.label, doc)}`] as const),
    ...[...editor.layout.value.cells.values()].flat().filter((card) => card.id !== id).map((card) => [card.id, `${t(CARD_WORDS[card.kind][0])}: ${shorten(word(card.text, doc))}`] as const),
  ].filter(([target]) => !mine.some(([, link]) => link.target === target));
  const add = (target: string): void => {
    if (target) editor.change(t("Connected"), [{ op: "add", kind: "links", id: newId("links"), value: { source: id, target, kind: kind.value } }]);
  };
  return (
    <div class="field">
      <span class="label">{t("Connections")}</span>
      <ul class="m-plain">
        {mine.map(([link, one]) => (
          <li key={link}><span>{kinds.find(([name]) => name === one.kind)?.[1]}: {editor.nameOf({ kind: doc.cards[one.target] ? "cards" : "steps", id: one.target })}</span>
            <Tool icon="x" label={t("Take off")} bare class="btn-plain btn-s" run={() => editor.change(t("Connection taken off"), [{ op: "remove", kind: "links", id: link }])} /></li>
        ))}
      </ul>
      <span class="copy-line">
        <select class="input" aria-label={t("Kind of connection")} value={kind.value} onChange={(event) => { kind.value = event.currentTarget.value as typeof kind.value; }}>{kinds.map(([name, text]) => <option key={name} value={name}>{text}</option>)}</select>
        <select class="input" aria-label={t("Connect with")} value="" onChange={(event) => { add(event.currentTarget.value); event.currentTarget.value = ""; }}><option value="">{t("choose …")}</option>{targets.map(([target, text]) => <option key={target} value={target}>{text}</option>)}</select>
      </span>
    </div>
  );
}

function numberOrNull(text: string): number | null {
  const number = Number(text.replace(",", "."));
  return text.trim() && Number.isFinite(number) ? number : null;
}

function CardFields({ place, card }: { place: Place; card: Card }): JSX.Element {
  const editor = useEditor();
  const doc = editor.document;
  const keep = (field: string): ((value: unknown) => void) => put(editor, place, field, t("Card changed"));
  const channels = [["", t("none")], ...Object.keys(CHANNELS).map((one) => [one, channelName(one)] as const)] as const;
  const touchpoints = [["", t("none")], ...editor.touchpoints.value.map((one) => [one.id, word(one.label) || one.id] as const)] as const;
  return (
    <>
      <TextField label={t("Text")} value={word(card.text, doc)} lines keep={labelKeep(editor, place, "text", t("Text changed"))} />
      <Choice label={t("Kind")} value={card.kind} options={CARD_KINDS.map((kind: CardKind) => [kind, t(CARD_WORDS[kind][0])] as const)} keep={keep("kind")} />
      <Choice label={t("How it is known")} value={card.provenance} options={PROVENANCES.map((one) => [one, provenanceWord(one)] as const)} keep={keep("provenance")} />
      <Choice label={t("Stands in")} value={card.state} options={states()} keep={keep("state")} />
      <Tints value={card.colour} keep={keep("colour")} />
      <Icons value={card.icon} keep={keep("icon")} />
      <Choice label={t("Channel")} value={card.channel} options={channels} keep={keep("channel")} />
      {card.kind === "touchpoint" ? <Choice label={t("Touchpoint")} value={card.touchpoint} options={touchpoints} keep={keep("touchpoint")} /> : null}
      {editor.layout.value.personas.length ? <Choice label={t("Persona")} value={card.persona} options={personaOptions(editor)} keep={keep("persona")} /> : null}
      {card.kind === "pain" || card.kind === "opportunity" ? <Choice label={t("Severity")} value={String(card.severity ?? "")} options={[["", "–"], ...[1, 2, 3, 4, 5].map((n) => [String(n), String(n)] as const)]} keep={(value) => keep("severity")(value ? Number(value) : null)} /> : null}
      {card.kind === "kpi" ? <TextField label={t("Target")} value={card.target === null ? "" : String(card.target)} keep={(text) => keep("target")(numberOrNull(text))} /> : null}
      {card.kind === "action" || card.kind === "kpi" || card.kind === "opportunity" ? <TextField label={t("Who answers for it")} value={card.owner} keep={keep("owner")} /> : null}
      <TextField label={t("Source")} value={card.source} keep={keep("source")} />
      <TextField label={t("Date")} type="date" value={card.on ?? ""} keep={(text) => keep("on")(text || null)} />
      <TextField label={t("Web address")} type="url" value={card.url} keep={keep("url")} />
      <TextField label={t("Covers steps")} type="number" value={String(card.span)} keep={(text) => setSpan(editor, place.id, Math.max(1, Math.round(numberOrNull(text) ?? 1)))} />
      <Links id={place.id} />
      <PictureField place={place} image={card.image} />
      <SubMap place={place} value={card.sub_map} />
    </>
  );
}

export { hideComputed };
