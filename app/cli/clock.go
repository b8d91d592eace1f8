//go:build !js

package cli

import (
	"strconv"
	"time"
)

// epochVariable fixes the time that goes into outputs, so that the same input
// gives the same bytes: Unix seconds, as in other tools that build things again.
const epochVariable = "SOURCE_DATE_EPOCH"

// lastEpoch is the end of the year 9999, the last that has a written form
// everywhere.
const lastEpoch = 253402300799

// clock returns where times of outputs come from: the present, unless the
// environment says which time it is. The error is one of usage.
func clock(lookup func(name string) (value string, set bool)) (now func() time.Time, err error) {
	value, set := lookup(epochVariable)
	if !set || value == "" {
		return time.Now, nil
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err != nil || seconds < 0 || seconds > lastEpoch {
		return nil, usagef("%s is %q, not a time: give Unix seconds, from 0 to %d", epochVariable, value, int64(lastEpoch))
	}
	return func() time.Time { return time.Unix(seconds, 0) }, nil
}

// nowMS is the time for outputs, in Unix milliseconds. It is never 0, by which the
// engine means the present.
func (c *console) nowMS() uint64 { return uint64(max(c.now().UnixMilli(), 1)) }
