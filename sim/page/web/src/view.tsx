// Small parts that several views are made of.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Outcome } from "./format";

type Attributes = Record<string, unknown>;

// Button says what it does.
export function Button({ action, children, ...rest }: { action: () => void; children: ComponentChildren } & Attributes) {
  return <button type="button" onClick={() => action()} {...rest}>{children}</button>;
}

// Copier copies a text.
export function Copier({ text, what }: { text: string; what: string }) {
  const [said, say] = useState("copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say("copied");
    } catch {
      // A page from a file may not write to the clipboard by itself.
      const area = document.createElement("textarea");
      area.className = "offscreen";
      area.value = text;
      document.body.append(area);
      area.select();
      say(document.execCommand("copy") ? "copied" : "press Ctrl+C");
      area.remove();
    }
    setTimeout(() => say("copy"), 1500);
  };
  return <Button action={copy} class="quiet" aria-label={"copy " + what}>{said}</Button>;
}

// Letter draws the letter of an outcome, with its result told by shape as well.
export function Letter({ of }: { of: Pick<Outcome, "letter" | "failed"> }) {
  return <span class={"letter " + (of.failed ? "bad" : "good")}>{of.letter}</span>;
}

// Aside is text for those who listen.
export function Aside({ children }: { children: ComponentChildren }) {
  return <span class="offscreen">{children}</span>;
}

// Bar draws a share.
export function Bar({ share, bad, least = 0 }: { share: number; bad: boolean; least?: number }) {
  return <span class="bar" aria-hidden="true"><i class={bad ? "bad" : "good"} style={{ width: Math.max(least, 100 * share) + "%" }} /></span>;
}

// Lines shows what a program printed: of long output the beginning, and the rest on request.
export function Lines({ text }: { text: string }) {
  const lines = text.replace(/\n+$/, "").split("\n");
  if (text.trim() === "") return <span class="note">(nothing printed)</span>;
  if (lines.length <= 8) return <samp>{lines.join("\n")}</samp>;
  return <details><summary><samp>{lines.slice(0, 3).join("\n")}</samp>{` … ${lines.length - 3} more lines`}</summary><samp>{lines.slice(3).join("\n")}</samp></details>;
}

// colour returns the number of a lane's colour.
export function colour(lane: number): number {
  return lane === 0 ? 0 : 1 + ((lane - 1) % 6);
}
