package lambda

import (
	"fmt"
	"strings"
)

// instruction is one step of the bytecode.
type instruction struct {
	offset int // in bytes
	next   int // offset of the one after it
	op     string
	arg    int
	hasArg bool
}

// disassemble splits the bytecode as that version reads it.
func disassemble(c *code, v *version) ([]instruction, error) {
	if v.layout != c.layout {
		return nil, broken("not written by Python %s", v.name)
	}
	if v.layout == layout2 || v.layout == layout30 && v.minor < 6 {
		return disassembleBytes(c.bytecode, v)
	}
	return disassembleUnits(c.bytecode, v)
}

// haveArgument is the first operation with an argument, until Python 3.12.
const haveArgument = 90

// disassembleBytes reads instructions of one byte, or of three with an argument.
func disassembleBytes(b []byte, v *version) ([]instruction, error) {
	var out []instruction
	extended := 0
	for at := 0; at < len(b); {
		i := instruction{offset: at, next: at + 1, op: v.names[b[at]]}
		if i.op == "" {
			return nil, broken("Python %s has no operation %d", v.name, b[at])
		}
		if b[at] >= haveArgument {
			if at+2 >= len(b) {
				return nil, broken("the bytecode ends within an instruction")
			}
			i.hasArg, i.arg, i.next = true, extended<<16|int(b[at+1])|int(b[at+2])<<8, at+3
		}
		extended = 0
		at = i.next
		if i.op == "EXTENDED_ARG" {
			if extended = i.arg; extended > 0x7fff {
				return nil, broken("an argument of %d", extended)
			}
			continue
		}
		out = append(out, i)
	}
	return out, nil
}

// disassembleUnits reads instructions of two bytes, with their caches.
func disassembleUnits(b []byte, v *version) ([]instruction, error) {
	if len(b)%2 != 0 {
		return nil, broken("a bytecode of %d bytes", len(b))
	}
	var out []instruction
	extended := 0
	for at := 0; at < len(b); {
		i := instruction{offset: at, next: at + 2, op: v.names[b[at]], arg: extended<<8 | int(b[at+1])}
		i.hasArg = i.arg != 0 || v.minor < 13 && b[at] >= haveArgument || v.minor >= 13 && b[at] > 44
		if i.op == "" || i.op == "CACHE" {
			return nil, broken("Python %s has no operation %d", v.name, b[at])
		}
		extended = 0
		if i.op == "EXTENDED_ARG" {
			if extended = i.arg; extended > 0x7fffff {
				return nil, broken("an argument of %d", extended)
			}
			at = i.next
			continue
		}
		for range v.caches[i.op] {
			if i.next+1 >= len(b) || b[i.next] != 0 {
				return nil, broken("%s has no cache behind it in Python %s", i.op, v.name)
			}
			i.next += 2
		}
		at = i.next
		out = append(out, i)
	}
	return out, nil
}

// maxListing bounds a listing.
const maxListing = 40

// list writes the instructions around the one at which the function was
// refused, as Python's dis does.
func list(c *code, v *version, all []instruction, at int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, line %d of %s, as Python %s reads it:", c.name, c.line, c.file, v.name)
	from := max(0, min(at-maxListing/2, len(all)-maxListing))
	for k, i := range all[from:min(len(all), from+maxListing)] {
		mark := "  "
		if from+k == at {
			mark = "> "
		}
		fmt.Fprintf(&b, "\n%s%4d %s", mark, i.offset, i.op)
		if i.hasArg {
			fmt.Fprintf(&b, " %d", i.arg)
			if note := annotate(c, v, i); note != "" {
				fmt.Fprintf(&b, " (%s)", note)
			}
		}
	}
	return b.String()
}

// annotate says what an instruction's argument refers to.
func annotate(c *code, v *version, i instruction) string {
	name := func(list []string, k int) string {
		if k < 0 || k >= len(list) {
			return ""
		}
		return list[k]
	}
	switch i.op {
	case "LOAD_CONST", "RETURN_CONST", "KW_NAMES":
		if i.arg < len(c.consts) {
			return short(show(c.consts[i.arg]))
		}
	case "LOAD_GLOBAL":
		if v.layout == layout311 {
			return name(c.names, i.arg>>1)
		}
		return name(c.names, i.arg)
	case "LOAD_ATTR":
		if v.minor >= 12 {
			return name(c.names, i.arg>>1)
		}
		return name(c.names, i.arg)
	case "LOAD_METHOD", "LOAD_NAME", "IMPORT_NAME", "IMPORT_FROM", "STORE_ATTR", "STORE_GLOBAL":
		return name(c.names, i.arg)
	case "LOAD_FAST", "STORE_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_CHECK", "DELETE_FAST":
		return name(c.locals, i.arg)
	case "BINARY_OP":
		return name(binaryOperators, i.arg)
	case "LOAD_DEREF", "STORE_DEREF", "LOAD_CLOSURE":
		return variable(c, i.arg)
	}
	return ""
}

// variable names a shared variable.
func variable(c *code, k int) string {
	if c.layout == layout311 {
		if k < len(c.locals) {
			return c.locals[k]
		}
		return ""
	}
	if k < len(c.cells) {
		return c.cells[k]
	}
	if k -= len(c.cells); k < len(c.free) {
		return c.free[k]
	}
	return ""
}

func short(s string) string {
	if len(s) > 60 {
		return s[:57] + "..."
	}
	return s
}
