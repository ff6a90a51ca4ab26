// The keys of the page, and the card that shows them.
import type { RefObject } from "preact";
import type { Page } from "./page";
import { Button } from "./view";

interface Key {
  keys: string[];
  shown: string;
  words: string;
  does: (page: Page, key: string) => void;
}

// keyTable holds what each key does.
const keyTable: Key[] = [
  { keys: ["ArrowRight", "j"], shown: "→ j", words: "next event", does: (p) => p.next() },
  { keys: ["ArrowLeft", "k"], shown: "← k", words: "event before", does: (p) => p.back() },
  { keys: ["PageDown", "n"], shown: "n", words: "next decision", does: (p) => p.nextDecision() },
  { keys: ["PageUp", "p"], shown: "p", words: "decision before", does: (p) => p.lastDecision() },
  { keys: ["Home"], shown: "Home", words: "beginning of the run", does: (p) => p.home() },
  { keys: ["End"], shown: "End", words: "end of the run", does: (p) => p.end() },
  { keys: ["f"], shown: "f", words: "jump to the failure", does: (p) => p.failure() },
  { keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], shown: "1 … 9", words: "choose what happens next", does: (p, key) => p.choose(Number(key) - 1) },
  { keys: ["s"], shown: "s", words: "swap the first two that may be swapped here", does: (p) => p.swapHere() },
  { keys: ["u"], shown: "u", words: "undo a choice", does: (p) => p.undo() },
  { keys: ["h"], shown: "h", words: "hide or show what comes later", does: (p) => p.toggleVeil() },
  { keys: ["d"], shown: "d", words: "default order", does: (p) => p.defaultOrder() },
  { keys: ["l"], shown: "l", words: "to the lanes", does: (p) => p.focusLanes() },
  { keys: ["t"], shown: "t", words: "to the tree of orders", does: (p) => p.focusOrders() },
  { keys: ["?"], shown: "?", words: "these keys", does: (p) => p.help() },
];

// listen has the keys call the methods of the page.
export function listen(page: Page): void {
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    const on = e.target as HTMLElement, scrolls = ["PageDown", "PageUp", "Home", "End"].includes(e.key);
    const field = on.closest?.("input, select, textarea, dialog[open]");
    if (field && !(on.matches("input[type=range]") && !e.key.startsWith("Arrow") && !scrolls)) return;
    // Where text can be scrolled by keys, they scroll it.
    if (scrolls && on !== document.body && !on.closest?.(".lanes")) return;
    const found = keyTable.find((k) => k.keys.includes(e.key));
    if (!found) return;
    e.preventDefault();
    found.does(page, e.key);
  });
}

// Keys is the card.
export function Keys({ dialog }: { dialog: RefObject<HTMLDialogElement> }) {
  return <dialog aria-labelledby="keys-title" ref={dialog}>
    <h2 id="keys-title">Keys</h2>
    <table class="keys"><tbody>{keyTable.map((k) => <tr>
      <th scope="row">{k.shown.split(" ").map((s) => (s === "…" ? " … " : <><kbd>{s}</kbd> </>))}</th><td>{k.words}</td>
    </tr>)}</tbody></table>
    <p class="note">In the lanes, ↓ and ↑ step as well. In the tree of orders, arrows move from block to block, Enter goes there, z zooms in and Z out.</p>
    <Button action={() => dialog.current?.close()}>Close</Button>
  </dialog>;
}
