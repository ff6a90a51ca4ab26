package simtest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// tryFailFiles runs the failures that were kept. Those that are still there are reported,
// and known from then on: the exploration that follows looks for others.
func (c *check) tryFailFiles() {
	c.Helper()
	names, err := failFilesOf(c.Name())
	if err != nil {
		c.Errorf("simtest: the failures that were kept cannot be read: %v", err)
	}
	asked := c.fresh
	for _, name := range names {
		c.tryFailFile(name, asked)
		c.fresh = asked
	}
}

func (c *check) tryFailFile(name string, fresh bool) {
	c.Helper()
	f, err := readFailFile(name)
	if err == nil && f.test != lineOf(c.Name()) {
		c.Logf("fail file %s is of another test, %s; it was not tried", name, words.Clean(f.test))
		return
	}
	if err != nil {
		c.Errorf("simtest: fail file %s: %v", name, err)
		return
	}
	if c.policy != "" {
		f.policy = c.policy
	}
	c.fresh = fresh || f.fresh
	c.try(&keptOrder{
		schedule: f.schedule, policy: f.policy,
		failed: func(err error) { c.Errorf("simtest: fail file %s: %v", name, err) },
		fails:  func(*replayed) string { return fmt.Sprintf("the failure that is kept in %s is still there", name) },
		passes: func() { c.Logf("fail file %s passes now; delete it when it need not be watched any more", name) },
		gone: func(tried int, misfit error) {
			c.Logf("fail file %s no longer fits the program, and none of %s near it fails; if that is right, delete it: %v", name, words.Count(tried, "order"), misfit)
		},
		moved: func(run *replayed, s order.Schedule, misfit error) string {
			said := fmt.Sprintf("fail file %s no longer fits the program: %v\nAn order near it fails", name, misfit)
			if !c.noFailFile {
				said = strings.TrimRight(c.keep(run, s, run.policy, ""), "\n") + "; delete the other one\n" + said
			}
			return said
		},
	})
}

// keptOrder is an order that was kept, in a fail file or in a corpus, with what is done
// about what becomes of it.
type keptOrder struct {
	schedule order.Schedule
	policy   string
	failed   func(err error)            // it cannot be run
	fails    func(run *replayed) string // it fails; how the report begins
	passes   func()
	gone     func(tried int, misfit error) // it does not fit, and nothing near it fails
	// moved is for one that does not fit, near which this run fails. It returns how the
	// report begins.
	moved func(run *replayed, s order.Schedule, misfit error) string
	// asWas says that it is not looked for elsewhere if it does not fit, and once that
	// nothing is said of a failure that was reported.
	asWas, once bool
}

// try runs an order that was kept, and looks for it nearby if it does not fit any more.
func (c *check) try(k *keptOrder) {
	c.Helper()
	run, err := c.show(k.schedule, k.policy)
	if err != nil {
		k.failed(err)
		return
	}
	switch misfit := run.misfit(); {
	case misfit != nil && k.asWas:
		k.gone(0, misfit)
	case misfit != nil:
		c.tryNearby(k, misfit)
	case run.Failed() && k.once && slices.Contains(c.known, run.bug()):
	case run.Failed():
		c.stillThere(k.fails(run), run, k.schedule)
	default:
		k.passes()
	}
}

// tryNearby looks for a failure that no longer fits near where it was.
func (c *check) tryNearby(k *keptOrder, misfit error) {
	c.Helper()
	c.explains(0)
	engine, err := c.engine(k.policy)
	if err != nil {
		k.failed(err)
		return
	}
	near, err := explain.Nearby(c.Context(), engine, k.schedule, c.within(explain.NearbyRuns)...)
	if errors.Is(err, explain.ErrPasses) {
		k.gone(near.Runs, misfit)
		return
	}
	var run *replayed
	if err == nil {
		run, err = c.show(near.Schedule, k.policy)
	}
	if err != nil {
		k.failed(err)
		return
	}
	c.stillThere(k.moved(run, near.Schedule, misfit), run, near.Schedule)
}

// stillThere reports a failure that was kept. said is how it begins.
func (c *check) stillThere(said string, run *replayed, s order.Schedule) {
	c.Helper()
	bug := run.bug()
	again := "again    " + c.again(s, run.policy)
	if slices.Contains(c.known, bug) {
		c.Errorf("%s; it is the same as before\n%s", said, again)
		return
	}
	c.known = append(c.known, bug)
	c.keepArtifacts(run)
	c.attribute("weft.seed", fmt.Sprint(c.seed))
	c.attribute("weft.policy", run.policy)
	c.attribute("weft.schedule", s.String())
	c.explains(0)
	c.announceText(strings.SplitN(run.Summary, "\n", 2)[0], s, run.policy)
	story, why := c.story(run, s)
	c.tellGitHub(why, c.again(s, run.policy))
	c.Errorf("%s\n%s\n%s", said, story, again)
}

// knows reports whether an outcome is a failure that has been reported.
func (c *check) knows(o *search.Outcome) bool {
	return o.Failed && slices.Contains(c.known, bugOf(o.End, o.Text))
}

// unknown returns the failure of a report with the simplest witness that has not been
// reported, or nil.
func (c *check) unknown(r *explore.Report) *search.Outcome {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Failed && !c.knows(o) {
			return o
		}
	}
	return nil
}

// bug is bugOf of the run.
func (r *replayed) bug() string { return bugOf(r.End, search.OutcomeText(r.Run)) }

// bugOf says what is wrong in a few words that do not vary from order to order. text is the
// text of the outcome.
func bugOf(end order.End, text string) string {
	return string(end) + " " + varying.ReplaceAllString(findingIn(end, text), "#")
}

// varying are numbers.
var varying = regexp.MustCompile(`[0-9]+`)
