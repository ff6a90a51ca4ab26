// The address of a run: its schedule stands in the fragment, and behind it the Seq of the
// event that is looked at and, where there are several, the program or the lesson:
// "#w1,ready:alice.2=bob.2&at=17&program=lost-update".
import type { Run } from "./format";

export interface Address {
  schedule: string | null;
  at: number | null; // Seq
  program: string | null;
  lesson: string | null;
}

export function parseAddress(fragment: string): Address {
  const address: Address = { schedule: null, at: null, program: null, lesson: null };
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const [name, value] = [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)];
    if (/^w\d/.test(part)) address.schedule = part;
    else if (name === "at" && /^\d+$/.test(value)) address.at = Number(value);
    else if (name === "program") address.program = decoded(value);
    else if (name === "lesson") address.lesson = decoded(value);
  }
  return address;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // not by this page
  }
}

export function formatAddress({ schedule, at, program, lesson }: { schedule: string; at: number; program: string | null; lesson: string | null }): string {
  let text = "#" + schedule;
  if (at) text += "&at=" + at;
  if (program) text += "&program=" + encodeURIComponent(program).replaceAll("%2F", "/");
  if (lesson) text += "&lesson=" + encodeURIComponent(lesson);
  return text;
}

// turnsOf parts a schedule into its turns.
export function turnsOf(schedule: string): string[] {
  const [version, ...turns] = schedule.split(",");
  if (version !== "w1") throw new Error("this page reads schedules that begin with w1, and not " + version);
  return turns;
}

export function scheduleOf(turns: string[]): string {
  return ["w1", ...turns].join(",");
}

// choosing returns the schedule that goes as a run does up to a decision, and there takes
// another alternative. What comes after it is the default order.
export function choosing(run: Run, decision: number, alternative: number): string {
  const turns: string[] = [];
  for (const d of run.decisions.slice(0, decision)) {
    const turn = d.alternatives[d.taken]?.turn;
    if (d.taken > 0 && turn) turns.push(turn);
  }
  const turn = run.decisions[decision]?.alternatives[alternative]?.turn;
  if (turn) turns.push(turn);
  return scheduleOf(turns);
}
