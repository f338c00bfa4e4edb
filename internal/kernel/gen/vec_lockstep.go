package main

import (
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
)

// lockstep emits bodies that are the same straight run of instructions in turns, one
// instruction of each. The processor holds back the instructions that wait for others in
// queues that a long chain fills by itself: so the next chain is in there too.
func (g *vec) lockstep(bodies ...func()) {
	file, err := g.Result()
	if err != nil {
		panic(err)
	}
	all := file.Functions()
	fn := all[len(all)-1]
	var runs [][]ir.Node
	before := len(fn.Nodes)
	for _, body := range bodies {
		body()
		runs = append(runs, append([]ir.Node{}, fn.Nodes[before:]...))
		fn.Nodes = fn.Nodes[:before]
	}
	for i := range runs[0] {
		for _, r := range runs {
			fn.Nodes = append(fn.Nodes, r[i])
		}
	}
}

// pairs is each with two registers in lockstep as long as there are two, for bodies of
// long chains. AVX-512 has half as many.
func (s *span) pairs(body func(e *elems)) {
	g := s.g
	e := s.begin()
	if !g.wide {
		loop, single, last := g.label("pairs"), g.label("single"), g.gp()
		g.LEAQ(Mem{Base: s.bulk, Disp: -g.lanes()}, last)
		g.CMPQ(e.i, last)
		g.JGE(LabelRef(single))
		g.Label(loop)
		second := *e
		second.skip = g.lanes()
		g.lockstep(func() { body(e) }, func() { body(&second) })
		g.ADDQ(Imm(uint64(2*g.lanes())), e.i)
		g.CMPQ(e.i, last)
		g.JLT(LabelRef(loop))
		g.Label(single)
	}
	s.rest(e, body)
}
