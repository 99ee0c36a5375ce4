/** Cards that somebody wrote. */

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";

import { t, tn } from "../../i18n";
import * as f from "../formats";
import type { Entry } from "../layout";
import type { Card, CardKind } from "../types";
import { CARD_WORDS, channelIcon, channelName, provenanceWord, word } from "../words";
import { soft } from "../hyphens";
import { CHANGE_WORDS, changedText, marked, markOf, MarkTag, Struck } from "./compare";
import { LinkLines } from "./links";
import { Icon, memo, Prov, useEditor, Write } from "./parts";

interface CardProps { card: Entry<Card>; currency: string; inVoice: boolean; handle?: boolean }

/** What a screen reader says of a card. */
function described(card: Entry<Card>, text: string, links: readonly string[]): string {
  const said = [t(CARD_WORDS[card.kind][0]), text || t("empty"), provenanceWord(card.provenance)];
  if (card.channel) said.push(channelName(card.channel));
  if (card.severity) said.push(t("severity {n} of 5", { n: card.severity }));
  if (card.state !== "both") said.push(card.state === "to-be" ? t("to-be") : t("as-is"));
  return [...said, ...links].join(", ");
}

function Figures({ card, currency }: { card: Entry<Card>; currency: string }): JSX.Element | null {
  const parts: JSX.Element[] = [];
  if (card.value_minor !== null) parts.push(<b key="v" class="num">{f.money(f.rounded(card.value_minor), currency)}</b>);
  if (card.persons !== null) parts.push(<span key="p" class="pn-n"><Icon name="users" /><span class="num">{f.persons(card.persons)}</span></span>);
  if (card.target !== null) parts.push(<span key="t" class="kpi-z"><Icon name="target" />{t("Target {value}", { value: f.decimal(card.target) })}</span>);
  if (card.severity !== null) parts.push(<span key="s" class="sev" title={t("severity {n} of 5", { n: card.severity })}>{[1, 2, 3, 4, 5].map((one) => <i key={one} class={one <= (card.severity ?? 0) ? "on" : ""} />)}</span>);
  return parts.length ? <span class="k-figures">{parts}</span> : null;
}

function Text({ card, inVoice }: { card: Entry<Card>; inVoice: boolean }): JSX.Element {
  const editor = useEditor();
  const writing = useComputed(() => editor.writing.value?.place.id === card.id);
  const text = word(card.text, editor.document);
  const changed = useComputed(() => changedText(markOf(editor, card.id)));
  if (writing.value) return <CardWriter id={card.id} kind={card.kind} text={text} />;
  const voiced = card.kind === "quote" || card.kind === "question" || (inVoice && card.kind === "note");
  return (
    <span class={voiced ? "voice k-text" : "k-text"}>
      {changed.value ? <Struck {...changed.value} /> : text ? soft(text) : <span class="none">{t("Empty card")}</span>} <Prov of={card.provenance} />
    </span>
  );
}

function CardWriter({ id, kind, text }: { id: string; kind: CardKind; text: string }): JSX.Element {
  const editor = useEditor();
  const place = { kind: "cards", id };
  const close = (): void => { editor.writing.value = null; editor.focus(place); };
  return (
    <Write value={text} lines label={t("Text of the card")} placeholder={t(CARD_WORDS[kind][0])} cancel={close}
      done={(written, how) => {
        editor.writing.value = null;
        if (written.trim() !== text) editor.rename(place, written);
        if (how !== "leave") editor.focus(place);
      }} />
  );
}

function Picture({ card }: { card: Entry<Card> }): JSX.Element | null {
  const editor = useEditor();
  const picture = editor.document.images[card.image];
  if (!card.image) return null;
  return (
    <img class="k-image" src={editor.api.image(card.image)} alt={word(picture?.alt, editor.document)} loading="lazy"
      width={picture?.width ?? 320} height={picture?.height ?? 200} draggable={false} />
  );
}

function Corner({ card }: { card: Entry<Card> }): JSX.Element | null {
  const editor = useEditor();
  const comments = useComputed(() => editor.commentCounts.value.get(card.id) ?? 0);
  if (!comments.value && !card.sub_map && !card.url) return null;
  return (
    <span class="k-corner">
      {card.url ? <a href={card.url} target="_blank" rel="noopener noreferrer" aria-label={t("Open the link")} title={card.url}><Icon name="external-link" /></a> : null}
      {card.sub_map ? <a href={`${editor.home}/${card.sub_map}?from=${editor.id}`} aria-label={t("Open the sub-map")} title={t("Open the sub-map")}><Icon name="map" /></a> : null}
      {comments.value ? <Pin id={card.id} kind="cards" n={comments.value} /> : null}
    </span>
  );
}

/** How many open comments are pinned here; opens them. */
export function Pin({ id, kind, n }: { id: string; kind: string; n: number }): JSX.Element {
  const editor = useEditor();
  const open = (event: MouseEvent): void => {
    event.stopPropagation();
    editor.select({ kind, id });
    editor.openPanel("comments");
  };
  return (
    <button type="button" class="m-pin" tabIndex={-1} onClick={open} aria-label={tn("{n} comment", "{n} comments", n)}>
      <Icon name="message-square" />{n}
    </button>
  );
}

const FRAMED: ReadonlySet<CardKind> = new Set(["pain", "opportunity", "action"]);

/** One card, wherever it lies. */
export const CardView = memo(function CardView({ card, currency, inVoice }: CardProps): JSX.Element {
  const editor = useEditor();
  const picked = useComputed(() => editor.selected.value?.id === card.id);
  const found = useComputed(() => matches(editor.searching.value, word(card.text, editor.document)));
  const text = word(card.text, editor.document);
  const mark = useComputed(() => markOf(editor, card.id));
  const links = useComputed(() => (editor.linking.ends.value.get(card.id) ?? []).map((end) => editor.linking.said(end)));
  const target = useComputed(() => { const from = editor.linking.from.value; return from !== null && from.source !== card.id; });
  const look = [
    "card", `card-${card.kind}`, FRAMED.has(card.kind) ? "is-framed" : "", picked.value ? "is-picked" : "",
    found.value ? "is-found" : "", card.state === "to-be" ? "is-tobe" : "", card.colour ? `tint-${card.colour}` : "",
    card.provenance === "assumed" ? "is-assumed" : "", marked(mark.value), target.value ? "is-aim" : "",
  ].filter(Boolean).join(" ");
  return (
    <div class={look} role="group" tabIndex={-1} data-kind="cards" data-id={card.id} data-drag="cards"
      aria-label={[mark.value ? t(CHANGE_WORDS[mark.value.change][0]) : "", described(card, text, links.value)].filter(Boolean).join(", ")} aria-roledescription={t("card")}>
      <MarkTag mark={mark.value} own={["text"]} />
      <Picture card={card} />
      <span class="k-line">
        <Sign card={card} />
        <Text card={card} inVoice={inVoice} />
      </span>
      <Figures card={card} currency={currency} />
      {card.persona ? <Wearer id={card.persona} /> : null}
      <Corner card={card} />
      <LinkLines id={card.id} />
      {editor.mayEdit ? <button type="button" class="link-from" tabIndex={-1} data-link-from={card.id} aria-label={t("Connect with …")} title={t("Draw a connection to a card or a step")}><Icon name="spline" /></button> : null}
      {editor.mayEdit ? <span class="resize" data-resize={card.id} aria-hidden="true" /> : null}
    </div>
  );
});

function Sign({ card }: { card: Entry<Card> }): JSX.Element | null {
  if (card.icon) return <Icon name={card.icon} />;
  if (card.channel || card.kind === "touchpoint" || card.kind === "channel") {
    return <span title={card.channel ? channelName(card.channel) : undefined}><Icon name={channelIcon(card.channel)} /></span>;
  }
  return FRAMED.has(card.kind) || card.kind === "question" || card.kind === "link" ? <Icon name={CARD_WORDS[card.kind][1]} /> : null;
}

function Wearer({ id }: { id: string }): JSX.Element | null {
  const editor = useEditor();
  const persona = editor.document.personas[id];
  return persona ? <span class={`wearer pc-${persona.colour}`}>{word(persona.label, editor.document)}</span> : null;
}

export function matches(sought: string | null, text: string): boolean {
  return Boolean(sought && text.toLocaleLowerCase().includes(sought.toLocaleLowerCase()));
}
