// Words and pictures of why a run fails, and of what may be swapped.
import { el, button, count } from "./dom.js";

// handOvers returns the Seqs of the hand-overs of control that two swapped things led to.
export function handOvers(swap, run) {
  return swap.transfers.map((n, k) => {
    const e = n ? run.events.find((e) => e.number === String(n)) : null;
    return e ? e.seq : swap.seqs[k];
  }).filter(Boolean);
}

// eventWords turns "event 7.1" in a text into a link to the event of that number.
export function eventWords(text, run, go) {
  return text.split(/(\bevent \d+(?:\.\d+)?)/).map((part) => {
    const number = /^event ([\d.]+)$/.exec(part)?.[1], e = run.events.find((e) => e.number === number);
    return e ? button(part, () => go(e.seq), { class: "link" }) : part;
  });
}

// failWords says how many orders fail.
export function failWords(failures, orders) {
  return orders === 1 ? (failures ? "the one order fails" : "the one order passes") : `${failures.toLocaleString("en-US")} of ${count(orders, "order")} fail`;
}

// prospectsView shows which share of the orders fails after each decision.
export function prospectsView(failure) {
  if (!failure.prospects?.length) return null;
  let certain = failure.prospects[0].failing === 1 && failure.prospects[0].exact;
  return el("details", {}, el("summary", {}, "From which decision on it could not be helped"),
    el("ol", { class: "prospects" }, failure.prospects.map((p) => {
      const fill = el("i", { class: "bad" });
      fill.style.width = 100 * p.failing + "%";
      const now = !certain && p.exact && p.failures === p.orders;
      certain ||= now;
      return el("li", {}, el("span", { class: "what" }, p.decision < 0 ? "before the first decision" : `after decision ${p.decision + 1}`), el("span", { class: "bar", "aria-hidden": "true" }, fill),
        el("span", {}, p.exact ? failWords(p.failures, p.orders) : `≈${Math.round(100 * p.failing)}% fail`), now ? el("b", { class: "fails" }, " the point of no return") : null);
    })));
}
