// Who waits for whom, as a drawing: tasks on the left, what they wait for on the right. A
// dashed line leads from who waits to what is waited for, a solid one from there to who has
// it. It says what the tables beside it say.
import type { Wait } from "./state";

const rowHeight = 34, left = 8, right = 190, boxWidth = 120, boxHeight = 22;

export function WaitGraph({ waits, cycle, locks, colourOf }: { waits: Wait[]; cycle: string[] | null; locks: Map<string, string[]>; colourOf: (task: string) => string }) {
  const held = waits.filter((w) => w.holders.length > 0);
  if (held.length === 0) return null;
  const tasks = [...new Set(held.flatMap((w) => [w.task, ...w.holders]))], things = [...new Set(held.map((w) => w.on))];
  const y = (list: string[], name: string) => 8 + list.indexOf(name) * rowHeight;
  const height = Math.max(tasks.length, things.length) * rowHeight + 4;
  const inCycle = (task: string) => !!cycle?.includes(task);
  const lines = [
    ...held.map((w) => ({ from: [left + boxWidth, y(tasks, w.task)], to: [right, y(things, w.on)], waits: true, bad: inCycle(w.task) })),
    ...things.flatMap((thing) => (locks.get(thing) ?? []).filter((h) => tasks.includes(h)).map((h) => (
      { from: [right, y(things, thing)], to: [left + boxWidth, y(tasks, h)], waits: false, bad: inCycle(h) && held.some((w) => w.on === thing && inCycle(w.task)) }))),
  ];
  const words = held.map((w) => `${w.task} waits for ${w.on}, held by ${w.holders.join(", ")}`).join("; ");
  return <svg class="waits" viewBox={`0 0 ${right + boxWidth + 8} ${height}`} role="img" aria-label={words}>
    {lines.map((l) => {
      const [x1, y1, x2, y2] = [l.from[0]!, l.from[1]! + boxHeight / 2 + (l.waits ? -3 : 3), l.to[0]!, l.to[1]! + boxHeight / 2 + (l.waits ? -3 : 3)];
      const side = x2 > x1 ? -1 : 1;
      return <g class={(l.bad ? "bad " : "") + (l.waits ? "wanted" : "has")}>
        <path class="way" d={`M${x1} ${y1} L${x2 + side * 5} ${y2}`} fill="none" />
        <path class="tip" d={`M${x2} ${y2} l${side * 8} -4 v8 z`} />
      </g>;
    })}
    {tasks.map((t) => <Box x={left} y={y(tasks, t)} text={t} of={"who " + colourOf(t) + (inCycle(t) ? " bad" : "")} />)}
    {things.map((t) => <Box x={right} y={y(things, t)} text={t} of={"thing" + (held.some((w) => w.on === t && inCycle(w.task)) ? " bad" : "")} />)}
  </svg>;
}

function Box({ x, y, text, of }: { x: number; y: number; text: string; of: string }) {
  const short = text.length > 16 ? text.slice(0, 15) + "…" : text;
  return <g class={of}><title>{text}</title><rect x={x} y={y} width={boxWidth} height={boxHeight} rx={of.startsWith("who") ? 11 : 2} /><text x={x + boxWidth / 2} y={y + 15}>{short}</text></g>;
}
