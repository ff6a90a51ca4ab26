package explain_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explain"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
)

// What the text tells is in the JSON as values.
func TestFailureJSON(t *testing.T) {
	for _, test := range races {
		t.Run(test.name, func(t *testing.T) {
			f := explained(t, test.main)
			f.Notes = "said so"
			var b bytes.Buffer
			if err := f.WriteJSON(&b); err != nil {
				t.Fatal(err)
			}
			var got struct {
				Version  int `json:"weft_failure"`
				Headline string
				Notes    string
				Schedule string
				Waiting  []struct{ Task, On string }
				Panic    *struct{ Task, Value string }
				Failing  struct {
					Lanes []string
					Rows  []struct {
						Seq    int
						Number string
						Lane   *int
						Text   string
					}
				}
				Passing *struct{ Schedule string }
				Race    *struct {
					Pattern, Object string
					Events          []trace.Event
					Numbers         []string
				}
				Runs int
			}
			if err := json.Unmarshal(b.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got.Version != 2 || got.Headline != f.Headline() || got.Notes != "said so" || got.Schedule != f.Schedule.String() || got.Runs != f.Runs {
				t.Errorf("%+v", got)
			}
			if (got.Passing != nil) != (f.Passing != nil) || f.Passing != nil && got.Passing.Schedule != f.Passing.Schedule.String() {
				t.Errorf("passing: %+v, want %+v", got.Passing, f.Passing)
			}
			if (got.Race != nil) != (f.Race != nil) || f.Race != nil && (got.Race.Pattern != string(f.Race.Pattern) || got.Race.Object != f.Race.Object || len(got.Race.Events) != len(f.Race.Events) || !slices.Equal(got.Race.Numbers, f.Race.Numbers)) {
				t.Errorf("race: %+v, want %+v", got.Race, f.Race)
			}
			if len(got.Waiting) != len(f.Waiting) || (got.Panic != nil) != (f.Panic != nil) {
				t.Errorf("waiting: %+v, want %+v; panic: %+v, want %+v", got.Waiting, f.Waiting, got.Panic, f.Panic)
			}
			text := OutcomeText(t, f, trace.ViewOptions{Width: 400})
			numbers := trace.Numbers(f.Trace)
			for _, row := range got.Failing.Rows { // long texts are wrapped
				if row.Lane != nil && row.Number != numbers[row.Seq] {
					t.Errorf("row %+v has the number %s", row, numbers[row.Seq])
				}
				if !strings.Contains(text, row.Text[:min(20, len(row.Text))]) || row.Lane != nil && (*row.Lane < 0 || *row.Lane >= len(got.Failing.Lanes)) {
					t.Errorf("row %+v is not in\n%s", row, text)
				}
			}
		})
	}
}

// A page in Markdown shows the headline, the text and a picture, whatever the program says.
func TestFailureMarkdown(t *testing.T) {
	rude := func(ctx context.Context) error {
		sim.Print(ctx, "````\n# not a heading")
		return errors.New("<b>*bad*</b> ``` | `x`")
	}
	for name, main := range map[string]func(context.Context) error{"lost-update": transfers, "rude": rude} {
		f, err := explain.Why(t.Context(), exploretest.Main(main), nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.WriteMarkdown(&b); err != nil {
			t.Fatal(err)
		}
		story(t, name+"-markdown", b.String())
	}
}

// Where the locale has no UTF-8, a report is drawn with ASCII alone, cell for cell.
func TestFailureASCII(t *testing.T) {
	f := explained(t, transfers)
	for _, width := range []int{80, 120} {
		want := OutcomeText(t, f, trace.ViewOptions{Width: width})
		got := OutcomeText(t, f, trace.ViewOptions{Width: width, ASCII: true})
		if i := strings.IndexFunc(got, func(r rune) bool { return r > 127 }); i >= 0 {
			t.Errorf("%q is not ASCII", got[i:])
		}
		if len([]rune(got)) != len([]rune(want)) {
			t.Errorf("it is\n%s\nand not\n%s", got, want)
		}
	}
}

func ExampleFailure_WriteJSON() {
	failure, err := explain.Why(context.Background(), sim.Engine(sim.Main(answers)), nil)
	if err != nil {
		os.Stdout.WriteString(err.Error())
		return
	}
	var b bytes.Buffer
	if err := failure.WriteJSON(&b); err != nil {
		os.Stdout.WriteString(err.Error())
	}
	for line := range strings.Lines(b.String()) {
		if strings.HasPrefix(line, `  "weft_failure"`) || strings.HasPrefix(line, `  "end"`) {
			os.Stdout.WriteString(line)
		}
	}
	// Output:
	// "weft_failure": 2,
	//   "end": "failed",
}

func ExampleFailure_WriteMarkdown() {
	failure, err := explain.Why(context.Background(), sim.Engine(sim.Main(transfers)), nil)
	if err != nil {
		os.Stdout.WriteString(err.Error())
		return
	}
	var b bytes.Buffer
	if err := failure.WriteMarkdown(&b); err != nil {
		os.Stdout.WriteString(err.Error())
	}
	first, _, _ := strings.Cut(b.String(), "\n")
	os.Stdout.WriteString(first + "\n")
	// Output:
	// ### balance is 120, want 130
}

// One sentence says what is wrong, and where.
func ExampleFailure_Headline() {
	failure, err := explain.Why(context.Background(), sim.Engine(sim.Main(transfers)), nil)
	if err != nil {
		os.Stdout.WriteString(err.Error())
		return
	}
	os.Stdout.WriteString(failure.Headline() + "\n")
	// Output:
	// balance is 120, want 130
}

// What kind of failure it is stands first, unless the text says so; a name that begins like
// it does not.
func TestHeadlineHasTheKind(t *testing.T) {
	for text, want := range map[string]string{
		"leakedReceiver has waited": "leak: leakedReceiver has waited",
		"leak":                      "leak",
		"leak: it waits":            "leak: it waits",
		"sim: leak: it waits":       "leak: it waits",
		"":                          "leak",
	} {
		if got := (&explain.Failure{Text: text, End: order.Leaked}).Headline(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
