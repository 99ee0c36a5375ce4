/** Order keys: texts whose bytewise order is the order of the map; see docs/map-document.md.
 *
 * The same notation as the server's: a whole number, whose first letter says how long it is, and a
 * fraction, both in base 62.
 */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LOWEST = `A${"0".repeat(26)}`;
export const FIRST_KEY = "a0";

function wholeDigits(letter: string): number {
  return letter >= "a" ? letter.charCodeAt(0) - 96 : 91 - letter.charCodeAt(0);
}

function parts(key: string): [string, string] {
  const length = 1 + wholeDigits(key.charAt(0));
  return [key.slice(0, length), key.slice(length)];
}

/** A key above `low` and below `high`; "" is no bound on that side. */
export function between(low: string, high: string): string {
  if (low && high) return inside(low, high);
  if (low) return above(low);
  return high ? below(high) : FIRST_KEY;
}

function above(key: string): string {
  const [whole, fraction] = parts(key);
  return stepped(whole, 1) ?? whole + middle(fraction, "");
}

function below(key: string): string {
  const [whole, fraction] = parts(key);
  if (whole === LOWEST) return LOWEST + middle("", fraction);
  if (fraction) return whole;
  const down = stepped(whole, -1);
  return down !== null && down !== LOWEST ? down : LOWEST + middle("", "");
}

function inside(low: string, high: string): string {
  const [whole, fraction] = parts(low);
  const [wholeHigh, fractionHigh] = parts(high);
  if (whole === wholeHigh) return whole + middle(fraction, fractionHigh);
  const up = stepped(whole, 1);
  return up !== null && up < high ? up : whole + middle(fraction, "");
}

function stepped(whole: string, by: 1 | -1): string | null {
  const [edge, fresh] = by > 0 ? ["z", "0"] : ["0", "z"];
  const letter = whole.charAt(0);
  const digits = whole.slice(1);
  let keep = digits.length;
  while (keep > 0 && digits.charAt(keep - 1) === edge) keep -= 1;
  if (keep === 0) return relettered(letter, by, fresh);
  const turned = DIGITS.charAt(DIGITS.indexOf(digits.charAt(keep - 1)) + by);
  return letter + digits.slice(0, keep - 1) + turned + fresh.repeat(digits.length - keep);
}

function relettered(letter: string, by: 1 | -1, fresh: string): string | null {
  if ((letter === "z" && by > 0) || (letter === "A" && by < 0)) return null;
  const next = letter === "Z" && by > 0 ? "a" : letter === "a" && by < 0 ? "Z" : String.fromCharCode(letter.charCodeAt(0) + by);
  return next + fresh.repeat(wholeDigits(next));
}

function middle(low: string, high: string): string {
  let shared = "";
  for (;;) {
    const first = low ? DIGITS.indexOf(low.charAt(0)) : 0;
    const last = high ? DIGITS.indexOf(high.charAt(0)) : DIGITS.length;
    if (last - first > 1) return shared + DIGITS.charAt(Math.floor((first + last) / 2));
    if (first !== last && high.length > 1) return shared + high.charAt(0);
    shared += DIGITS.charAt(first);
    low = low.slice(1);
    high = first === last ? high.slice(1) : "";
  }
}

/** Bytewise order, ties by id, so that everybody sees the same order. */
export function byOrder(a: { order: string; id: string }, b: { order: string; id: string }): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The key that puts a thing at `index` of `keys`, which are in order; beyond the end is last.
 *
 * Between two equal keys there is no room: the thing goes after both.
 */
export function keyAt(keys: readonly string[], index: number): string {
  const low = keys[index - 1] ?? "";
  const high = keys.slice(Math.max(index, 0)).find((key) => key > low) ?? "";
  return between(low, high);
}
