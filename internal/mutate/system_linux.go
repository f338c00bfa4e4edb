package main

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

// boundMemory makes a request for a great deal of memory end this process
// instead of slowing the machine down.
func boundMemory() {
	most := syscall.Rlimit{Cur: 8 << 30, Max: 8 << 30}
	_ = syscall.Setrlimit(syscall.RLIMIT_AS, &most) // a run without the bound is as good
}

// cpu is the time that processors spent on this process.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it cannot fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// held is the most memory that the process held while do ran, beyond what it held
// before.
func held(do func()) (int64, bool) {
	debug.FreeOSMemory()
	if os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) != nil { // begins the peak anew
		return 0, false
	}
	before, ok := peak()
	do()
	after, _ := peak()
	return after - before, ok
}

// peak reads the most memory that the process held.
func peak() (int64, bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	_, line, ok := bytes.Cut(status, []byte("VmHWM:"))
	if fields := bytes.Fields(line); ok && len(fields) > 0 {
		n, err := strconv.ParseInt(string(fields[0]), 10, 64)
		return n << 10, err == nil
	}
	return 0, false
}
