package train

import "fmt"

// totals adds up what the batches of an epoch report.
type totals struct {
	p      *stepProgram
	sums   [][]float64 // by report
	weight []float64   // by report, of the means
}

func newTotals(p *stepProgram) *totals {
	t := &totals{p: p, sums: make([][]float64, len(p.reports)), weight: make([]float64, len(p.reports))}
	for i, r := range p.reports {
		n := 1
		for _, d := range r.Value.Shape {
			n *= d
		}
		t.sums[i] = make([]float64, n)
	}
	return t
}

// add takes what the program's last run reported, on a batch of that many rows.
// Means are weighted by rows, as Keras does.
func (t *totals) add(rows int) {
	for i := range t.p.reports {
		r := &t.p.reports[i]
		weight := 1.0
		if r.Mean && !r.plain {
			weight = float64(rows)
			if r.squared {
				weight *= weight
			}
		}
		t.weight[i] += weight
		for k, v := range t.p.outputs[i].Float32s() {
			t.sums[i][k] += float64(v) * weight
		}
	}
}

// logs are the numbers so far. A report of several has a log for each.
func (t *totals) logs() []Log {
	logs := make([]Log, 0, len(t.sums))
	for i := range t.sums {
		r := &t.p.reports[i]
		values := t.result(r, i)
		if len(values) == 1 {
			logs = append(logs, Log{r.name, values[0]})
			continue
		}
		for k, v := range values {
			logs = append(logs, Log{fmt.Sprintf("%s_%d", r.name, k), v})
		}
	}
	return logs
}

func (t *totals) result(r *report, i int) []float64 {
	totals := t.sums[i]
	if r.Mean {
		totals = make([]float64, len(t.sums[i]))
		for k, v := range t.sums[i] {
			totals[k] = v / t.weight[i]
		}
	}
	if r.Result == nil {
		return totals
	}
	return r.Result(totals)
}
