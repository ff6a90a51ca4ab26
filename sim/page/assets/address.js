// The address of a run: its schedule stands in the fragment, and behind it the number
// (Seq) of the event that is looked at and, where there are several, the program:
// "#w1,ready:alice.2=bob.2&at=17&program=lost-update".

export function parseAddress(fragment) {
  const address = { schedule: null, at: null, program: null };
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const [name, value] = [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)];
    if (/^w\d/.test(part)) address.schedule = part;
    else if (name === "at" && /^\d+$/.test(value)) address.at = Number(value);
    else if (name === "program") address.program = decodeURIComponent(value);
  }
  return address;
}

export function formatAddress({ schedule, at, program }) {
  let text = "#" + schedule;
  if (at) text += "&at=" + at;
  if (program) text += "&program=" + encodeURIComponent(program).replaceAll("%2F", "/");
  return text;
}

// turnsOf parts a schedule into its turns.
export function turnsOf(schedule) {
  const [version, ...turns] = schedule.split(",");
  if (version !== "w1") throw new Error("this page reads schedules that begin with w1, and not " + version);
  return turns;
}

export function scheduleOf(turns) {
  return ["w1", ...turns].join(",");
}

// choosing returns the schedule that goes as a run does up to a decision, and there takes
// another alternative. What comes after it is the default order.
export function choosing(run, decision, alternative) {
  const turns = [];
  for (const d of run.decisions.slice(0, decision)) {
    if (d.taken > 0) turns.push(d.alternatives[d.taken].turn);
  }
  const turn = run.decisions[decision].alternatives[alternative].turn;
  if (turn) turns.push(turn);
  return scheduleOf(turns);
}
