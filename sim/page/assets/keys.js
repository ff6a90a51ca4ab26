// The keys of the page, and the card that shows them.
import { el, button } from "./dom.js";

// keyTable holds what each key does: its names, its words and the method of the page.
export const keyTable = [
  { keys: ["ArrowRight", "j"], shown: "→ j", words: "next event", does: "next" },
  { keys: ["ArrowLeft", "k"], shown: "← k", words: "event before", does: "back" },
  { keys: ["PageDown", "n"], shown: "n", words: "next decision", does: "nextDecision" },
  { keys: ["PageUp", "p"], shown: "p", words: "decision before", does: "lastDecision" },
  { keys: ["Home"], shown: "Home", words: "beginning of the run", does: "home" },
  { keys: ["End"], shown: "End", words: "end of the run", does: "end" },
  { keys: ["f"], shown: "f", words: "jump to the failure", does: "failure" },
  { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], shown: "1 … 9", words: "choose what happens next", does: "choose" },
  { keys: ["s"], shown: "s", words: "swap the first two that may be swapped here", does: "swapHere" },
  { keys: ["u"], shown: "u", words: "undo a choice", does: "undo" },
  { keys: ["h"], shown: "h", words: "hide or show what comes later", does: "toggleVeil" },
  { keys: ["d"], shown: "d", words: "default order", does: "defaultOrder" },
  { keys: ["l"], shown: "l", words: "to the lanes", does: "focusLanes" },
  { keys: ["t"], shown: "t", words: "to the tree of orders", does: "focusOrders" },
  { keys: ["?"], shown: "?", words: "these keys", does: "help" },
];

// listen has the keys call the methods of the page.
export function listen(page) {
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    const inField = e.target.closest?.("input, select, textarea, dialog[open]");
    if (inField && !(e.target.type === "range" && !e.key.startsWith("Arrow") && !["Home", "End", "PageUp", "PageDown"].includes(e.key))) return;
    // Where text can be scrolled by keys, they scroll it.
    if (["PageDown", "PageUp", "Home", "End"].includes(e.key) && e.target !== document.body && !e.target.closest?.(".lanes")) return;
    const found = keyTable.find((k) => k.keys.includes(e.key));
    if (!found) return;
    e.preventDefault();
    page[found.does](e.key);
  });
}

// helpDialog makes the card.
export function helpDialog() {
  const dialog = el("dialog", { "aria-labelledby": "keys-title" },
    el("h2", { id: "keys-title" }, "Keys"),
    el("table", { class: "keys" }, el("tbody", {}, keyTable.map((k) => el("tr", {},
      el("th", { scope: "row" }, k.shown.split(" ").map((s) => (s === "…" ? " … " : [el("kbd", {}, s), " "]))), el("td", {}, k.words))))),
    el("p", { class: "note" }, "In the lanes, ↓ and ↑ step as well. In the tree of orders, arrows move from block to block, Enter goes there, z zooms in and Z out."),
    button("Close", () => dialog.close()));
  document.body.append(dialog);
  return dialog;
}
