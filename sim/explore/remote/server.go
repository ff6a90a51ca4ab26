package remote

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
)

// Server does units in the process that was started for them.
type Server struct {
	in  io.ReadCloser
	out io.WriteCloser
}

// wanted is which of the explorations to come is the one whose units are done; 0 if this
// process was not started for any.
var wanted struct {
	sync.Mutex
	number int
	pipes  [2]*os.File
}

func init() {
	text, is := os.LookupEnv(variable)
	if !is {
		return
	}
	os.Unsetenv(variable) // what this process starts is no such process
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		wanted.number = n
		wanted.pipes = [2]*os.File{os.NewFile(requestFile, "requests"), os.NewFile(replyFile, "replies")}
		for _, f := range wanted.pipes {
			if f != nil {
				keepFrom(f)
			}
		}
	}
}

// Wanted returns what serves the units of the exploration to which the process has come, or
// nil if it was not started for that. Whoever is about to explore calls it once, and if
// there is a server, has it serve and does nothing else.
func Wanted() *Server {
	wanted.Lock()
	defer wanted.Unlock()
	if wanted.number == 0 {
		return nil
	}
	if wanted.number--; wanted.number > 0 {
		return nil
	}
	return &Server{wanted.pipes[0], wanted.pipes[1]}
}

// Serve does units, with the options of the exploration, until none is asked for any more.
// It makes one run at a time, whatever the options say: where there are several processors,
// there are several processes.
func (s *Server) Serve(ctx context.Context, engine order.Engine, options ...explore.Option) error {
	defer s.in.Close()
	defer s.out.Close()
	options = append(options[:len(options):len(options)], explore.WithWorkers(1))
	out := bufio.NewWriter(s.out)
	encoder := json.NewEncoder(out)
	say := func(v any) error {
		if err := encoder.Encode(v); err != nil {
			return fmt.Errorf("remote: cannot answer: %w", err)
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("remote: cannot answer: %w", err)
		}
		return nil
	}
	settings, strategy := explore.SettingsOf(explore.DefaultRuns, options...), explore.StrategyOf(options...)
	err := say(Hello{version, engine.Program(), engine.Policy(), strategy.String(), settings.Seed, settings.Runs})
	for in := json.NewDecoder(s.in); err == nil; {
		var q request
		if err := in.Decode(&q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("remote: cannot read what is to be done: %w", err)
		}
		var b bytes.Buffer
		r, failed := explore.SearchUnit(ctx, engine, q.Unit, search.UnitLimits{Time: q.Time, Runs: q.Runs, Parts: q.Parts}, options...)
		if failed == nil {
			_, failed = r.WriteTo(&b)
		}
		if failed != nil {
			err = say(reply{Error: failed.Error()})
		} else {
			err = say(reply{Result: bytes.TrimSpace(b.Bytes())})
		}
	}
	return err
}

// Refuse says, in place of serving, why it cannot be done.
func (s *Server) Refuse(why error) {
	json.NewEncoder(s.out).Encode(reply{Error: why.Error()})
	s.in.Close()
	s.out.Close()
}
