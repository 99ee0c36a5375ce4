/** Figures as they are printed: signs, spaces and units by language, as on every page. */

import { language, t, tn } from "../i18n";
import type { Share } from "./types";

const NO_BREAK = "\u00a0";
const DASH = "\u2060–\u2060";
const makers = new Map<string, Intl.NumberFormat>();

function maker(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = language() === "de" ? "de-DE" : "en-GB";
  const key = locale + JSON.stringify(options);
  const known = makers.get(key) ?? new Intl.NumberFormat(locale, options);
  makers.set(key, known);
  return known;
}

function typographic(text: string): string {
  return text.replace("-", "−");
}

/** 12.345 or 12,345 */
export function count(number: number): string {
  return typographic(maker({ maximumFractionDigits: 0, useGrouping: true }).format(Math.round(number)));
}

/** At most one decimal place. */
export function decimal(number: number): string {
  return typographic(maker({ maximumFractionDigits: 1 }).format(number));
}

/** +0,4 or −1,6; zero has no sign. */
export function signed(number: number): string {
  const text = maker({ minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(Math.abs(number));
  const rounded = Math.round(number * 10);
  return rounded === 0 ? text : `${rounded > 0 ? "+" : "−"}${text}`;
}

/** 31,4 % or 31.4% */
export function share(part: number, places = 1): string {
  const text = typographic(maker({ minimumFractionDigits: places, maximumFractionDigits: places }).format(part * 100));
  return language() === "de" ? `${text}${NO_BREAK}%` : `${text}%`;
}

/** The share that a counted part is; "" when there is nobody to count. */
export function shareOf(given: Share | number | null | undefined, places = 1): string {
  if (given === null || given === undefined) return "";
  if (typeof given === "number") return share(given, places);
  return given.whole ? share(given.part / given.whole, places) : "";
}

/** 18.400 € or €18,400; below ten with its cents. */
export function money(minor: number, currency: string): string {
  const amount = minor / 100;
  const cents = Math.abs(amount) > 0 && Math.abs(amount) < 10 && !Number.isInteger(amount);
  const digits = cents ? 2 : 0;
  return typographic(maker({ style: "currency", currency: currency || "EUR", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(amount));
}

/** To three leading figures. */
export function rounded(number: number): number {
  return number === 0 ? 0 : Number(number.toPrecision(3));
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

/** A span in the one unit that people would use. */
export function duration(seconds: number): string {
  if (seconds < 1.5 * MINUTE) return tn("{n} second", "{n} seconds", 2, { n: count(seconds) });
  if (seconds < 1.5 * HOUR) return t("{n} min", { n: count(seconds / MINUTE) });
  if (seconds < 2 * DAY) return t("{n} hrs", { n: count(seconds / HOUR) });
  const days = Math.round(seconds / DAY);
  if (days < 120) return tn("{n} day", "{n} days", days, { n: count(days) });
  const months = Math.round(days / 30.44);
  return tn("{n} month", "{n} months", months, { n: count(months) });
}

/** 1. Aug. 2026 or 1 Aug 2026 */
export function day(iso: string): string {
  const date = new Date(iso.length === 10 ? `${iso}T12:00:00` : iso);
  const locale = language() === "de" ? "de-DE" : "en-GB";
  return date.toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" }).replace(/ /g, NO_BREAK);
}

/** The time of day, and the day unless it is today. */
export function moment(iso: string): string {
  const at = new Date(iso);
  const locale = language() === "de" ? "de-DE" : "en-GB";
  const time = at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
  return at.toDateString() === new Date().toDateString() ? t("today {time}", { time }) : `${day(iso)}, ${time}`;
}

export function period(since: string | null | undefined, until: string | null | undefined): string {
  if (since && until) return t("{since} to {until}", { since: day(since), until: day(until) });
  if (since) return t("since {day}", { day: day(since) });
  return until ? t("until {day}", { day: day(until) }) : "";
}

/** The same as short as it goes, for a button: 31.12.21–02.11.26. */
export function shortPeriod(since: string | null | undefined, until: string | null | undefined): string {
  if (!since || !until) return period(since, until);
  const locale = language() === "de" ? "de-DE" : "en-GB";
  const short = (iso: string): string => new Date(`${iso}T12:00:00`).toLocaleDateString(locale, { day: "numeric", month: "numeric", year: "2-digit" });
  return `${short(since)}${DASH}${short(until)}`;
}

/** The bounds of an interval, held together; "" where one is missing. */
export function bounds(low: number | null | undefined, high: number | null | undefined, print: (value: number) => string): string {
  if (low === null || low === undefined || high === null || high === undefined) return "";
  if (low < 0) return t("{low} to {high}", { low: print(low), high: print(high) });
  return `${print(low)}${DASH}${print(high)}`;
}

export function persons(n: number): string {
  return tn("{n} person", "{n} persons", n, { n: count(n) });
}
