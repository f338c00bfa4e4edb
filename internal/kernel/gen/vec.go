package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vec writes functions over float32 vectors once for both register widths: 8
// lanes with AVX2, 16 with AVX-512. Its methods return new registers, so a
// body reads like the formula it computes.
type vec struct {
	*build.Context
	wide   bool
	consts map[uint64]Mem   // of the file
	held   map[uint64]value // of the function: constants kept in registers
	seen   []uint64         // constants in order of first use, of the dry run
	labels int
	listed []vecFunction // all that were written
}

// vecFunction is one function of either width, its name without the ending.
type vecFunction struct{ name, signature, doc string }

// value is a vector register.
type value = reg.VecVirtual

// maxHeld is how many constants a wide function keeps in registers.
const maxHeld = 15

// emitVec returns the emitter of one file for one width.
func emitVec(wide bool, families ...func(g *vec)) func(c *build.Context) {
	return func(c *build.Context) {
		g := &vec{Context: c, wide: wide, consts: map[uint64]Mem{}}
		for _, f := range families {
			f(g)
		}
	}
}

// lanes is the number of float32 in a register.
func (g *vec) lanes() int {
	if g.wide {
		return 16
	}
	return 8
}

// function writes one function, its name ended by the instruction set. A wide
// one is emitted twice, the first time to learn which constants to load.
func (g *vec) function(name, signature, doc string, body func(g *vec)) {
	suffix := "AVX2"
	if g.wide {
		suffix = "AVX512"
	}
	name += suffix
	g.listed = append(g.listed, vecFunction{strings.TrimSuffix(name, suffix), signature, doc})
	g.held, g.labels = map[uint64]value{}, 0
	var seen []uint64
	if g.wide {
		dry := &vec{Context: build.NewContext(), wide: true, consts: map[uint64]Mem{}, held: map[uint64]value{}}
		dry.Function(name)
		dry.SignatureExpr(signature)
		body(dry)
		seen = dry.seen
	}
	g.Function(name)
	g.SignatureExpr(signature)
	g.Pragma("noescape")
	g.Doc(name + " " + doc)
	for _, k := range seen[:min(len(seen), maxHeld)] {
		g.held[k] = g.broadcast(k)
	}
	body(g)
	g.VZEROUPPER()
	g.RET()
}

// v returns a fresh register.
func (g *vec) v() value {
	if g.wide {
		return g.ZMM()
	}
	return g.YMM()
}

// gp returns a fresh general register.
func (g *vec) gp() reg.GPVirtual { return g.GP64() }

// label returns a name no other label of the function has.
func (g *vec) label(name string) string {
	g.labels++
	return fmt.Sprintf("%s%d", name, g.labels)
}

// f is a float32 in every lane: a memory operand, or with AVX-512 a register.
func (g *vec) f(x float64) Op { return g.bits(math.Float32bits(float32(x))) }

// bits is a 32-bit pattern in every lane.
func (g *vec) bits(b uint32) Op { return g.constant(uint64(b)) }

// d is a float64 in every lane.
func (g *vec) d(x float64) Op { return g.constant(math.Float64bits(x)) }

// isDouble tells the patterns of float64 constants from those of 32 bits.
func isDouble(key uint64) bool { return key>>32 != 0 }

func (g *vec) constant(key uint64) Op {
	if !g.wide {
		return g.data(key)
	}
	if r, ok := g.held[key]; ok {
		return r
	}
	if !slices.Contains(g.seen, key) {
		g.seen = append(g.seen, key)
	}
	return g.broadcast(key)
}

// broadcast loads a constant into a wide register.
func (g *vec) broadcast(key uint64) value {
	r := g.v()
	if isDouble(key) {
		g.VBROADCASTSD(g.data(key), r)
	} else {
		g.VBROADCASTSS(g.data(key), r)
	}
	return r
}

// data returns the constant in memory: a whole register for AVX2, one element
// for AVX-512.
func (g *vec) data(key uint64) Mem {
	if m, ok := g.consts[key]; ok {
		return m
	}
	m := g.StaticGlobal(fmt.Sprintf("c%x", key))
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	switch {
	case isDouble(key) && g.wide:
		g.AddDatum(0, U64(key))
	case isDouble(key):
		for i := range 4 {
			g.AddDatum(i*8, U64(key))
		}
	case g.wide:
		g.AddDatum(0, U32(key))
	default:
		for i := range 8 {
			g.AddDatum(i*4, U32(key))
		}
	}
	g.consts[key] = m
	return m
}

// reg returns op in a register.
func (g *vec) reg(op Op) value {
	if r, ok := op.(value); ok {
		return r
	}
	return g.copy(op)
}

// copy returns op in a register of its own.
func (g *vec) copy(op Op) value {
	r := g.v()
	g.VMOVUPS(op, r)
	return r
}

// scalar returns a float32 parameter in every lane.
func (g *vec) scalar(name string) value {
	p, err := g.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	r := g.v()
	g.VBROADCASTSS(p.Addr, r)
	return r
}

// slice returns the address of a slice parameter's first element.
func (g *vec) slice(name string) reg.GPVirtual {
	return g.Load(g.Param(name).Base(), g.gp()).(reg.GPVirtual)
}

// length returns the length of a slice parameter.
func (g *vec) length(name string) reg.GPVirtual {
	return g.Load(g.Param(name).Len(), g.gp()).(reg.GPVirtual)
}

// integer returns an int parameter.
func (g *vec) integer(name string) reg.GPVirtual {
	return g.Load(g.Param(name), g.gp()).(reg.GPVirtual)
}
