/** A condition by rows of field, comparison and value, counted while one chooses; or as text. */

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId } from "preact/hooks";

import { N_, t } from "../../i18n";
import type { ConditionChoices, ConditionRow, Conditions } from "../types";
import { count, persons, share } from "../formats";
import { Tool } from "./parts";

const LATER = 350;
const LEAST_GROUP = 5;
const FRESH: ConditionRow = { field: "touchpoint", operator: "=", value: "", did: true, joined: "and", since: "", until: "" };

/** Where rows are turned into text and back; the map's API, or that of a page with a form. */
export interface Asking {
  conditionChoices(): Promise<ConditionChoices>;
  conditions(about: About, asked: { rows?: readonly ConditionRow[]; text?: string }): Promise<Conditions>;
}
type About = "events" | "persons";

interface Props {
  asking: Asking;
  about: About;
  text: string;
  /** What the condition finds, shown below the rows. */
  found?: (told: Conditions) => ComponentChildren;
  /** Told of every condition that can be read, while one chooses. */
  changed?: (text: string) => void;
  /** Told of every reading of rows under way: whether they can be read. */
  judging?: (work: Promise<boolean>) => void;
  /** Without these there are no buttons: the form around it keeps the text. */
  apply?: (text: string) => void;
  clear?: () => void;
}

/** How many persons a segment leaves. */
export function Size({ size }: Conditions): JSX.Element | null {
  if (!size) return null;
  const few = size.persons > 0 && size.persons < LEAST_GROUP;
  return <p class="conds-size"><b class="num">{few ? t("fewer than {n}", { n: LEAST_GROUP }) : persons(size.persons)}</b> {t("of {n}", { n: count(size.total) })}{few || !size.total ? "" : <span class="quiet num">, {share(size.persons / size.total)}</span>}</p>;
}

export function ConditionBuilder({ asking, about, text, found = Size, changed, judging, apply, clear }: Props): JSX.Element {
  const choices = useSignal<ConditionChoices | null>(null);
  const rows = useSignal<readonly ConditionRow[]>([]);
  const told = useSignal<Conditions | null>(null);
  const typed = useSignal(text);
  const asText = useSignal(false);
  const fault = useSignal("");
  const ask = useAsking(asking, about, told, fault);
  const settled = useSignal<Promise<unknown>>(Promise.resolve());
  const show = (read: Conditions | null): void => { if (read) rows.value = read.rows.length ? read.rows : [FRESH]; else asText.value = true; };
  useEffect(() => {
    asking.conditionChoices().then((all) => { choices.value = all; }, (error: Error) => { fault.value = error.message; });
    void ask({ text }, 0).then((read) => { if (read || text) show(read); else rows.value = [FRESH]; });
  }, []);
  const reading = (work: Promise<unknown>): void => { settled.value = work; judging?.(work.then(() => !fault.peek())); };
  const take = (next: string): void => { typed.value = next; changed?.(next.trim()); };
  const put = (next: readonly ConditionRow[]): void => {
    rows.value = next;
    reading(ask({ rows: next }).then((read) => { if (read) take(read.text); }));
  };
  const write = (next: string): void => { take(next); reading(ask({ text: next })); };
  const flip = (): void => {
    asText.value = !asText.value;
    if (!asText.value) void ask({ text: typed.value }, 0).then(show);
  };
  const keep = async (): Promise<void> => { await settled.peek(); if (!fault.peek()) apply?.(typed.peek().trim()); };
  const inside = (
    <>
      {asText.value
        ? <label class="field"><span class="label">{about === "events" ? t("Only events for which this is true") : t("One condition a line; at least one event must fulfil each, after “never:” none may")}</span>
          <textarea class="input code" rows={3} spellcheck={false} placeholder="channel = 'store' and value >= 100" value={typed.value} onInput={(event) => write(event.currentTarget.value)} /></label>
        : choices.value ? <Rows about={about} rows={rows.value} choices={choices.value} put={put} /> : <p class="quiet small">{t("One moment …")}</p>}
      <p class="btns">
        {asText.value ? null : <>
          <Tool icon="plus" label={t("and")} class="btn-s" hint={t("And: another rule")} run={() => put([...rows.value, FRESH])} />
          <Tool icon="plus" label={t("or")} class="btn-s" hint={t("Or: another way to fulfil the last rule")} run={() => put([...rows.value, { ...FRESH, joined: "or" }])} />
        </>}
        <button type="button" class="link small" onClick={flip}>{asText.value ? t("By rows") : t("As text")}</button>
      </p>
      <div class="conds-found" role="status">{fault.value ? <p class="neg small">{fault.value}</p> : told.value ? found(told.value) : null}</div>
      {apply ? <div class="btns">
        <button class="btn btn-s btn-main" type="submit" disabled={Boolean(fault.value)}>{t("Apply")}</button>
        <button class="btn btn-s" type="button" onClick={clear}>{about === "events" ? t("Without a condition") : t("Everybody")}</button>
      </div> : null}
    </>
  );
  return apply ? <form class="conds stack" onSubmit={(event) => { event.preventDefault(); void keep(); }}>{inside}</form> : <div class="conds stack">{inside}</div>;
}

/** Ask for the other form a moment later; an older question is dropped. */
function useAsking(asking: Asking, about: About, told: Signal<Conditions | null>, fault: Signal<string>) {
  const last = useSignal(0);
  return async (asked: { rows?: readonly ConditionRow[]; text?: string }, later = LATER): Promise<Conditions | null> => {
    const mine = last.value + 1;
    last.value = mine;
    await new Promise((over) => setTimeout(over, later));
    if (last.peek() !== mine) return null;
    try {
      const read = await asking.conditions(about, asked);
      if (last.peek() !== mine) return null;
      told.value = read;
      fault.value = "";
      return read;
    } catch (error) {
      if (last.peek() === mine) fault.value = error instanceof Error ? error.message : String(error);
      return null;
    }
  };
}

function Rows({ about, rows, choices, put }: { about: About; rows: readonly ConditionRow[]; choices: ConditionChoices; put: (rows: readonly ConditionRow[]) => void }): JSX.Element {
  const change = (at: number, part: Partial<ConditionRow>): void => put(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const drop = (at: number): void => { const rest = rows.filter((_, index) => index !== at); put(rest.length ? rest : [FRESH]); };
  return <>{rows.map((row, at) => <OneRow key={at} about={about} row={row} first={at === 0} choices={choices} change={(part) => change(at, part)} drop={() => drop(at)} />)}</>;
}

interface RowProps { about: About; row: ConditionRow; first: boolean; choices: ConditionChoices; change: (part: Partial<ConditionRow>) => void; drop: () => void }

function OneRow({ about, row, first, choices, change, drop }: RowProps): JSX.Element {
  const field = choices.fields.find((one) => one.id === row.field);
  const kind = field?.kind ?? "any";
  const fits = choices.comparisons[kind] ?? [];
  const operators = choices.operators.filter((one) => fits.includes(one.id) || one.id === row.operator);
  const usual = choices.fields.filter((one) => !one.of_data && (about === "persons" || one.kind !== "persona"));
  const others = [...choices.fields.filter((one) => one.of_data), ...(field ? [] : [{ id: row.field, label: row.field }])];
  const rename = (id: string): void => {
    const next = choices.comparisons[choices.fields.find((one) => one.id === id)?.kind ?? "any"] ?? [];
    change({ field: id, value: "", since: "", until: "", operator: next.includes(row.operator) ? row.operator : next[0] ?? "=" });
  };
  const free = row.field === choices.free;
  return (
    <fieldset class={`cond${row.joined === "or" ? " is-or" : ""}`}>
      <legend>{first ? (about === "events" ? t("Only if") : t("Persons who")) : row.joined === "or" ? t("or") : t("and")}</legend>
      {about === "persons" && row.joined !== "or" ? (
        <select class="input" aria-label={t("Persons who")} value={row.did ? "did" : "never"} onChange={(event) => change({ did: event.currentTarget.value === "did" })}>
          <option value="did">{t("at least once had")}</option><option value="never">{t("never had")}</option>
        </select>) : null}
      <select class="input" aria-label={t("Field")} value={row.field} onChange={(event) => rename(event.currentTarget.value)}>
        {usual.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
        {others.length ? <optgroup label={t("Other fields of your data")}>{others.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}</optgroup> : null}
      </select>
      {free ? null : (
        <select class="input" aria-label={t("Comparison")} value={row.operator} onChange={(event) => change({ operator: event.currentTarget.value })}>
          {operators.map((one) => <option key={one.id} value={one.id}>{kind === "day" ? t(DAY_WORDS[one.id] ?? one.label) : one.label}</option>)}
        </select>)}
      {free || !row.operator.startsWith("is ") ? <Value row={row} kind={kind} choices={choices} put={(value) => change({ value })} /> : null}
      {free || kind === "day" || kind === "persona" ? null : (
        <details class="cond-days" open={Boolean(row.since || row.until)}>
          <summary class="tiny">{t("Only on certain days")}</summary>
          <span><input class="input" type="date" aria-label={t("From day")} value={row.since} onChange={(event) => change({ since: event.currentTarget.value })} />
            <input class="input" type="date" aria-label={t("To day")} value={row.until} onChange={(event) => change({ until: event.currentTarget.value })} /></span>
        </details>)}
      <Tool icon="x" label={t("Remove this rule")} bare class="btn-plain btn-s cond-x" run={drop} />
    </fieldset>
  );
}

const DAY_WORDS: Readonly<Record<string, string>> = { ">=": N_("from"), "<=": N_("up to, inclusive"), ">": N_("after"), "<": N_("before") };
const BETWEEN = "between";
const ENDS = "..";

interface ValueProps { row: ConditionRow; kind: string; choices: ConditionChoices; put: (value: string) => void }

/** The value of a row: picked from what occurs, a number, a day; two of them where it lies between. */
function Value({ row, kind, choices, put }: ValueProps): JSX.Element {
  const list = useId();
  const known = choices.values[row.field] ?? [];
  const mode = kind === "number" ? "decimal" : "text";
  const single = (value: string, label: string, told: (value: string) => void): JSX.Element => (kind === "day"
    ? <input class="input" type="date" aria-label={label} value={value} onInput={(event) => told(event.currentTarget.value)} />
    : <input class="input" inputMode={mode} autocomplete="off" aria-label={label} value={value} onInput={(event) => told(event.currentTarget.value)} />);
  if (row.operator === BETWEEN) {
    const [low = "", high = ""] = row.value.split(ENDS);
    const both = (one: string, other: string): void => put(one || other ? `${one}${ENDS}${other}` : "");
    return <span class="cond-ends">{single(low, t("From"), (one) => both(one, high))}<span class="tiny quiet">{t("and")}</span>{single(high, t("To, inclusive"), (one) => both(low, one))}</span>;
  }
  if (!known.length && row.field !== choices.free) return single(row.value, t("Value"), put);
  const written = (shown: string): string => known.find((one) => one.label === shown)?.value ?? shown;
  const shown = known.find((one) => one.value === row.value)?.label ?? row.value;
  return (
    <>
      <input class="input" aria-label={t("Value")} list={known.length ? list : undefined} value={shown} autocomplete="off" spellcheck={false}
        placeholder={known.length ? t("choose or type") : "value > 100"} onInput={(event) => put(written(event.currentTarget.value))} />
      {known.length ? <datalist id={list}>{known.map((one) => <option key={one.value} value={one.label} />)}</datalist> : null}
    </>
  );
}

/** A condition as a sentence, in the words of the rows; what no row can say stays as it is written. */
export function ConditionWords({ asking, about, text }: { asking: Asking; about: About; text: string }): JSX.Element {
  const said = useSignal<readonly string[]>([]);
  useEffect(() => {
    let mine = true;
    Promise.all([asking.conditionChoices(), asking.conditions(about, { text })])
      .then(([choices, read]) => { if (mine) said.value = read.rows.map((row, at) => sentence(row, at, about, choices)); }, () => { if (mine) said.value = []; });
    return () => { mine = false; };
  }, [text, about]);
  return said.value.length ? <span class="cond-words" title={text}>{said.value.join(" ")}</span> : <code>{text}</code>;
}

function sentence(row: ConditionRow, at: number, about: About, choices: ConditionChoices): string {
  const field = choices.fields.find((one) => one.id === row.field);
  const operator = choices.operators.find((one) => one.id === row.operator)?.label ?? row.operator;
  const value = choices.values[row.field]?.find((one) => one.value === row.value)?.label ?? row.value.replace(ENDS, " – ");
  const told = row.field === choices.free ? [row.value]
    : [field?.label ?? row.field, field?.kind === "day" ? t(DAY_WORDS[row.operator] ?? operator) : operator, row.operator.startsWith("is ") ? "" : t("“{name}”", { name: value })];
  const days = row.since || row.until ? `(${row.since} – ${row.until})` : "";
  const joined = at ? (row.joined === "or" ? t("or") : t("and")) : "";
  return [joined, about === "persons" && !row.did ? t("never:") : "", ...told, days].filter(Boolean).join(" ");
}
