// Two runs, event by event: those that are alike stand side by side.
import type { Event } from "./format";

export type Pair = [Event | null, Event | null];

// pairs aligns the events of two runs. What an event is alike by leaves out what it shows,
// so that a read of another value is a change and not another event.
export function pairs(a: Event[], b: Event[]): Pair[] {
  const key = (e: Event) => `${e.task ?? ""}\u0000${e.kind}\u0000${e.object ?? ""}`;
  let start = 0;
  while (start < a.length && start < b.length && same(a[start]!, b[start]!)) start++;
  const out: Pair[] = a.slice(0, start).map((e, i) => [e, b[i]!]);
  const x = a.slice(start), y = b.slice(start);
  if (x.length * y.length > 4e6) { // too long to align: one after the other
    for (let i = 0; i < Math.max(x.length, y.length); i++) out.push([x[i] ?? null, y[i] ?? null]);
    return out;
  }
  // The longest common subsequence.
  const n = y.length + 1, table = new Uint16Array((x.length + 1) * n);
  const kx = x.map(key), ky = y.map(key);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      table[i * n + j] = kx[i] === ky[j] ? table[(i + 1) * n + j + 1]! + 1 : Math.max(table[(i + 1) * n + j]!, table[i * n + j + 1]!);
    }
  }
  let i = 0, j = 0;
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && kx[i] === ky[j]) out.push([x[i++]!, y[j++]!]);
    else if (j >= y.length || (i < x.length && table[(i + 1) * n + j]! >= table[i * n + j + 1]!)) out.push([x[i++]!, null]);
    else out.push([null, y[j++]!]);
  }
  return out;
}

function same(a: Event, b: Event): boolean {
  return a.task === b.task && a.kind === b.kind && a.object === b.object && a.detail === b.detail && a.at_ns === b.at_ns;
}
