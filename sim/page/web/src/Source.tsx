// The program's text, with the line of the event that is looked at.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Event } from "./format";

export type Sources = Record<string, string>;

export interface Place { file: string; line: number; }

// placeOf finds the place of an event in the program's text.
export function placeOf(sources: Sources, pos: string | undefined): Place | null {
  const colon = (pos ?? "").lastIndexOf(":");
  if (!pos || colon <= 0) return null;
  const file = pos.slice(0, colon);
  return Object.hasOwn(sources, file) ? { file, line: Number(pos.slice(colon + 1)) } : null;
}

// shortPlace names a place in the program's text by its file, without its folder, and line.
export function shortPlace(sources: Sources, pos: string | undefined): string {
  return pos && placeOf(sources, pos) ? pos.slice(pos.lastIndexOf("/") + 1) : "";
}

// Source marks the place of an event, or of the last one of the same task that has one in
// the program's text.
export function Source({ sources, events, at }: { sources: Sources; events: Event[]; at: number }) {
  const files = Object.keys(sources);
  const place = useMemo(() => {
    for (let k = Math.min(at, events.length - 1); k >= 0; k--) {
      if (k !== at && events[at]?.task && events[k]!.task !== events[at]!.task) continue;
      const found = placeOf(sources, events[k]!.pos);
      if (found) return found;
    }
    return null;
  }, [sources, events, at]);
  const shown = place?.file ?? files[0];
  const lines = useMemo(() => (shown === undefined ? [] : sources[shown]!.replace(/\n$/, "").split("\n").map(painted)), [sources, shown]);
  const code = useRef<HTMLDivElement>(null), marked = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (code.current && marked.current) code.current.scrollTop = marked.current.offsetTop - code.current.clientHeight / 2;
  }, [shown, place?.line]);
  if (files.length === 0) return null;
  return <section class="panel source">
    <h3>{place ? `${place.file}:${place.line}` : "Program"}</h3>
    <div class="code" tabIndex={0} role="group" aria-label="the program's text" ref={code}>
      {lines.map((line, i) => {
        const here = place?.line === i + 1;
        return <div class="line" key={i} aria-current={here ? "true" : undefined} ref={here ? marked : undefined}><span class="ln" aria-hidden="true">{i + 1}</span><code>{line}</code></div>;
      })}
    </div>
  </section>;
}

const token = /(\/\/.*)|("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)+')|\b(break|case|chan|const|continue|default|defer|else|for|func|go|goto|if|import|interface|map|package|range|return|select|struct|switch|type|var)\b/g;

// painted tells comments, strings and keywords apart.
function painted(text: string): ComponentChildren {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const m of text.matchAll(token)) {
    parts.push(text.slice(from, m.index), <span class={m[1] ? "comment" : m[2] ? "string" : "keyword"}>{m[0]}</span>);
    from = m.index + m[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}
