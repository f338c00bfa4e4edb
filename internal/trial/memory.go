package trial

import "runtime/metrics"

// meter counts the bytes that the heap hands out. What is held at once is at
// most that, so a trial below its bound by this count is below it by any.
type meter struct{ sample [1]metrics.Sample }

func startMeter() *meter {
	m := &meter{}
	m.sample[0].Name = "/gc/heap/allocs:bytes"
	metrics.Read(m.sample[:])
	return m
}

func (m *meter) taken() int64 {
	before := m.sample[0].Value.Uint64()
	metrics.Read(m.sample[:])
	return int64(m.sample[0].Value.Uint64() - before)
}
