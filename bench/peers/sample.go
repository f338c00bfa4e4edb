package main

import (
	"slices"
	"time"
)

// sample times groups of calls, each at least a millisecond long, and returns the
// median and the least of the microseconds of a call. A call that takes longer than
// the whole measurement is timed once.
func sample(run call, during time.Duration) (median, least float64, err error) {
	const group = time.Millisecond
	var times []float64
	measure := func(calls int) error {
		start := time.Now()
		for range calls {
			if _, err := run(); err != nil {
				return err
			}
		}
		times = append(times, float64(max(time.Since(start), 1).Nanoseconds())/1e3/float64(calls))
		return nil
	}
	if err := measure(1); err != nil {
		return 0, 0, err
	}
	one := time.Duration(times[0] * 1e3)
	if one > during {
		return times[0], times[0], nil
	}
	times = times[:0]
	for end := time.Now().Add(during); len(times) < 3 || time.Now().Before(end); {
		if err := measure(int((group + one - 1) / one)); err != nil {
			return 0, 0, err
		}
	}
	slices.Sort(times)
	return times[len(times)/2], times[0], nil
}
