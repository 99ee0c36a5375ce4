/** A condition by rows of field, comparison and value, counted while one chooses; or as text. */

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId } from "preact/hooks";

import { t } from "../../i18n";
import type { ConditionChoices, ConditionRow, Conditions } from "../types";
import { Tool, useEditor } from "./parts";

const LATER = 350;
const FRESH: ConditionRow = { field: "touchpoint", operator: "=", value: "", did: true, joined: "and", since: "", until: "" };

interface Props {
  about: "events" | "persons";
  text: string;
  /** What the condition finds, shown below the rows. */
  found: (told: Conditions) => ComponentChildren;
  apply: (text: string) => void;
  clear: () => void;
}

export function ConditionBuilder({ about, text, found, apply, clear }: Props): JSX.Element {
  const editor = useEditor();
  const choices = useSignal<ConditionChoices | null>(null);
  const rows = useSignal<readonly ConditionRow[]>([]);
  const told = useSignal<Conditions | null>(null);
  const typed = useSignal(text);
  const asText = useSignal(false);
  const fault = useSignal("");
  const ask = useAsking(about, told, fault);
  useEffect(() => {
    editor.api.conditionChoices().then((all) => { choices.value = all; }, (error: Error) => { fault.value = error.message; });
    void ask({ text }, 0).then((read) => { rows.value = read?.rows.length ? read.rows : [FRESH]; if (text && !read) asText.value = true; });
  }, []);
  const put = (next: readonly ConditionRow[]): void => {
    rows.value = next;
    void ask({ rows: next }).then((read) => { if (read) typed.value = read.text; });
  };
  const write = (next: string): void => { typed.value = next; void ask({ text: next }); };
  const flip = (): void => {
    asText.value = !asText.value;
    if (!asText.value) void ask({ text: typed.value }, 0).then((read) => { if (read) rows.value = read.rows.length ? read.rows : [FRESH]; else asText.value = true; });
  };
  return (
    <form class="conds stack" onSubmit={(event) => { event.preventDefault(); if (!fault.value) apply(typed.value.trim()); }}>
      {asText.value
        ? <label class="field"><span class="label">{about === "events" ? t("Only events for which this is true") : t("Only persons with an event for which this is true")}</span>
          <textarea class="input" rows={3} spellcheck={false} placeholder="channel = 'store' and value >= 100" value={typed.value} onInput={(event) => write(event.currentTarget.value)} /></label>
        : choices.value ? <Rows about={about} rows={rows.value} choices={choices.value} put={put} /> : <p class="quiet small">{t("One moment …")}</p>}
      <p class="btns">
        {asText.value ? null : <>
          <Tool icon="plus" label={t("and")} class="btn-s" hint={t("And: another rule")} run={() => put([...rows.value, FRESH])} />
          <Tool icon="plus" label={t("or")} class="btn-s" hint={t("Or: another way to fulfil the last rule")} run={() => put([...rows.value, { ...FRESH, joined: "or" }])} />
        </>}
        <button type="button" class="link small" onClick={flip}>{asText.value ? t("By rows") : t("As text")}</button>
      </p>
      <div class="conds-found" role="status">{fault.value ? <p class="neg small">{fault.value}</p> : told.value ? found(told.value) : null}</div>
      <div class="btns">
        <button class="btn btn-s btn-main" type="submit" disabled={Boolean(fault.value)}>{t("Apply")}</button>
        <button class="btn btn-s" type="button" onClick={clear}>{about === "events" ? t("Without a condition") : t("Everybody")}</button>
      </div>
    </form>
  );
}

/** Ask for the other form a moment later; an older question is dropped. */
function useAsking(about: "events" | "persons", told: Signal<Conditions | null>, fault: Signal<string>) {
  const editor = useEditor();
  const last = useSignal(0);
  return async (asked: { rows?: readonly ConditionRow[]; text?: string }, later = LATER): Promise<Conditions | null> => {
    const mine = last.value + 1;
    last.value = mine;
    await new Promise((over) => setTimeout(over, later));
    if (last.peek() !== mine) return null;
    try {
      const read = await editor.api.conditions(about, asked);
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

function Rows({ about, rows, choices, put }: { about: "events" | "persons"; rows: readonly ConditionRow[]; choices: ConditionChoices; put: (rows: readonly ConditionRow[]) => void }): JSX.Element {
  const change = (at: number, part: Partial<ConditionRow>): void => put(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const drop = (at: number): void => { const rest = rows.filter((_, index) => index !== at); put(rest.length ? rest : [FRESH]); };
  return <>{rows.map((row, at) => <OneRow key={at} about={about} row={row} first={at === 0} choices={choices} change={(part) => change(at, part)} drop={() => drop(at)} />)}</>;
}

interface RowProps { about: "events" | "persons"; row: ConditionRow; first: boolean; choices: ConditionChoices; change: (part: Partial<ConditionRow>) => void; drop: () => void }

function OneRow({ about, row, first, choices, change, drop }: RowProps): JSX.Element {
  const list = useId();
  const free = row.field === choices.free;
  const known = choices.values[row.field] ?? [];
  const needsValue = free || !row.operator.startsWith("is ");
  const fields = choices.fields.some((one) => one.id === row.field) ? choices.fields : [...choices.fields, { id: row.field, label: row.field }];
  const written = (shown: string): string => known.find((one) => one.label === shown)?.value ?? shown;
  const shown = known.find((one) => one.value === row.value)?.label ?? row.value;
  return (
    <fieldset class={`cond${row.joined === "or" ? " is-or" : ""}`}>
      <legend>{first ? (about === "events" ? t("Only if") : t("Persons who")) : row.joined === "or" ? t("or") : t("and")}</legend>
      {about === "persons" && row.joined !== "or" ? (
        <select class="input" aria-label={t("Persons who")} value={row.did ? "did" : "never"} onChange={(event) => change({ did: event.currentTarget.value === "did" })}>
          <option value="did">{t("at least once had")}</option><option value="never">{t("never had")}</option>
        </select>) : null}
      <select class="input" aria-label={t("Field")} value={row.field} onChange={(event) => change({ field: event.currentTarget.value, value: "" })}>
        {fields.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
      </select>
      {free ? null : (
        <select class="input" aria-label={t("Comparison")} value={row.operator} onChange={(event) => change({ operator: event.currentTarget.value })}>
          {choices.operators.map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
        </select>)}
      {needsValue ? <input class="input" aria-label={t("Value")} list={known.length ? list : undefined} value={shown} autocomplete="off" spellcheck={false} placeholder={free ? "value > 100" : known.length ? t("choose or type") : ""} onInput={(event) => change({ value: written(event.currentTarget.value) })} /> : null}
      {known.length ? <datalist id={list}>{known.map((one) => <option key={one.value} value={one.label} />)}</datalist> : null}
      {free ? null : (
        <details class="cond-days" open={Boolean(row.since || row.until)}>
          <summary class="tiny">{t("Only on certain days")}</summary>
          <span><input class="input" type="date" aria-label={t("From day")} value={row.since} onChange={(event) => change({ since: event.currentTarget.value })} />
            <input class="input" type="date" aria-label={t("To day")} value={row.until} onChange={(event) => change({ until: event.currentTarget.value })} /></span>
        </details>)}
      <Tool icon="x" label={t("Remove this rule")} bare class="btn-plain btn-s cond-x" run={drop} />
    </fieldset>
  );
}
