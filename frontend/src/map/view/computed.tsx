/** Cards that were counted: they cannot be written over, only looked into. */

import { useComputed } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

import { t } from "../../i18n";
import * as f from "../formats";
import { soft } from "../hyphens";
import { judge } from "../judging";
import type { ComputedCard, ReadStep } from "../types";
import { channelIcon, channelName, factSentence, gapIcon, gapSentence, MARKS, markTitle, measureName, word } from "../words";
import { Icon, Prov, useEditor } from "./parts";

export interface ComputedProps {
  card: ComputedCard;
  place: string;
  currency: string;
  stepName: (id: string) => string;
}

/** The frame of one computed card: it can be reached and asked about. */
function Shown({ card, place, class: look, name, children }: { card: ComputedCard; place: string; class: string; name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class={`m-k ${look}`} role="group" tabIndex={-1} data-kind="computed" data-id={`${place}|${card.id}`}
      aria-label={t("{what}, computed", { what: name })} aria-roledescription={t("card")}>{children}<Adopt id={card.id} /></div>
  );
}

/** A computed card that may become a card of one's own, with its evidence, where one points at it. */
function Adopt({ id }: { id: string }): JSX.Element | null {
  const editor = useEditor();
  const proposal = useComputed(() => (editor.mayEdit ? editor.adoptable.value.get(id) : undefined)).value;
  if (!proposal) return null;
  return (
    <button type="button" class="m-adopt" tabIndex={-1} title={proposal.reason || t("Take over as a card")} onClick={(event) => { event.stopPropagation(); void judge(editor, proposal, "accept"); }}>
      <Icon name={proposal.kind === "kpi" ? "target" : "check"} />{proposal.kind === "kpi" ? t("Set a target") : t("Take over")}</button>
  );
}

function Fact({ card, place, currency }: ComputedProps): JSX.Element {
  const text = factSentence(card, currency);
  return <Shown card={card} place={place} class="k-fact" name={text}><p>{soft(text)} <Prov of={card.provenance} /></p></Shown>;
}

function Quote({ card, place }: ComputedProps): JSX.Element {
  const text = word(card.text);
  return (
    <Shown card={card} place={place} class="k-quote" name={text}>
      <p class="voice" lang={card.language || undefined}>{soft(text, card.language)}</p>
      <p class="c-foot"><Prov of={card.provenance} />{card.n ? <span class="num">n {f.count(card.n)}</span> : null}</p>
    </Shown>
  );
}

function TouchpointLine({ card, place }: ComputedProps): JSX.Element {
  const name = word(card.label) || card.touchpoint || "";
  const channel = card.channel ?? "";
  return (
    <Shown card={card} place={place} class="k-tp" name={`${name}, ${channelName(channel)}, ${f.persons(card.persons ?? 0)}`}>
      <span title={channelName(channel)}><Icon name={channelIcon(channel)} /></span><span class="k-name">{soft(name)}</span>
      <b class="num">{f.count(card.persons ?? 0)}</b>
    </Shown>
  );
}

function ChannelLines({ card, place }: ComputedProps): JSX.Element {
  const channels = Object.entries(card.by_channel ?? {}).sort((a, b) => b[1] - a[1]);
  return (
    <Shown card={card} place={place} class="k-channels" name={channels.map(([name, n]) => `${channelName(name)} ${f.count(n)}`).join(", ")}>
      {channels.map(([name, n]) => (
        <span key={name} class="k-tp"><Icon name={channelIcon(name)} /><span class="k-name">{channelName(name)}</span><b class="num">{f.count(n)}</b></span>
      ))}
    </Shown>
  );
}

function markFigure(card: ComputedCard, currency: string): [string, string] {
  const part = f.shareOf(card.share);
  if (card.value_minor !== null && card.value_minor !== undefined) {
    return [t("about {amount}", { amount: f.money(f.rounded(card.value_minor), currency) }), part ? t("{share} of attempts", { share: part }) : ""];
  }
  if (card.mark === "wait" && card.median_seconds) return [f.duration(card.median_seconds), t("median")];
  const between = f.bounds(card.share?.low, card.share?.high, (value) => f.share(value));
  return [part || f.persons(card.persons ?? 0), between];
}

function Mark({ card, place, currency, stepName }: ComputedProps): JSX.Element {
  const [icon, tone] = MARKS[card.mark ?? ""] ?? ["flag", "sign"];
  const title = markTitle(card, stepName);
  const [figure, beside] = markFigure(card, currency);
  return (
    <Shown card={card} place={place} class={`m-pain pain-${tone}`} name={`${title}: ${figure}`}>
      <span class="pn-t"><Icon name={icon} /><span class="pn-w">{soft(title)}</span></span>
      <span class="pn-c"><b class="num">{figure}</b>{beside ? <> <span class="quiet num">{beside}</span></> : null}</span>
      <span class="pn-n">{card.persons ? <><Icon name="users" /><span class="num">{f.persons(card.persons)}</span></> : null}<Prov of={card.provenance} /></span>
    </Shown>
  );
}

function Gap({ card, place }: ComputedProps): JSX.Element {
  const text = gapSentence(card);
  return <Shown card={card} place={place} class="k-gap" name={text}><Icon name={gapIcon(card)} /><span>{soft(text)}</span></Shown>;
}

export function measureValue(card: ComputedCard, value: number, currency: string): string {
  if (card.unit === "share") return f.share(value);
  if (card.unit === "money") return f.money(f.rounded(value), currency);
  if (card.unit === "seconds") return f.duration(value);
  return card.unit === "score" ? f.signed(value) : f.count(value);
}

function Measure({ card, place, currency }: ComputedProps): JSX.Element {
  const print = (value: number): string => measureValue(card, value, currency);
  const value = print(card.value ?? 0);
  const target = card.target ?? null;
  const hit = target !== null && (card.better === "lower" ? (card.value ?? 0) <= target : (card.value ?? 0) >= target);
  return (
    <Shown card={card} place={place} class="k-kpi" name={`${measureName(card)}: ${value}`}>
      <span class="kpi-n">{soft(measureName(card))}</span>
      <span class="kpi-v num">{value}</span>
      <span class="kpi-z">
        {target === null ? <span class="quiet num">{f.bounds(card.low, card.high, print)}</span>
          : <span class={hit ? "hit" : "miss"}><Icon name={hit ? "check" : "flag"} />{card.better === "lower" ? t("at most {target}", { target: print(target) }) : t("at least {target}", { target: print(target) })}<span class="vh">{hit ? t("reached") : t("missed")}</span></span>}
        <span class="end"><Prov of={card.provenance} /></span>
      </span>
    </Shown>
  );
}

const DRAWN: Readonly<Record<string, (props: ComputedProps) => JSX.Element>> = {
  action: Fact, quote: Quote, touchpoint: TouchpointLine, channels: ChannelLines, mark: Mark, gap: Gap, kpi: Measure,
};

/** The computed cards of a cell. */
export function ComputedCards({ cards, ...rest }: { cards: readonly ComputedCard[]; place: string; currency: string; stepName: (id: string) => string }): JSX.Element {
  return <>{cards.map((card) => { const Kind = DRAWN[card.kind] ?? Fact; return <Kind key={card.id} card={card} {...rest} />; })}</>;
}

/** Where those at a step went, as a small table under the drawn flow. */
export function FlowList({ step }: { step: ReadStep }): JSX.Element | null {
  const card = Object.values(step.cells ?? {}).flat().find((one) => one.kind === "flow");
  if (!card?.persons) return null;
  const rows: [string, number, string][] = [
    [t("Go on"), Number((card as { on?: unknown }).on ?? 0), ""], [t("Leave"), card.left ?? 0, "neg"],
    [t("Jump back"), card.back ?? 0, ""], [t("Still open"), card.still_open ?? 0, "quiet"],
  ];
  const whole = card.persons;
  return (
    <ul class="fl">
      {rows.filter(([, n]) => n > 0).map(([name, n, look]) => (
        <li key={name} class={look === "neg" && n / whole < 0.25 ? "" : look}><span>{name}</span><b class="num">{f.share(n / whole, 0)}</b></li>
      ))}
    </ul>
  );
}
