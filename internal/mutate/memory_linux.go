package main

import "syscall"

// boundMemory makes a request for a great deal of memory end this process
// instead of slowing the machine down.
func boundMemory() {
	most := syscall.Rlimit{Cur: 8 << 30, Max: 8 << 30}
	_ = syscall.Setrlimit(syscall.RLIMIT_AS, &most) // a run without the bound is as good
}
