package runtime

import (
	"bytes"
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"sync"
)

// DefaultMemory is what Options.Memory is when it is 0: half of the memory that
// the process may use, by the machine, the control group and GOMEMLIMIT; 4 GiB
// where the system does not say.
var DefaultMemory = sync.OnceValue(func() int {
	most := uint64(8 << 30)
	if data, err := os.ReadFile("/proc/meminfo"); err == nil {
		if n, ok := memTotal(data); ok {
			most = n
		}
	}
	if data, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if n, err := strconv.ParseUint(string(bytes.TrimSpace(data)), 10, 64); err == nil && n > 0 {
			most = min(most, n)
		}
	}
	if n := debug.SetMemoryLimit(-1); n > 0 {
		most = min(most, uint64(n))
	}
	return int(min(most/2, math.MaxInt))
})

// memTotal reads the bytes of memory out of Linux' meminfo.
func memTotal(meminfo []byte) (uint64, bool) {
	for line := range bytes.Lines(meminfo) {
		f := bytes.Fields(line)
		if len(f) == 3 && string(f[0]) == "MemTotal:" && string(f[2]) == "kB" {
			n, err := strconv.ParseUint(string(f[1]), 10, 44)
			return n << 10, err == nil && n > 0
		}
	}
	return 0, false
}
