//go:build !unix

package explore_test

import "time"

// spent is the time that has passed, where the processor time is not known.
func spent() time.Duration { return time.Since(began) }
