package table

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// firstRow reads the first row of all inputs as one list.
func firstRow(t *testing.T, text string, w *Wanted) (row []float32, notes []string, err error) {
	t.Helper()
	w.Note = func(s string) { notes = append(notes, s) }
	r, err := Open(Stream("rows", strings.NewReader(text)), w)
	if err != nil {
		return nil, notes, err
	}
	in, err := r.Next(1)
	if err != nil {
		return nil, notes, err
	}
	for _, x := range in {
		row = append(row, x.Float32s()...)
	}
	return row, notes, nil
}

// TestColumnsAreMatchedByName feeds the same row in another order of columns.
func TestColumnsAreMatchedByName(t *testing.T) {
	vector := []keras.Port{port("dense_input", runtime.Float32, 3)}
	scalars := []keras.Port{port("age", runtime.Float32, 1), port("income", runtime.Float32, 1), port("tax", runtime.Float32)}
	mixed := []keras.Port{port("a", runtime.Float32, 2), port("b", runtime.Float32, 1)}
	for name, c := range map[string]struct {
		text    string
		inputs  []keras.Port
		columns string
		extra   bool
	}{
		"names of inputs":       {"income,tax,age\n2,3,1\n", scalars, "", false},
		"numbered":              {"x2,x0,x1\n3,1,2\n", vector, "", false},
		"numbered from 1":       {"x2,x3,x1\n2,3,1\n", vector, "", false},
		"numbered in brackets":  {"x[2],x[0],x[1]\n3,1,2\n", vector, "", false},
		"elements of an input":  {"dense_input_2,dense_input_0,dense_input_1\n3,1,2\n", vector, "", false},
		"elements in brackets":  {"dense_input[2],dense_input[0],dense_input[1]\n3,1,2\n", vector, "", false},
		"elements and a number": {"b,a_1,a_0\n3,2,1\n", mixed, "", false},
		"given names":           {"tax,age,income\n3,1,2\n", vector, "age,income,tax", false},
		"given, and others":     {"id,tax,age,income\n7,3,1,2\n", vector, "age,income,tax", true},
		"numbered, and others":  {"x2,id,x0,x1\n3,7,1,2\n", vector, "", true},
		"given names, mixed":    {"tax,age,income\n3,1,2\n", mixed, "age,income,tax", false},
		"an object":             {`{"tax": 3, "age": 1, "income": 2}`, scalars, "", false},
		"an object, given":      {`{"tax": 3, "age": 1, "income": 2}`, vector, "age,income,tax", false},
		"an object, numbered":   {`{"x2": 3, "x0": 1, "x1": 2}`, vector, "", false},
		"an object, and others": {`{"id": "abc", "dense_input": [1, 2, 3]}`, vector, "", true},
	} {
		w := &Wanted{Inputs: c.inputs, AllowExtra: c.extra}
		if c.columns != "" {
			w.Columns = strings.Split(c.columns, ",")
		}
		row, notes, err := firstRow(t, c.text, w)
		require.NoError(t, err, name)
		assert.Equal(t, []float32{1, 2, 3}, row, name)
		assert.Empty(t, notes, name)
	}

	row, notes, err := firstRow(t, "age,income,tax\n1,2,3\n", &Wanted{Inputs: vector})
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3}, row)
	require.Len(t, notes, 1, "an order that no name confirms is said")
	assert.Contains(t, notes[0], "--columns")
	row, notes, err = firstRow(t, "0,1,2\n4,5,6\n", &Wanted{Inputs: vector})
	require.NoError(t, err)
	assert.Equal(t, []float32{4, 5, 6}, row)
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], "--header no")
	row, _, err = firstRow(t, "0\n4\n", &Wanted{Inputs: []keras.Port{port("x", runtime.Float32, 1)}})
	require.NoError(t, err)
	assert.Equal(t, []float32{0}, row, "one number may be anything")
}

func TestColumnsThatFitNothing(t *testing.T) {
	vector := []keras.Port{port("dense_input", runtime.Float32, 3)}
	scalars := []keras.Port{port("age", runtime.Float32, 1), port("income", runtime.Float32, 1)}
	for name, c := range map[string]struct {
		text    string
		inputs  []keras.Port
		columns string
		want    []string
	}{
		"other names":       {"years,money\n1,2\n", scalars, "", []string{"years, money", "age (1,), income (1,)", "--columns"}},
		"one other name":    {"age,money\n1,2\n", scalars, "", []string{`"income"`, "age, money"}},
		"a name twice":      {"age,age,income\n1,2,3\n", scalars, "", []string{`"age"`, "age, age, income"}},
		"one too many":      {"age,id,income\n1,2,3\n", scalars, "", []string{"nothing takes id", "--allow-extra"}},
		"not those given":   {"a,b,d\n1,2,3\n", vector, "a,b,c", []string{"a, b, d", "a, b, c"}},
		"a number too few":  {"x0,x1\n1,2\n", vector, "", []string{"wanted 3 columns", "received 2", "x0, x1"}},
		"an index":          {",x0,x1,x2\n9,1,2,3\n", vector, "", []string{"nothing takes (column 1, no name)"}},
		"wrong number":      {"a,b,c\n1,2,3\n", vector, "a,b", []string{"--columns", "received 2"}},
		"an object":         {`{"age": 1, "money": 2}`, scalars, "", []string{`"income"`, "age, money"}},
		"key too many":      {`{"age": 1, "id": 4, "income": 2}`, scalars, "", []string{"nothing takes id"}},
		"an object, object": {`{"age": {"a": 1}, "income": 2}`, scalars, "", []string{"an object"}},
	} {
		w := &Wanted{Inputs: c.inputs}
		if c.columns != "" {
			w.Columns = strings.Split(c.columns, ",")
		}
		_, _, err := firstRow(t, c.text, w)
		for _, want := range c.want {
			assert.ErrorContains(t, err, want, name)
		}
	}
}

func TestTrainingColumns(t *testing.T) {
	in, out := []keras.Port{port("dense_input", runtime.Float32, 2)}, []keras.Port{port("out", runtime.Float32, 1)}
	read := func(text string, w Wanted) (x, y []float32, notes []string, found *Layout) {
		w.Inputs, w.Outputs, w.Note = in, out, func(s string) { notes = append(notes, s) }
		d, _, err := ReadTraining(Stream("rows", strings.NewReader(text)), &w)
		require.NoError(t, err, text)
		return d.X[0].Float32s(), d.Y[0].Float32s(), notes, w.Found
	}
	for text, guess := range map[string]string{
		"x0,x1,price\n1,2,3\n": "price", "price,x1,x0\n3,2,1\n": "price", "y,x0,x1\n3,1,2\n": "y", "b,a,c\n1,2,3\n": "c", "0,1,2\n1,2,3\n": "2",
	} {
		x, y, notes, _ := read(text, Wanted{})
		assert.Equal(t, []float32{1, 2}, x, text)
		assert.Equal(t, []float32{3}, y, text)
		assert.Contains(t, strings.Join(notes, "\n"), "without --target the targets are taken to be "+guess, text)
	}
	x, y, notes, found := read("b,c,a\n1,3,2\n", Wanted{Targets: []string{"c"}})
	assert.Equal(t, []float32{1, 2, 3}, append(x, y...))
	assert.Len(t, notes, 1)
	// What is validated with has its columns in another order.
	x, y, notes, _ = read("a,b,c\n2,1,3\n", Wanted{Like: found})
	assert.Equal(t, []float32{1, 2, 3}, append(x, y...))
	assert.Empty(t, notes)
	_, _, err := ReadTraining(Stream("rows", strings.NewReader("a,d,c\n2,1,3\n")), &Wanted{Inputs: in, Outputs: out, Like: found})
	assert.ErrorContains(t, err, "b, a")
	x, y, notes, _ = read(`{"x": [1, 2], "y": 3}`, Wanted{})
	assert.Equal(t, []float32{1, 2, 3}, append(x, y...))
	assert.Empty(t, notes)
}

func TestRowsAreBounded(t *testing.T) {
	in := []keras.Port{port("x", runtime.Float32, 3)}
	for name, text := range map[string]string{
		"a field":   "1,2,\"" + strings.Repeat("3", 3<<20) + "\"\n",
		"a line":    strings.Repeat(",", 3<<20),
		"an array":  "[" + strings.Repeat("1,", 1<<20) + "1]",
		"a nesting": strings.Repeat("[", 3<<20),
	} {
		_, _, err := firstRow(t, text, &Wanted{Inputs: in})
		assert.ErrorContains(t, err, "bytes of text", name)
	}
	// Many rows in one array are read one by one.
	r, err := rowsOfText(strings.NewReader("["+strings.Repeat("[1,2,3],", 1<<18)+"[1,2,3]]"), in, HeaderAuto)
	require.NoError(t, err)
	batches, _, err := all(r, 1<<17)
	require.NoError(t, err)
	assert.Len(t, batches, 3)
}

// A named column weighs rows, and one that is carried along stands beside them.
func TestTrainingWeightColumn(t *testing.T) {
	in, out := []keras.Port{port("dense_input", runtime.Float32, 2)}, []keras.Port{port("out", runtime.Float32, 1)}
	read := func(text string, w Wanted) (*train.Data, []*runtime.Tensor, error) {
		w.Inputs, w.Outputs = in, out
		return ReadTraining(Stream("rows", strings.NewReader(text)), &w)
	}
	const text = "x0,x1,y,trust,sample_weight,place\n1,2,3,0.5,9,a\n4,5,6,2,9,b\n"
	d, kept, err := read(text, Wanted{Weight: "trust", Keep: []string{"place"}, AllowExtra: true})
	require.NoError(t, err)
	assert.Equal(t, []float32{0.5, 2}, d.SampleWeight)
	require.Len(t, kept, 1)
	assert.Equal(t, []string{"a", "b"}, kept[0].Strings())
	d, kept, err = read(text, Wanted{Keep: []string{"place", "x0"}, AllowExtra: true, Targets: []string{"y"}})
	require.NoError(t, err)
	assert.Equal(t, []float32{9, 9}, d.SampleWeight)
	require.Len(t, kept, 2)
	assert.Equal(t, []string{"1", "4"}, kept[1].Strings())
	_, _, err = read(text, Wanted{Weight: "faith"})
	assert.ErrorContains(t, err, `no column "faith" to weigh rows; the columns are x0`)
	_, _, err = read(text, Wanted{Weight: "y", Targets: []string{"y"}})
	assert.ErrorContains(t, err, "cannot be a target and weigh rows")
}
