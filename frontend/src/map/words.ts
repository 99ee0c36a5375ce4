/** The fixed words of a map: lanes, kinds, channels, counted facts, marks and gaps. */

import { language, N_, NN_, t, tn } from "../i18n";
import { count, decimal, duration, money, rounded, share } from "./formats";
import type { CardKind, ComputedCard, LabelText, Lane, LaneKind, MapDocument, Provenance } from "./types";

/** The text in the reader's language, else in the map's, else in any. */
export function word(label: LabelText | string | undefined, document?: MapDocument): string {
  if (!label) return "";
  if (typeof label === "string") return label;
  return label[language()] ?? (document ? label[document.head.language] : undefined) ?? Object.values(label)[0] ?? "";
}

export const LANE_WORDS: Readonly<Record<LaneKind, readonly [string, string]>> = {
  actions: [N_("Actions"), N_("what the person does")],
  thoughts: [N_("Thoughts and questions"), N_("in their words")],
  touchpoints: [N_("Touchpoints"), N_("channel and persons")],
  flow: [N_("Flow"), N_("on, back, gone")],
  emotion: [N_("Emotion"), N_("−2 to +2")],
  marks: [N_("What stands out"), N_("where journeys get stuck")],
  gaps: [N_("Gaps"), N_("what nobody knows yet")],
  opportunities: [N_("Opportunities"), N_("problems worth solving")],
  kpis: [N_("Measures"), N_("value and target")],
  images: [N_("Pictures"), N_("what it looks like")],
  backstage: [N_("Behind the scenes"), N_("who and what is behind it")],
  frontstage: [N_("In front of the customer"), N_("what they see us do")],
  support: [N_("Systems and partners"), N_("what carries it")],
  channels: [N_("Channels"), N_("through which it happens")],
  text: [N_("Notes"), N_("anything else")],
};

export function laneName(lane: Lane, document: MapDocument): string {
  return word(lane.label, document) || t(LANE_WORDS[lane.kind][0]);
}

export const CARD_WORDS: Readonly<Record<CardKind, readonly [string, string]>> = {
  note: [N_("Note"), "sticky-note"],
  pain: [N_("Pain point"), "frown"],
  opportunity: [N_("Opportunity"), "lightbulb"],
  action: [N_("Measure to take"), "circle-check"],
  quote: [N_("Quote or thought"), "quote"],
  kpi: [N_("Figure"), "gauge"],
  question: [N_("Open question"), "circle-help"],
  touchpoint: [N_("Touchpoint"), "circle-dot"],
  channel: [N_("Channel"), "radio-tower"],
  image: [N_("Picture"), "image"],
  link: [N_("Web link"), "link"],
};

const PROVENANCE: Readonly<Record<Provenance, string>> = {
  observed: N_("observed"), reported: N_("reported"), estimated: N_("estimated"), assumed: N_("assumed"),
};

export function provenanceWord(provenance: Provenance): string {
  return t(PROVENANCE[provenance]);
}

export const LINE_WORDS: Readonly<Record<string, string>> = {
  interaction: N_("Line of interaction"),
  visibility: N_("Line of visibility"),
  internal: N_("Line of internal interaction"),
};

export const CHANNELS: Readonly<Record<string, readonly [string, string]>> = {
  web: ["globe", N_("web")], app: ["smartphone", N_("app")], email: ["mail", N_("e-mail")],
  search: ["search", N_("search")], social: ["share-2", N_("social media")], ads: ["megaphone", N_("ads")],
  store: ["store", N_("store")], phone: ["phone", N_("phone")], chat: ["messages-square", N_("chat")],
  post: ["package", N_("post")], marketplace: ["shopping-bag", N_("marketplace")],
  survey: ["clipboard-list", N_("survey")], review: ["star", N_("review")], crm: ["users", N_("CRM")],
  support: ["life-buoy", N_("support")], event: ["calendar", N_("on-site event")], partner: ["handshake", N_("partner")],
  voice: ["mic", N_("voice")],
};

export function channelIcon(channel: string): string {
  return CHANNELS[channel]?.[0] ?? "circle-dot";
}

export function channelName(channel: string): string {
  const known = CHANNELS[channel];
  return known ? t(known[1]) : channel;
}

const SOURCES: Readonly<Record<string, string>> = {
  ad_costs: N_("Ad costs"), amplitude: N_("Amplitude, use of the product"), brandwatch: N_("Brandwatch, social media"), brevo: N_("Brevo, contacts"),
  calls: N_("Calls"), ga4: N_("Google Analytics 4, website"), hubspot: N_("HubSpot, contacts and deals"), mailchimp: N_("Mailchimp, e-mails"),
  mixpanel: N_("Mixpanel, use of the product"), posthog: N_("PostHog, use of the product"), qualtrics: N_("Qualtrics, survey"), reviews: N_("Reviews"),
  segment: N_("Segment, website and app"), shopify: N_("Shopify, orders"), square: N_("Square, till"), stripe: N_("Stripe, payments"),
  woocommerce: N_("WooCommerce, orders"), zendesk: N_("Zendesk, requests"),
};

/** What people call a source; one of an own mapping is called as the data call it. */
export function sourceName(source: string): string {
  const known = SOURCES[source];
  return known ? t(known) : source;
}

const FACTS: Readonly<Record<string, readonly [string, string, string]>> = {
  did: ["persons", ...NN_("{label}: {share}, {persons} person", "{label}: {share}, {persons} persons")],
  first_contact: ["persons", ...NN_("{share} have their first contact here ({persons} person)", "{share} have their first contact here ({persons} persons)")],
  entered_from: ["share", ...NN_("{share} come from “{label}”", "{share} come from “{label}”")],
  repeats: ["share", ...NN_("{share} come here more than once", "{share} come here more than once")],
  times: ["median", ...NN_("half come once, the others more often", "half come at least {median} times")],
  events_per_person: ["mean", ...NN_("{mean} event per person on average", "{mean} events per person on average")],
  days: ["median", ...NN_("usually come on {median} day", "usually come on {median} different days")],
  distinct: ["median", ...NN_("usually {median} of these: {label}", "usually {median} different {label}")],
  channels: ["share", ...NN_("{share} use more than one channel", "{share} use more than one channel")],
  time_spent: ["seconds", ...NN_("stay for {seconds} (median)", "stay for {seconds} (median)")],
  value: ["value", ...NN_("typically {value}", "typically {value}")],
  goal: ["share", ...NN_("{share} reach the goal afterwards", "{share} reach the goal afterwards")],
  hours: ["share", ...NN_("{share} between {hour_from} and {hour_to} o’clock", "{share} between {hour_from} and {hour_to} o’clock")],
};

function printed(name: string, value: number, currency: string): string {
  if (name.endsWith("share")) return share(value, 0);
  if (name.endsWith("seconds")) return duration(value);
  if (name === "value") return money(rounded(value), currency);
  return name === "persons" ? count(value) : decimal(value);
}

/** A counted fact as a sentence; one that nobody knows is told by its label. */
export function factSentence(card: ComputedCard, currency: string): string {
  const values: Record<string, string> = { label: word(card.label) };
  for (const [name, value] of Object.entries(card.values ?? {})) values[name] = printed(name, value, currency);
  const known = FACTS[card.fact ?? ""];
  if (!known) return values["label"] || (card.fact ?? "");
  const [chooser, one, many] = known;
  return tn(one, many, card.values?.[chooser] ?? 2, values);
}

export const MARKS: Readonly<Record<string, readonly [string, "neg" | "sign", string]>> = {
  drop_off: ["log-out", "neg", N_("Many leave here")],
  abandonment: ["shopping-cart", "neg", N_("Many stop before ordering")],
  wait: ["hourglass", "sign", N_("A long wait")],
  loop: ["repeat", "sign", N_("Many go round in circles")],
  jump_back: ["undo-2", "sign", N_("Many jump back")],
  skip: ["redo-2", "sign", N_("Many skip ahead")],
};

export function markTitle(card: ComputedCard, stepName: (id: string) => string): string {
  const to = card.to_step ? stepName(card.to_step) : "";
  if (to && card.mark === "skip") return t("Many skip ahead to “{step}”", { step: to });
  if (to && card.mark === "jump_back") return t("Many jump back to “{step}”", { step: to });
  const known = MARKS[card.mark ?? ""]?.[2];
  return known ? t(known) : card.mark ?? "";
}

const GAPS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  no_feedback: ["message-square", N_("No feedback at this step"), ...NN_("No feedback for {n} week", "No feedback for {n} weeks")],
  no_answer: ["circle-help", N_("{label}: questions stay without an answer"), ...NN_("{label}: {n} without an answer", "{label}: {n} without an answer")],
  silent_weeks: ["calendar-off", N_("{label}: silent weeks"), ...NN_("{label}: silent for {n} week", "{label}: silent for {n} weeks")],
  unvisited: ["ghost", N_("{label}: nobody came"), "", ""],
  no_touchpoint: ["link-2-off", N_("No touchpoint is bound here"), "", ""],
  no_person: ["eye-off", N_("{label}: events without a person"), ...NN_("{label}: {n} event without a person", "{label}: {n} events without a person")],
  unbound: ["unplug", N_("{label}: events bound to no touchpoint"), ...NN_("{label}: {n} event bound to no touchpoint", "{label}: {n} events bound to no touchpoint")],
};

export function gapIcon(card: ComputedCard): string {
  return GAPS[card.gap ?? ""]?.[0] ?? "circle-help";
}

export function gapSentence(card: ComputedCard): string {
  const known = GAPS[card.gap ?? ""];
  if (!known) return card.gap ?? "";
  const label = word(card.label) || card.touchpoint || "";
  const number = Object.entries(card.values ?? {}).find(([name]) => name !== "share")?.[1];
  const values = { label, n: count(number ?? 0) };
  const text = known[2] && number !== undefined ? tn(known[2], known[3], number, values) : t(known[1], values);
  return label ? text : text.replace(/^: /, "");
}

const MEASURES: Readonly<Record<string, string>> = {
  conversion: N_("Conversion rate"), goal_rate: N_("Reach the goal"), onward: N_("Go on"), drop_off: N_("Leave here"),
  reach: N_("Reach this step"), persons: N_("Persons"), orders: N_("Orders"), goal_reached: N_("Times the goal was reached"),
  revenue: N_("Revenue"),
  order_value: N_("Value per order"), revenue_per_person: N_("Revenue per person"),
  time_to_next: N_("Time to the next step"), time_to_goal: N_("Time to the goal"),
  response_time: N_("Time to our answer"), rating: N_("Mean rating"), nps: N_("Recommendation (NPS)"),
  csat: N_("Satisfied (CSAT)"), ces: N_("Effort (CES)"), abandonment_rate: N_("Carts left behind"),
  return_rate: N_("Returns"), repeat_purchase: N_("Buy again"), cost_per_contact: N_("Cost per first contact"),
  open_rate: N_("Opened"), click_rate: N_("Clicked"), unsubscribe_rate: N_("Unsubscribed"), answered: N_("Answered"),
  events_per_person: N_("Events per person"),
};

export function measureName(card: ComputedCard): string {
  const known = MEASURES[card.kpi ?? ""];
  return word(card.label) || (known ? t(known) : card.kpi ?? "");
}

export const READINGS: Readonly<Record<string, string>> = {
  ratings: N_("Ratings"), text: N_("Text"), behaviour: N_("Behaviour"),
};

export const COUNT_NAMES: Readonly<Record<string, string>> = {
  persons: N_("Persons"), numerator: N_("Of these"), denominator: N_("Out of"), part: N_("Of these"),
  whole: N_("Out of"), n: N_("Sample size (n)"), events: N_("Events"), anonymous_events: N_("Events without a person"),
  ratings: N_("Ratings"), texts: N_("Texts"), orders: N_("Orders"), carts: N_("Carts"), journeys: N_("Journeys"),
  open: N_("Still open"), still_open: N_("Still open"), on: N_("Go on"), back: N_("Jump back"), left: N_("Leave"),
  returned: N_("Came back later"), median_seconds: N_("Median"), lower_quartile_seconds: N_("A quarter is faster than"),
  upper_quartile_seconds: N_("A quarter is slower than"), value_minor: N_("Value"), value_sum: N_("Sum of values"),
  values: N_("Events with a value"), waiting: N_("Without an answer"), weeks: N_("Silent weeks"),
  busy_weeks: N_("Weeks with events"), unbound: N_("Bound to no touchpoint"), all: N_("Out of"), mean: N_("Mean"),
};

const GUIDING: Readonly<Record<string, string>> = {
  actions: N_("What do people do here, step by step?"),
  thoughts: N_("What goes through their minds here? Whom could you ask?"),
  touchpoints: N_("Where do they meet you here?"),
  emotion: N_("How do they feel here? A short question would tell."),
  marks: N_("What gets stuck here?"),
  gaps: N_("What would you like to know here?"),
  opportunities: N_("What would make this better for them?"),
  kpis: N_("How would you notice that this step goes well?"),
  images: N_("What does this look like? A photo or a screenshot helps."),
  backstage: N_("Who and what must be there so that this step works?"),
  frontstage: N_("What do your people do here that customers see?"),
  support: N_("Which systems and partners does this rest on?"),
  channels: N_("Through which channel does this happen?"),
  text: N_("What else should be remembered here?"),
};

const GUIDING_BY_PLACE: Readonly<Record<string, string>> = {
  "thoughts.awareness": N_("What makes somebody notice that they need this?"),
  "thoughts.consideration": N_("What would they have to know in order to decide?"),
  "thoughts.purchase": N_("What makes them hesitate just before they buy?"),
  "thoughts.service": N_("What do they ask once they have it?"),
  "thoughts.loyalty": N_("Why would they come back, or tell a friend?"),
  "thoughts.cart": N_("What do they still want to be sure of before they go on?"),
  "thoughts.checkout": N_("What do they not want to type, pay or accept here?"),
  "thoughts.order": N_("What do they hope for in the moment they order?"),
  "thoughts.receive": N_("What would they like to know while they wait?"),
  "thoughts.return": N_("What was different from what they had expected?"),
  "thoughts.advice": N_("Which question did the product page not answer?"),
  "thoughts.stay": N_("What would make them glad to hear from you?"),
};

/** The question that stands in an empty cell: the lane's own, one the reading names, or the usual. */
export function guidingQuestion(lane: Lane, asked: string, document: MapDocument): string {
  const own = word(lane.guiding, document);
  if (own) return own;
  const known = asked.split("|").map((name) => GUIDING_BY_PLACE[name]).find(Boolean);
  const usual = GUIDING[lane.kind];
  return known ? t(known) : usual ? t(usual) : "";
}
