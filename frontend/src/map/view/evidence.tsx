/** What a thing rests on: figures, quotes, source, n, interval, since when; and what to make of it. */

import type { JSX } from "preact";

import { t } from "../../i18n";
import { definition } from "../definitions";
import type { Editor } from "../editor";
import { ownerOf } from "../numbers";
import * as f from "../formats";
import type { Card, CardKind, ComputedCard, Evidence, LaneKind, Place, ReadStep } from "../types";
import { CARD_WORDS, COUNT_NAMES, factSentence, gapSentence, LANE_WORDS, markTitle, measureName, provenanceWord, sourceName, word } from "../words";
import { measureValue } from "./computed";
import { linesOf } from "./curve";
import { TextField } from "./details";
import { realitySentence } from "./heads";
import { Icon, Prov, Tool, useEditor } from "./parts";

/** The computed card with this id, as the figures are now. */
export function computedAt(editor: Editor, id: string): ComputedCard | undefined {
  const [lane = "", step = "", ...rest] = id.split("|");
  const wanted = rest.join("|");
  return editor.numbers.at(step, ownerOf(wanted))?.cells?.[lane]?.find((card) => card.id === wanted);
}

export function EvidencePanel({ place }: { place: Place }): JSX.Element {
  const editor = useEditor();
  if (place.kind === "steps") return <StepEvidence step={place.id} />;
  if (place.kind === "cards") return <CardEvidence id={place.id} />;
  const [lane = "", step = "", ...rest] = place.id.split("|");
  const wanted = rest.join("|");
  const whose = place.kind === "computed" ? ownerOf(wanted) : wanted || null;
  const cards = (editor.numbers.at(step, whose)?.cells?.[lane] ?? []).filter((card) => card.kind !== "typed" && card.kind !== "question");
  if (editor.document.lanes[lane]?.kind === "emotion") return <CurveEvidence lane={lane} step={step} />;
  const shown = place.kind === "computed" ? cards.filter((card) => card.id === wanted) : cards;
  if (!shown.length) return <section><p class="quiet">{t("Nothing was counted here yet.")}</p></section>;
  return <>{shown.map((card) => <ComputedEvidence key={card.id} card={card} lane={lane} step={step} named={place.kind !== "computed"} />)}</>;
}

function printedCount(name: string, value: number, currency: string): string {
  if (name.endsWith("seconds")) return f.duration(value);
  if (name.endsWith("_minor") || name === "value_sum") return f.money(value, currency);
  return Number.isInteger(value) ? f.count(value) : f.decimal(value);
}

function Facts({ evidence, step }: { evidence: Evidence | null | undefined; step: ReadStep | undefined }): JSX.Element | null {
  const editor = useEditor();
  const head = editor.numbers.reading.value?.head;
  if (!evidence) return null;
  const counts = Object.entries(evidence.counts ?? {});
  return (
    <>
      {definition(evidence.definition) ? <p class="small quiet">{definition(evidence.definition)}</p> : null}
      <dl class="dl small">
        {counts.map(([name, value]) => <><dt key={name}>{t(COUNT_NAMES[name] ?? name.replaceAll("_", " "))}</dt><dd class="num">{printedCount(name, value, head?.currency ?? "EUR")}</dd></>)}
        <dt>{t("Period")}</dt><dd>{f.period(step?.first_on ?? head?.since, step?.last_on ?? head?.until) || "–"}</dd>
      </dl>
      {evidence.sources?.length ? (
        <div><h4>{t("Sources")}</h4><ul class="m-plain">{evidence.sources.map((one) => <li key={one.source}><span>{sourceName(one.source)}</span><b class="num">{f.count(one.count)}</b></li>)}</ul></div>
      ) : null}
      {evidence.rule ? <details><summary class="small">{t("Rule")}</summary><pre class="rule-text">{evidence.rule.replaceAll("; ", "\n")}</pre></details> : null}
    </>
  );
}

function StepEvidence({ step }: { step: string }): JSX.Element {
  const editor = useEditor();
  const read = editor.numbers.steps.value.get(step);
  if (!read) return <section><p class="quiet">{t("Nothing was counted here yet.")}</p></section>;
  const quotes = Object.values(read.cells ?? {}).flat().filter((card) => card.kind === "quote");
  return (
    <>
      <section>
        <p class="m-live-n"><b class="num">{f.count(read.persons)}</b><span>{t("persons")}</span></p>
        <Facts evidence={read.evidence} step={read} />
      </section>
      <RealityEvidence step={step} read={read} />
      {read.time_evidence && read.median_seconds_to_next ? (
        <section><h3>{t("Time until the next step")}</h3>
          <p><b>{f.duration(read.median_seconds_to_next)}</b> {read.quartiles_seconds_to_next ? <span class="quiet">{f.bounds(read.quartiles_seconds_to_next[0], read.quartiles_seconds_to_next[1], f.duration)}</span> : null}</p>
          <p class="small quiet">{definition("step_time")}</p></section>
      ) : null}
      {quotes.length ? <section><h3>{t("In their words")}</h3>{quotes.map((card) => <QuoteBlock key={card.id} card={card} />)}</section> : null}
    </>
  );
}

/** Every difference between the drawing and the events here, and what it rests on. */
function RealityEvidence({ step, read }: { step: string; read: ReadStep }): JSX.Element | null {
  const editor = useEditor();
  const notes = editor.numbers.reality.value.get(step) ?? [];
  if (!notes.length) return null;
  return (
    <section><h3>{t("How the events differ from the drawing")}</h3>
      {notes.map((note) => (
        <details key={note.id}>
          <summary class="small">{realitySentence(note, (id) => editor.nameOf({ kind: "steps", id }))} <b class="num">{f.shareOf(note.share, 0)}</b></summary>
          <Facts evidence={note.evidence} step={read} />
        </details>
      ))}</section>
  );
}

function QuoteBlock({ card }: { card: ComputedCard }): JSX.Element {
  return (
    <blockquote class="quote" lang={card.language || undefined}>{word(card.text)}
      <footer>{[sourceName(card.source ?? ""), card.on ? f.day(card.on) : "", card.rating !== null && card.rating !== undefined ? f.signed(card.rating) : ""].filter(Boolean).join(" · ")}</footer></blockquote>
  );
}

/** The feeling at one step: what people said, and what somebody drew. */
function CurveEvidence({ lane, step }: { lane: string; step: string }): JSX.Element {
  const editor = useEditor();
  const of = editor.layout.value.rows.find((row) => row.lane.id === lane)?.lane;
  const lines = of ? linesOf(of, editor.numbers.curves.value, editor.layout.value.points, editor.layout.value.personas) : [];
  const here = lines.flatMap((line) => { const spot = line.spots.get(step); return spot ? [{ line, spot }] : []; });
  const read = editor.numbers.steps.value.get(step);
  const counted = (read?.cells?.[lane] ?? []).find((card) => card.kind === "emotion");
  if (!here.length) return <section><p class="quiet">{t("Nobody was asked here. A double click on the curve draws what you believe.")}</p></section>;
  return (
    <>
      {here.map(({ line, spot }) => (
        <section key={line.persona + line.series}>
          <h3>{line.name} <span class="quiet">{line.series === "to-be" ? t("to-be") : t("as-is")}</span></h3>
          {spot.computed ? (
            <>
              <p class="m-live-n"><b class="num">{f.signed(spot.computed.value)}</b><span class="num quiet">{f.bounds(spot.computed.low, spot.computed.high, f.signed)}</span></p>
              <p class="small"><Prov of={spot.computed.provenance} worded />{spot.computed.n ? <span class="num"> n {f.count(spot.computed.n)}</span> : null}</p>
            </>
          ) : null}
          {spot.drawn ? <DrawnPoint id={spot.drawn.id} value={spot.drawn.value} note={word(spot.drawn.note, editor.document)} /> : null}
        </section>
      ))}
      {counted ? <section><Facts evidence={counted.evidence} step={read} /></section> : null}
    </>
  );
}

function DrawnPoint({ id, value, note }: { id: string; value: number; note: string }): JSX.Element {
  const editor = useEditor();
  const place = { kind: "points", id };
  const move = (text: string): void => { const to = Number(text.replace(",", ".").replace("−", "-")); if (Number.isFinite(to)) editor.put(place, "value", Math.max(-2, Math.min(2, Math.round(to * 10) / 10)), t("Feeling moved to {value}", { value: f.signed(to) })); };
  return (
    <fieldset class="stack" disabled={!editor.mayEdit}>
      <legend class="small"><Prov of="assumed" worded /></legend>
      <TextField label={t("Feeling from −2 to +2")} type="number" value={String(value)} keep={move} />
      <TextField label={t("Note")} value={note} keep={(text) => editor.put(place, "note", text.trim() ? { [editor.document.head.language]: text.trim() } : {}, t("Note changed"))} />
      {editor.mayEdit ? <div class="btns"><Tool icon="trash-2" label={t("Take the point off")} class="btn-s" run={() => editor.remove(place)} /></div> : null}
    </fieldset>
  );
}

interface Headline { title: string; figure: string; beside: string; persons: number | null; value: number | null }

/** What a computed card says, in one line and one figure. */
export function headline(card: ComputedCard, currency: string, stepName: (id: string) => string): Headline {
  const between = (low: number | null | undefined, high: number | null | undefined, print: (value: number) => string): string => {
    const text = f.bounds(low, high, print);
    return text ? t("interval {bounds} ({level})", { bounds: text, level: f.share(card.share?.level ?? 0.95, 0) }) : "";
  };
  const persons = card.persons ?? card.share?.part ?? null;
  const value = card.value_minor ?? null;
  switch (card.kind) {
    case "mark": return { title: markTitle(card, stepName), figure: f.shareOf(card.share) || (card.median_seconds ? f.duration(card.median_seconds) : f.persons(persons ?? 0)), beside: between(card.share?.low, card.share?.high, (one) => f.share(one)), persons, value };
    case "kpi": return { title: measureName(card), figure: measureValue(card, card.value ?? 0, currency), beside: between(card.low, card.high, (one) => measureValue(card, one, currency)), persons: card.n ?? null, value: null };
    case "gap": return { title: gapSentence(card), figure: "", beside: "", persons: null, value: null };
    case "quote": return { title: word(card.text), figure: card.n ? `n ${f.count(card.n)}` : "", beside: "", persons: card.n ?? null, value: null };
    case "touchpoint": return { title: word(card.label) || card.touchpoint || "", figure: f.persons(card.persons ?? 0), beside: "", persons, value: null };
    case "emotion": return { title: t("Feeling"), figure: f.signed(card.mean ?? 0), beside: between(card.low, card.high, f.signed), persons: card.n ?? null, value: null };
    case "flow": return { title: t("Flow"), figure: f.persons(card.persons ?? 0), beside: "", persons, value: null };
    default: return { title: factSentence(card, currency), figure: "", beside: "", persons, value: null };
  }
}

/** ``named``: among others, so that it says which one it is; a panel about it alone says so above. */
function ComputedEvidence({ card, lane, step, named }: { card: ComputedCard; lane: string; step: string; named: boolean }): JSX.Element {
  const editor = useEditor();
  const read = editor.numbers.steps.value.get(step);
  const currency = editor.numbers.reading.value?.head.currency ?? "EUR";
  const told = headline(card, currency, (id) => editor.nameOf({ kind: "steps", id }));
  return (
    <section>
      {named ? <h3>{card.kind === "quote" ? t("In their words") : told.title}</h3> : null}
      {card.kind === "quote" ? <QuoteBlock card={card} /> : null}
      {told.figure && card.kind !== "quote" ? <p class="m-live-n"><b class="num">{told.figure}</b></p> : null}
      {told.beside ? <p class="small num">{told.beside}</p> : null}
      {told.value !== null ? <p class="small">{t("Value in the data")}: <b class="num">{f.money(told.value, currency)}</b></p> : null}
      <p class="small"><Prov of={card.provenance} worded /></p>
      <Facts evidence={card.evidence} step={read} />
      {editor.mayEdit ? <MakeOfIt card={card} told={told} lane={lane} step={step} /> : null}
    </section>
  );
}

const MADE: readonly (readonly [CardKind, LaneKind])[] = [["pain", "marks"], ["opportunity", "opportunities"], ["action", "actions"]];

/** A card of one's own from what was counted, with its evidence. */
function MakeOfIt({ card, told, lane, step }: { card: ComputedCard; told: Headline; lane: string; step: string }): JSX.Element {
  const editor = useEditor();
  const make = (kind: CardKind, into: LaneKind): void => {
    const to = editor.layout.value.rows.find((row) => row.lane.kind === into)?.lane.id ?? lane;
    const more: Partial<Card> = {
      provenance: card.provenance, evidence: card.evidence ?? null, persons: told.persons, value_minor: told.value, source: card.evidence?.sources?.[0]?.source ?? card.source ?? "",
    };
    const id = editor.addCard(to, step, kind, told.title, more);
    if (id) { editor.focus({ kind: "cards", id }); editor.tab.value = "details"; editor.tell(t("{kind} put on the map", { kind: t(CARD_WORDS[kind][0]) }), { label: t("Undo"), run: () => editor.undo() }); }
  };
  return (
    <div class="make">
      <span class="label">{t("Make this")}</span>
      <div class="btns">
        {MADE.map(([kind, into]) => (
          <button key={kind} type="button" class="btn btn-s" onClick={() => make(kind, into)} title={t("into the lane {name}", { name: t(LANE_WORDS[into][0]) })}>
            <Icon name={CARD_WORDS[kind][1]} />{kind === "pain" ? t("a pain point") : kind === "opportunity" ? t("an opportunity") : t("a measure to take")}
          </button>
        ))}
      </div>
    </div>
  );
}

function CardEvidence({ id }: { id: string }): JSX.Element {
  const editor = useEditor();
  const card = editor.document.cards[id];
  if (!card) return <section />;
  const read = editor.numbers.steps.value.get(card.step);
  const currency = editor.numbers.reading.value?.head.currency ?? "EUR";
  const links = Object.entries(editor.document.links).filter(([, one]) => one.source === id || one.target === id);
  return (
    <section>
      <p><Prov of={card.provenance} worded /></p>
      {card.provenance === "assumed" ? <p class="quiet small">{t("Somebody believes this. Nothing in the data says so yet. Ask people, or choose below what was counted here.")}</p> : null}
      <dl class="dl small">
        {card.persons !== null ? <><dt>{t("Persons")}</dt><dd class="num">{f.count(card.persons)}</dd></> : null}
        {card.value_minor !== null ? <><dt>{t("Value")}</dt><dd class="num">{f.money(card.value_minor, currency)}</dd></> : null}
        {card.source ? <><dt>{t("Source")}</dt><dd>{card.source}</dd></> : null}
        {card.on ? <><dt>{t("Date")}</dt><dd>{f.day(card.on)}</dd></> : null}
      </dl>
      <Facts evidence={card.evidence} step={read} />
      {links.length ? <div><h4>{t("Connected with")}</h4><ul class="m-plain">{links.map(([link, one]) => { const other = one.source === id ? one.target : one.source; const kind = editor.document.cards[other] ? "cards" : "steps"; return <li key={link}><button type="button" class="link" onClick={() => editor.focus({ kind, id: other })}>{editor.nameOf({ kind, id: other })}</button></li>; })}</ul></div> : null}
      {editor.mayEdit ? <Attach editor={editor} card={card} id={id} read={read} currency={currency} /> : null}
    </section>
  );
}

/** Rest a typed card on something that was counted at the same step. */
function Attach({ editor, card, id, read, currency }: { editor: Editor; card: Card; id: string; read: ReadStep | undefined; currency: string }): JSX.Element | null {
  const found = Object.values(read?.cells ?? {}).flat().filter((one) => one.evidence && ["mark", "kpi", "quote", "gap"].includes(one.kind));
  if (!found.length) return null;
  const rest = (one: ComputedCard): void => {
    const told = headline(one, currency, (step) => editor.nameOf({ kind: "steps", id: step }));
    const fields: Partial<Card> = { evidence: one.evidence ?? null, provenance: one.provenance, persons: told.persons, value_minor: told.value, source: one.evidence?.sources?.[0]?.source ?? "" };
    const ops = Object.entries(fields)
      .filter(([name, value]) => JSON.stringify(card[name as keyof Card]) !== JSON.stringify(value))
      .map(([name, value]) => ({ op: "set" as const, kind: "cards" as const, id, field: name, was: card[name as keyof Card], value }));
    editor.change(t("Evidence attached"), ops);
  };
  return (
    <details>
      <summary class="small">{t("Attach evidence from this step")}</summary>
      <ul class="attach">{found.slice(0, 12).map((one) => { const told = headline(one, currency, (step) => editor.nameOf({ kind: "steps", id: step })); return <li key={one.id}><button type="button" onClick={() => rest(one)}><span>{told.title}</span><b class="num">{told.figure}</b><small>{provenanceWord(one.provenance)}</small></button></li>; })}</ul>
    </details>
  );
}
