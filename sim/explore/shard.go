package explore

import (
	"fmt"
	"strconv"
	"strings"

	"weft/sim/explore/search"
)

// ParseShard reads which part of how many is to be done, such as 3/16: the third of
// sixteen. Parts are counted from 1.
func ParseShard(text string) (search.Shard, error) {
	part, of, ok := strings.Cut(text, "/")
	p, err1 := strconv.Atoi(part)
	n, err2 := strconv.Atoi(of)
	if !ok || err1 != nil || err2 != nil || p < 1 || p > n || n > PartsMost {
		return search.Shard{}, fmt.Errorf("explore: %q names no part; want one such as 3/16, from 1/16 to 16/16, of %d at most", text, PartsMost)
	}
	return search.Shard{Part: p, Of: n}, nil
}

// ShardFrom finds out from the environment which part is to be done; the zero value says
// that nothing is said of it. The first of these counts that is set:
//
//	WEFT_SHARD            3/16
//	TEST_SHARD_INDEX      2, with TEST_TOTAL_SHARDS=16, as Bazel sets them
//	JOB_COMPLETION_INDEX  2, with WEFT_SHARDS=16: Kubernetes numbers the pods of an
//	                      Indexed Job, but does not tell them how many there are
//
// The last two count from 0. JOB_COMPLETION_INDEX means nothing without WEFT_SHARDS.
func ShardFrom(getenv func(string) string) (search.Shard, error) {
	if text := getenv("WEFT_SHARD"); text != "" {
		s, err := ParseShard(text)
		if err != nil {
			return s, fmt.Errorf("explore: WEFT_SHARD: %s", strings.TrimPrefix(err.Error(), "explore: "))
		}
		return s, nil
	}
	for _, v := range []struct{ index, total string }{
		{"TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS"}, {"JOB_COMPLETION_INDEX", "WEFT_SHARDS"},
	} {
		index, total := getenv(v.index), getenv(v.total)
		if total == "" || index == "" && v.total == "TEST_TOTAL_SHARDS" {
			continue
		}
		i, err := strconv.Atoi(index)
		n, err2 := strconv.Atoi(total)
		if err != nil || err2 != nil || i < 0 || i >= n || n > PartsMost {
			return search.Shard{}, fmt.Errorf("explore: %s=%q and %s=%q name no part; want an index from 0, and a number of parts above it, of %d at most", v.index, index, v.total, total, PartsMost)
		}
		return search.Shard{Part: i + 1, Of: n}, nil
	}
	return search.Shard{}, nil
}
