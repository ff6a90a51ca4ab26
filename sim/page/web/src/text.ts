// Text for people: what cannot be seen, durations, numbers with their nouns.
import { options } from "preact";

// visible writes what could not be seen, or would turn the direction of writing, as an
// escape.
export function visible(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu,
    (c) => "\\u" + c.codePointAt(0)!.toString(16).padStart(4, "0"));
}

// read are attributes that are read to somebody, or shown.
const read = ["title", "aria-label", "aria-valuetext"];

// showAllText has every text that reaches the page go through visible: whatever a program
// calls its tasks and prints gets there as text that can be seen, and never as markup.
export function showAllText(): void {
  const before = options.vnode;
  const clean = (child: unknown): unknown => (typeof child === "string" ? visible(child) : Array.isArray(child) ? child.map(clean) : child);
  options.vnode = (vnode) => {
    if (typeof vnode.type === "string") {
      const props = vnode.props as Record<string, unknown>;
      if (props.children !== undefined) props.children = clean(props.children);
      for (const name of read) {
        if (typeof props[name] === "string") props[name] = visible(props[name]);
      }
    }
    before?.(vnode);
  };
}

// span writes a duration in nanoseconds as Go does.
export function span(ns: number): string {
  if (ns === 0) return "0s";
  const sign = ns < 0 ? "-" : "";
  ns = Math.abs(ns);
  if (ns < 1e3) return sign + ns + "ns";
  if (ns < 1e6) return sign + trimmed(ns / 1e3, 3) + "µs";
  if (ns < 1e9) return sign + trimmed(ns / 1e6, 6) + "ms";
  const seconds = ns / 1e9;
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  const rest = trimmed(seconds - hours * 3600 - minutes * 60, 9) + "s";
  if (hours > 0) return sign + hours + "h" + minutes + "m" + rest;
  if (minutes > 0) return sign + minutes + "m" + rest;
  return sign + rest;
}

function trimmed(number: number, digits: number): string {
  return String(Number(number.toFixed(digits)));
}

// count writes a number with its noun.
export function count(n: number, one: string, many = one + "s"): string {
  return n.toLocaleString("en-US") + " " + (n === 1 ? one : many);
}

// failWords says how many orders fail.
export function failWords(failures: number, orders: number): string {
  if (orders === 1) return failures ? "the one order fails" : "the one order passes";
  return `${failures.toLocaleString("en-US")} of ${count(orders, "order")} fail`;
}

// letters counts A, B, ..., Z, AA, AB, ...
export function letters(n: number): string {
  return (n < 26 ? "" : letters(Math.floor(n / 26) - 1)) + String.fromCharCode(65 + (n % 26));
}
