/** What a step stands for: touchpoints joined by "or", narrowed by "only if", counted while one chooses. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { t, tn } from "../../i18n";
import type { Editor } from "../editor";
import * as f from "../formats";
import { NO_FILTERS } from "../numbers";
import type { BindingCount, Binding as Bound, Nearly, ReadStep, Touchpoint } from "../types";
import { channelIcon, channelName, sourceName, word } from "../words";
import { ConditionBuilder, ConditionWords } from "./conditions";
import { Icon, Tool, useEditor } from "./parts";

const LATER = 300;
const EMPTY: Bound = { touchpoints: [], where: "" };

/** What was pressed goes away with the change; the keyboard goes on where one adds more. */
function save(editor: Editor, step: string, binding: Bound | null, title: string): void {
  editor.put({ kind: "steps", id: step }, "binding", binding, title);
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>("#panel .m-adding button")?.focus();
  });
}

export function Binding({ step }: { step: string }): JSX.Element {
  const editor = useEditor();
  const bound = editor.document.steps[step]?.binding ?? null;
  const counted = useCount(editor, step, bound);
  const read = editor.numbers.steps.value.get(step);
  return (
    <>
      <section>
        <h3>{t("This step stands for")}</h3>
        <Filtered />
        {bound === null || (!bound.touchpoints.length && !bound.where) ? <p class="quiet small">{t("Nothing yet: the step is drawn, and nobody is counted. Choose touchpoints, and the figures come by themselves.")}</p> : null}
        <Rules step={step} bound={bound ?? EMPTY} counted={counted.value} />
        {editor.mayEdit ? <Adding step={step} bound={bound ?? EMPTY} /> : null}
      </section>
      {bound ? <Live read={read} counted={counted.value} /> : null}
      {counted.value ? <Examples counted={counted.value} /> : null}
    </>
  );
}

/** Ask for the count of what is chosen now; an older question is dropped. */
function useCount(editor: Editor, step: string, bound: Bound | null) {
  const counted = useSignal<BindingCount | null>(null);
  const asked = JSON.stringify([bound, editor.numbers.filters.value, editor.document.head.filter, editor.document.head.since, editor.document.head.until, editor.numbers.reading.value?.id]);
  useEffect(() => {
    if (!bound || (!bound.touchpoints.length && !bound.where)) { counted.value = null; return undefined; }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      editor.api.count(bound, step, editor.numbers.filters.peek(), stop.signal).then((found) => { counted.value = found; }, () => undefined);
    }, LATER);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [asked]);
  return counted;
}

/** Which filters these figures follow, so that nobody takes a part for the whole. */
function Filtered(): JSX.Element | null {
  const editor = useEditor();
  const told = filterWords(editor);
  if (!told.length) return null;
  return (
    <p class="m-near m-follows" role="status"><Icon name="filter" /><span>{t("These figures follow the filters:")} {told.map((one, at) => <span key={at}>{at ? " · " : ""}{one}</span>)}
      {Object.values(editor.numbers.filters.value).some(Boolean) ? <> <button type="button" class="link" onClick={() => editor.numbers.filter(NO_FILTERS)}>{t("Count everybody")}</button></> : null}</span></p>
  );
}

/** The filters in force, of the reader and of the map itself, each in a few words. */
function filterWords(editor: Editor): readonly (string | JSX.Element)[] {
  const chosen = editor.numbers.filters.value;
  const { head, personas } = editor.document;
  const own = head.filter as { where?: string; segment?: readonly string[] };
  const persona = personas[chosen.persona];
  return [
    persona ? word(persona.label, editor.document) : "",
    chosen.since || chosen.until ? f.shortPeriod(chosen.since, chosen.until) : "",
    chosen.channel ? channelName(chosen.channel) : "",
    chosen.segment ? <>{t("Segment:")} <ConditionWords asking={editor.api} about="persons" text={chosen.segment} /></> : "",
    chosen.where ? <>{t("Events:")} <ConditionWords asking={editor.api} about="events" text={chosen.where} /></> : "",
    own.where || own.segment?.length || head.since || head.until ? t("the map's own filter") : "",
  ].filter(Boolean);
}

function Rules({ step, bound, counted }: { step: string; bound: Bound; counted: BindingCount | null }): JSX.Element {
  const editor = useEditor();
  const known = new Map(editor.touchpoints.value.map((one) => [one.id, one]));
  const drop = (id: string): void => {
    const rest = bound.touchpoints.filter((one) => one !== id);
    save(editor, step, rest.length || bound.where ? { ...bound, touchpoints: rest } : null, t("Touchpoint taken off"));
  };
  return (
    <div class="m-rules">
      {bound.touchpoints.map((id, index) => (
        <div key={id}>
          {index ? <div class="m-or">{t("or")}</div> : null}
          <div class="m-rule">
            <Icon name={channelIcon(known.get(id)?.channel ?? "")} />
            <div><b>{word(known.get(id)?.label) || id}</b><span>{channelName(known.get(id)?.channel ?? "")}</span></div>
            <span class="num">{counted || known.has(id) ? f.count(counted?.by_touchpoint?.[id] ?? known.get(id)?.persons ?? 0) : "–"}</span>
            {editor.mayEdit ? <Tool icon="x" label={t("Take off “{name}”", { name: word(known.get(id)?.label) || id })} bare class="btn-plain btn-s" run={() => drop(id)} /> : null}
          </div>
        </div>
      ))}
      {bound.where ? (
        <>
          {bound.touchpoints.length ? <div class="m-or">{t("only if")}</div> : null}
          <div class="m-rule"><Icon name="filter" /><div><ConditionWords asking={editor.api} about="events" text={bound.where} /></div><span />
            {editor.mayEdit ? <Tool icon="x" label={t("Take off the condition")} bare class="btn-plain btn-s" run={() => save(editor, step, bound.touchpoints.length ? { ...bound, where: "" } : null, t("Condition taken off"))} /> : null}</div>
        </>
      ) : null}
    </div>
  );
}

function Adding({ step, bound }: { step: string; bound: Bound }): JSX.Element {
  const editor = useEditor();
  const open = useSignal<"" | "touchpoint" | "where">("");
  return (
    <>
      <div class="btns m-adding">
        <Tool icon="plus" label={bound.touchpoints.length ? t("or") : t("Touchpoint")} class="btn-s" run={() => { open.value = open.value === "touchpoint" ? "" : "touchpoint"; }} />
        <Tool icon="filter" label={t("only if")} class="btn-s" run={() => { open.value = open.value === "where" ? "" : "where"; }} />
      </div>
      {open.value === "touchpoint" ? <Chooser step={step} bound={bound} done={() => { open.value = ""; }} /> : null}
      {open.value === "where" ? <Where step={step} bound={bound} done={(where) => { open.value = ""; save(editor, step, where || bound.touchpoints.length ? { ...bound, where } : null, where ? t("Condition set") : t("Condition taken off")); }} /> : null}
    </>
  );
}

/** The condition by rows, with what it would find together with the touchpoints. */
function Where({ step, bound, done }: { step: string; bound: Bound; done: (where: string) => void }): JSX.Element {
  return (
    <ConditionBuilder asking={useEditor().api} about="events" text={bound.where} apply={done} clear={() => done("")}
      found={(told) => told.text ? <Draft step={step} bound={{ ...bound, where: told.text }} /> : null} />
  );
}

function Draft({ step, bound }: { step: string; bound: Bound }): JSX.Element {
  const counted = useCount(useEditor(), step, bound).value;
  if (!counted) return <p class="quiet small">{t("Counting …")}</p>;
  return (
    <>
      <p class="small"><b class="num">{f.persons(counted.persons)}</b> · <span class="num">{tn("{n} event", "{n} events", counted.events, { n: f.count(counted.events) })}</span></p>
      {counted.nearly.length ? <><p class="label">{t("Nearly fits")}</p><ul class="examples">{counted.nearly.slice(0, 4).map((one, index) => <NearlyLine key={index} one={one} />)}</ul></> : null}
    </>
  );
}

function Chooser({ step, bound, done }: { step: string; bound: Bound; done: () => void }): JSX.Element {
  const editor = useEditor();
  const sought = useSignal("");
  const wanted = sought.value.toLocaleLowerCase();
  const drawn = new Set(Object.values(editor.document.steps).flatMap((one) => one.binding?.touchpoints ?? []));
  const free = editor.touchpoints.value
    .filter((one) => !bound.touchpoints.includes(one.id) && `${word(one.label)} ${one.id} ${channelName(one.channel)}`.toLocaleLowerCase().includes(wanted))
    .sort((a, b) => Number(drawn.has(a.id)) - Number(drawn.has(b.id)) || b.persons - a.persons);
  const take = (one: Touchpoint): void => { save(editor, step, { ...bound, touchpoints: [...bound.touchpoints, one.id] }, t("Touchpoint bound: {name}", { name: word(one.label) || one.id })); done(); };
  return (
    <div class="chooser">
      <input class="input" type="search" placeholder={t("Search a touchpoint")} aria-label={t("Search a touchpoint")} onInput={(event) => { sought.value = event.currentTarget.value; }} />
      <ul>
        {free.slice(0, 60).map((one) => (
          <li key={one.id}><button type="button" onClick={() => take(one)}>
            <Icon name={channelIcon(one.channel)} /><span>{word(one.label) || one.id}<small>{[channelName(one.channel), drawn.has(one.id) ? t("already drawn") : ""].filter(Boolean).join(" · ")}</small></span><span class="num">{f.count(one.persons)}</span>
          </button></li>
        ))}
        {free.length ? null : <li class="quiet small">{t("nothing found")}</li>}
      </ul>
    </div>
  );
}

function Live({ read, counted }: { read: ReadStep | undefined; counted: BindingCount | null }): JSX.Element {
  const editor = useEditor();
  const all = editor.numbers.reading.value?.head.persons ?? 0;
  const persons = counted?.persons ?? read?.persons ?? 0;
  const rows: [string, string][] = [];
  if (all) rows.push([t("Share of all on this map"), f.share(persons / all)]);
  rows.push([t("Events"), f.count(counted?.events ?? read?.events ?? 0)]);
  if (counted?.first_on) rows.push([t("From – to"), f.shortPeriod(counted.first_on, counted.last_on)]);
  if (read?.median_seconds_to_next) rows.push([t("Until the next step"), t("{time} (median)", { time: f.duration(read.median_seconds_to_next) })]);
  for (const [id, n] of Object.entries(read?.persons_by_persona ?? {})) {
    const persona = editor.document.personas[id];
    if (persona) rows.push([word(persona.label, editor.document), f.count(n)]);
  }
  return (
    <section class="m-live" aria-live="polite">
      <p class="m-live-n"><b class="num">{f.count(persons)}</b><span>{tn("person", "persons", persons)}</span><span class="tag"><Icon name="circle-dot" />{t("counts along")}</span></p>
      {counted?.elsewhere ? <p class="m-near"><Icon name="info" /><span>{tn("{n} of these events belongs to an earlier step of the map, so it counts there.", "{n} of these events belong to an earlier step of the map, so they count there.", counted.elsewhere, { n: f.count(counted.elsewhere) })}</span></p> : null}
      <dl class="dl small">{rows.map(([name, value]) => <><dt key={name}>{name}</dt><dd class="num">{value}</dd></>)}</dl>
      {counted?.anonymous_events ? <p class="m-near"><Icon name="info" /><span>{tn("{n} event fits but names nobody. It counts at the touchpoint only.", "{n} events fit but name nobody. They count at the touchpoint only.", counted.anonymous_events, { n: f.count(counted.anonymous_events) })}</span></p> : null}
    </section>
  );
}

function Examples({ counted }: { counted: BindingCount }): JSX.Element {
  return (
    <>
      {counted.examples.length ? (
        <section>
          <details>
            <summary><b>{t("Events that fit")}</b> <span class="quiet num">{counted.examples.length}</span></summary>
            <ul class="examples">
              {counted.examples.slice(0, 12).map((one, index) => (
                <li key={index}><Icon name={channelIcon(one.channel ?? "")} /><span><b>{one.event}</b><small>{[one.at ? f.moment(one.at) : "", sourceName(one.source ?? "")].filter(Boolean).join(" · ")}</small></span></li>
              ))}
            </ul>
          </details>
        </section>
      ) : null}
      {counted.nearly.length ? (
        <section>
          <h3>{t("Nearly fits")}</h3>
          <ul class="examples">{counted.nearly.map((one, index) => <NearlyLine key={index} one={one} />)}</ul>
        </section>
      ) : null}
    </>
  );
}

/** Events that one condition keeps out. */
function NearlyLine({ one }: { one: Nearly }): JSX.Element {
  const who = one.persons ? f.persons(one.persons) : tn("{n} event without a person", "{n} events without a person", one.anonymous_events, { n: f.count(one.anonymous_events) });
  const other = word(one.label ?? "") || one.touchpoint || one.name;
  const why = other ? t("but: {why}", { why: other }) : t("but not: {condition}", { condition: one.condition });
  return <li><Icon name="circle-help" /><span><b>{who}</b><small>{why}</small></span></li>;
}
