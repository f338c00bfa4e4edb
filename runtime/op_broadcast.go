package runtime

// loops walks the elements of a broadcast operation: the output's axes with
// neighbours joined where every input allows it, the last one innermost.
type loops struct {
	dims    []int   // the outer axes
	strides [][]int // by input: elements between neighbours on each outer axis
	inner   int     // length of the innermost axis
	step    []int   // by input: 1 or 0 elements between neighbours on it
	outer   int     // product of dims
}

func newLoops(out Shape, in ...Shape) *loops {
	rank := len(out)
	full := make([][]int, len(in)) // strides on every axis of out
	for i, s := range in {
		full[i] = make([]int, rank)
		stride := 1
		for a := len(s) - 1; a >= 0; a-- {
			if s[a] != 1 {
				full[i][a+rank-len(s)] = stride
			}
			stride *= s[a]
		}
	}
	// Join from the last axis on.
	var dims []int
	strides := make([][]int, len(in))
	for a := rank - 1; a >= 0; a-- {
		if out[a] == 1 {
			continue
		}
		if k := len(dims) - 1; k >= 0 {
			joins := true
			for i := range in {
				joins = joins && full[i][a] == strides[i][k]*dims[k]
			}
			if joins {
				dims[k] *= out[a]
				continue
			}
		}
		dims = append(dims, out[a])
		for i := range in {
			strides[i] = append(strides[i], full[i][a])
		}
	}
	l := &loops{inner: 1, outer: 1, step: make([]int, len(in)), strides: make([][]int, len(in))}
	if len(dims) > 0 {
		l.inner = dims[0]
		for i := range in {
			l.step[i] = strides[i][0]
		}
	}
	for k := len(dims) - 1; k >= 1; k-- { // outermost first
		l.dims = append(l.dims, dims[k])
		l.outer *= dims[k]
		for i := range in {
			l.strides[i] = append(l.strides[i], strides[i][k])
		}
	}
	return l
}

// offset returns where input i starts for the o-th run of the inner axis.
func (l *loops) offset(i, o int) int {
	at := 0
	for a := len(l.dims) - 1; a >= 0; a-- {
		at += o % l.dims[a] * l.strides[i][a]
		o /= l.dims[a]
	}
	return at
}

// group returns how many runs of the inner axis make one part.
func (l *loops) group() int { return max(1, chunk/max(1, l.inner)) }

// task makes a task that calls run for every inner run.
func (l *loops) task(cost float64, run func(f *frame, o int)) (task, error) {
	n, g := l.outer, l.group()
	if l.inner == 0 || n == 0 {
		return task{}, nil
	}
	return task{parts: (n + g - 1) / g, cost: cost * float64(n) * float64(l.inner), run: func(f *frame, lo, hi int) {
		for o := lo * g; o < min(hi*g, n); o++ {
			run(f, o)
		}
	}}, nil
}

// broadcastKeepsRows is the keepsRows rule of broadcasting operations: inputs with rows
// must have the output's rank, the others must not reach its first axis.
func broadcastKeepsRows(n *node, rows []bool) bool {
	rank := n.out[0].Rank()
	for i, v := range n.in {
		if rows[i] != (v.Rank() == rank && rank > 0) && !(v.Rank() == rank && v.Shape[0] == 1) {
			return false
		}
	}
	return true
}
