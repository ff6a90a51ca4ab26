// A lesson: something to predict before one looks, something to find, and what mends it.
import type { Lesson } from "./format";
import type { Page } from "./page";
import { Button } from "./view";

// reached reports whether a run meets a challenge.
export function reached(challenge: { end?: string; shows?: string }, run: { end: string; outcome: string }): boolean {
  return (!challenge.end || challenge.end === run.end) && run.outcome.includes(challenge.shows ?? "");
}

export function LessonView({ page, lesson }: { page: Page; lesson: Lesson }) {
  const lessons = page.contents.lessons ?? [], number = lessons.indexOf(lesson) + 1;
  const { answered } = page.progress;
  return <section class="block lesson" aria-labelledby="lesson-title">
    <div class="lesson-head">
      <h2 id="lesson-title">{`Lesson ${number}: ${lesson.title}`}</h2>
      <p class="tools">
        {number > 1 ? <Button action={() => page.study(lessons[number - 2]!)} class="quiet">Lesson before</Button> : null}
        {number < lessons.length ? <Button action={() => page.study(lessons[number]!)} class="quiet">Next lesson</Button> : null}
        <Button action={() => page.study(null)} class="quiet">Leave the course</Button>
      </p>
    </div>
    <p class="text">{lesson.text}</p>
    <Predict page={page} lesson={lesson} />
    {answered ? <Find page={page} lesson={lesson} /> : null}
    {answered && lesson.repair ? <div class="task">
      <h3>Repair it</h3><p>{lesson.repair.text}</p>
      <p><Button action={() => page.load(lesson.repair!.program, "w1", null)}>{`Look at ${lesson.repair.program}`}</Button> <span class="note">{`${lesson.repair.proof}; none fails.`}</span></p>
    </div> : null}
    <details class="notes"><summary>For the teacher</summary>
      {lesson.notes.mistake ? <p><b>What is often got wrong: </b>{lesson.notes.mistake}</p> : null}
      {lesson.notes.ask ? <p><b>To ask the class: </b>{lesson.notes.ask}</p> : null}
      {lesson.notes.minutes ? <p class="note">{`About ${lesson.notes.minutes} minutes.`}</p> : null}
    </details>
  </section>;
}

// Predict asks before it shows.
function Predict({ page, lesson }: { page: Page; lesson: Lesson }) {
  const { question } = lesson, { answered, chosen } = page.progress;
  const right = question.choices.every((c, i) => c.right === chosen.has(i));
  const several = question.choices.filter((c) => c.right).length > 1;
  return <form class="task" onSubmit={(e) => { e.preventDefault(); page.answer(); }}>
    <h3>Predict before you look</h3>
    <fieldset disabled={answered}><legend>{question.ask + (several ? " (Several may be right.)" : "")}</legend>
      {question.choices.map((c, i) => <label class={"choice" + (answered ? (c.right ? " right" : chosen.has(i) ? " wrong" : "") : "")}>
        <input type="checkbox" checked={chosen.has(i)} onChange={() => page.predict(i)} /> <samp>{c.text}</samp>
        {answered ? <span class={c.right ? "passes" : "fails"}>{c.right ? " ✓ right" : chosen.has(i) ? " ✗ wrong" : ""}</span> : null}
      </label>)}
    </fieldset>
    {answered
      ? <div role="status"><p><b>{chosen.size === 0 ? "" : right ? "You were right. " : "Not quite. "}</b>{question.why}</p>
        {lesson.claims?.length ? <ul class="claims">{lesson.claims.map((c) => <li>{c}</li>)}</ul> : null}</div>
      : <p><button type="submit">Compare with what it does</button></p>}
  </form>;
}

// Find asks for an order.
function Find({ page, lesson }: { page: Page; lesson: Lesson }) {
  const challenge = lesson.challenge;
  if (!challenge) return null;
  const { seeking, found } = page.progress;
  const switches = (schedule: string) => schedule.split(",").length - 1;
  return <div class="task" role="status">
    <h3>Find it</h3><p>{challenge.ask}</p>
    {found ? <p class="passes"><b>{"✓ Found: "}</b><code>{found}</code>{switches(found) > switches(challenge.schedule) ? ` There is one with fewer switches (${switches(challenge.schedule)} in place of ${switches(found)}).` : " None has fewer switches."}</p>
      : seeking ? <p class="note">What comes later is hidden: step (→), and choose at each decision. <Button action={() => page.giveUp()} class="quiet">Show one</Button></p>
        : <p><Button action={() => page.seek()}>Begin</Button></p>}
  </div>;
}
