package explore_test

import (
	"strings"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/search"
)

func TestParseShard(t *testing.T) {
	for text, want := range map[string]search.Shard{"1/1": {Part: 1, Of: 1}, "3/16": {Part: 3, Of: 16}, "16/16": {Part: 16, Of: 16}} {
		if got, err := explore.ParseShard(text); got != want || err != nil {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "3", "/", "0/3", "4/3", "-1/3", "3/-1", "1/2/3", "a/b", "1/99999999999999999999", "1/4097", " 1/2"} {
		if got, err := explore.ParseShard(text); err == nil {
			t.Errorf("%q is %v; want an error", text, got)
		}
	}
}

func TestShardFromEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  string
		want search.Shard
		err  string
	}{
		{env: ""},
		{env: "WEFT_SHARD=3/16", want: search.Shard{Part: 3, Of: 16}},
		{env: "WEFT_SHARD=3/16 TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=2", want: search.Shard{Part: 3, Of: 16}},
		{env: "TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=2", want: search.Shard{Part: 1, Of: 2}},
		{env: "JOB_COMPLETION_INDEX=15 WEFT_SHARDS=16", want: search.Shard{Part: 16, Of: 16}},
		{env: "JOB_COMPLETION_INDEX=15"},
		{env: "WEFT_SHARD=x", err: "WEFT_SHARD"},
		{env: "WEFT_SHARDS=16", err: `JOB_COMPLETION_INDEX=""`},
		{env: "TEST_SHARD_INDEX=2 TEST_TOTAL_SHARDS=2", err: "TEST_TOTAL_SHARDS"},
	} {
		got, err := explore.ShardFrom(func(name string) string {
			for entry := range strings.FieldsSeq(c.env) {
				if n, value, _ := strings.Cut(entry, "="); n == name {
					return value
				}
			}
			return ""
		})
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: error %v, want one that says %q", c.env, err, c.err)
			}
		} else if got != c.want || err != nil {
			t.Errorf("%q: %v, %v; want %v", c.env, got, err, c.want)
		}
	}
}
