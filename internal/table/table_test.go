package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

func port(name string, d runtime.DType, shape ...int) keras.Port {
	return keras.Port{Name: name, Type: runtime.Type{DType: d, Shape: append(runtime.Shape{runtime.Unknown}, shape...)}}
}

func rowsOfText(r io.Reader, inputs []keras.Port, header Header) (Reader, error) {
	return Open(Stream("rows", r), &Wanted{Inputs: inputs, Header: header})
}

func format(t *testing.T, name string) *Format {
	t.Helper()
	f, err := ParseFormat(name)
	require.NoError(t, err)
	return f
}

// all reads everything, n rows at a time, and returns the shapes of the batches.
func all(r Reader, n int) (batches [][]*runtime.Tensor, shapes []string, err error) {
	for {
		in, err := r.Next(n)
		if errors.Is(err, io.EOF) {
			return batches, shapes, nil
		}
		if err != nil {
			return batches, shapes, err
		}
		var copies []*runtime.Tensor
		s := ""
		for _, t := range in {
			copies = append(copies, t.Clone())
			s += t.Type().String()
		}
		batches, shapes = append(batches, copies), append(shapes, s)
	}
}

func TestCSVTypesAndOpenAxes(t *testing.T) {
	inputs := []keras.Port{port("price", runtime.Float32), port("words", runtime.Int32, runtime.Unknown), port("user", runtime.Int64, 1), port("mask", runtime.Bool, 2)}
	r, err := rowsOfText(strings.NewReader("1.5, 1, 2, 3, 9007199254740993, true, 0\n-1e3, 4, 5.0, 6, -1, 0, 1\n"), inputs, HeaderAuto)
	require.NoError(t, err)
	batches, shapes, err := all(r, 10)
	require.NoError(t, err)
	assert.Equal(t, []string{"float32(2,)int32(2, 3)int64(2, 1)bool(2, 2)"}, shapes)
	in := batches[0]
	assert.Equal(t, []float32{1.5, -1000}, in[0].Float32s())
	assert.Equal(t, []int32{1, 2, 3, 4, 5, 6}, in[1].Int32s())
	assert.Equal(t, []int64{9007199254740993, -1}, in[2].Int64s())
	assert.Equal(t, []bool{true, false, false, true}, in[3].Bools())

	for text, want := range map[string]string{
		"1,1.5,1,1,1\n":                  "a whole number",
		"1,3000000000,1,1,1\n":           "32 bits",
		"1,1,1,yes,1\n":                  "true or false",
		"1,1\n":                          "axis of unknown size",
		"1,1,1,1,1\n1,1,1,1\n":           "wanted 5 columns",
		"1,\"1\n":                        "quote",
		"1,1,99999999999999999999,1,1\n": "a whole number",
	} {
		r, err := rowsOfText(strings.NewReader(text), inputs, HeaderNo)
		if err == nil {
			_, _, err = all(r, 10)
		}
		assert.ErrorContains(t, err, want, text)
	}
	_, err = rowsOfText(strings.NewReader("1,2\n"), []keras.Port{port("a", runtime.Float32, -1), port("b", runtime.Float32, -1)}, HeaderNo)
	assert.ErrorContains(t, err, "JSON lines")
}

func TestHeaderIsTold(t *testing.T) {
	in := []keras.Port{port("x", runtime.Float32, 3)}
	for text, want := range map[string]struct {
		header Header
		rows   int
	}{
		"a,b,c\n1,2,3\n":   {HeaderAuto, 1},
		"a,b,3\n1,2,3\n":   {HeaderAuto, 1},
		"0,1,2\n1,2,3\n":   {HeaderAuto, 1}, // as pandas writes it
		"0,1,3\n1,2,3\n":   {HeaderAuto, 2},
		"0,1,2\n1,2,5\n":   {HeaderNo, 2},
		"0,1,2\n1,2,4\n":   {HeaderYes, 1},
		"nan,inf,1\n1,2,3": {HeaderAuto, 2},
	} {
		r, err := rowsOfText(strings.NewReader(text), in, want.header)
		require.NoError(t, err)
		batches, _, err := all(r, 10)
		require.NoError(t, err)
		assert.Equal(t, want.rows, batches[0][0].Shape()[0], text)
	}
	r, err := rowsOfText(strings.NewReader("1,2,x\n1,2,3\n"), in, HeaderAuto)
	require.NoError(t, err)
	_, _, err = all(r, 10)
	assert.ErrorContains(t, err, "row 1 (line 1), column 3", "a row with one bad number is no header")
}

func TestJSONRowsOfDifferentLengths(t *testing.T) {
	in := []keras.Port{port("x", runtime.Float32, runtime.Unknown, 2)}
	r, err := rowsOfText(strings.NewReader("[[1,2]] [[3,4]]\n[[5,6],[7,8]]\n[[[9,10]],[[11,12]]]"), in, HeaderAuto)
	require.NoError(t, err)
	batches, shapes, err := all(r, 10)
	require.NoError(t, err)
	assert.Equal(t, []string{"float32(2, 1, 2)", "float32(1, 2, 2)", "float32(2, 1, 2)"}, shapes)
	assert.Equal(t, []float32{9, 10, 11, 12}, batches[2][0].Float32s())

	for text, want := range map[string]string{
		"[[1,2],[3]]":                 "wanted 2 elements",
		"[[1,2],3]":                   "wanted an array",
		"[[1,[2]]]":                   "wanted a number",
		"[[1,{}]]":                    "an object",
		"[[1,2,3]]":                   "(None, 2)",
		"5":                           "(None, 2)",
		`{"y": [[1,2]]}`:              "no \"x\"",
		`{"x": [[1,2]], "y":2}`:       "nothing takes y",
		`{"x": [[1,2]], "x":[[1,2]]}`: "twice",
		"[[[1,2]] [[1,2]]]":           "a comma",
		"[[[1,2]],":                   "unexpected EOF",
	} {
		r, err := rowsOfText(strings.NewReader(text), in, HeaderAuto)
		if err == nil {
			_, _, err = all(r, 10)
		}
		assert.ErrorContains(t, err, want, text)
	}
}

// TestNumbersReadBack writes float32s as text and reads the same bits.
func TestNumbersReadBack(t *testing.T) {
	values := []float32{0, float32(math.Copysign(0, -1)), 1.0 / 3, math.MaxFloat32, math.SmallestNonzeroFloat32, 16777217, -1e-10, 123456789, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}
	x, err := runtime.TensorOf(values, len(values), 1)
	require.NoError(t, err)
	ports := []keras.Port{port("y", runtime.Float32, 1)}
	for _, f := range []string{"csv", "npy", "npz"} {
		var b bytes.Buffer
		out := bufio.NewWriter(&b)
		w, err := format(t, f).NewWriter(out, ports)
		require.NoError(t, err)
		require.NoError(t, w.Write([]*runtime.Tensor{x.Rows(0, 4)}))
		require.NoError(t, w.Write([]*runtime.Tensor{x.Rows(4, len(values))}))
		require.NoError(t, errors.Join(w.Close(), out.Flush()))
		r, err := rowsOfText(&b, ports, HeaderAuto)
		require.NoError(t, err)
		batches, _, err := all(r, len(values))
		require.NoError(t, err)
		for i, v := range batches[0][0].Float32s() {
			if math.IsNaN(float64(values[i])) {
				assert.True(t, math.IsNaN(float64(v)))
				continue
			}
			assert.Equal(t, math.Float32bits(values[i]), math.Float32bits(v), "%s: %v", f, values[i])
		}
	}
}

func TestWritersRefuseWhatDoesNotFit(t *testing.T) {
	two := []keras.Port{port("a", runtime.Float32, 2), port("b", runtime.Int32, 1)}
	a, err := runtime.NewTensor(runtime.Float32, 3, 2)
	require.NoError(t, err)
	b, err := runtime.NewTensor(runtime.Int32, 3, 1)
	require.NoError(t, err)
	_, err = format(t, "npy").NewWriter(nil, two)
	assert.ErrorContains(t, err, ".npz")
	for _, f := range []string{"csv", "jsonl"} {
		var text bytes.Buffer
		out := bufio.NewWriter(&text)
		w, err := format(t, f).NewWriter(out, two)
		require.NoError(t, err)
		require.NoError(t, w.Write([]*runtime.Tensor{a, b}))
		assert.ErrorContains(t, w.Write([]*runtime.Tensor{a, b.Rows(0, 2)}), "rows")
		require.NoError(t, out.Flush())
		first, _, _ := strings.Cut(text.String(), "\n")
		assert.Equal(t, map[string]string{"csv": "a_0,a_1,b", "jsonl": `{"a":[0,0],"b":[0]}`}[f], first)
	}
	w, err := format(t, "npz").NewWriter(bufio.NewWriter(io.Discard), two[:1])
	require.NoError(t, err)
	require.NoError(t, w.Write([]*runtime.Tensor{a}))
	wide, err := runtime.NewTensor(runtime.Float32, 3, 4)
	require.NoError(t, err)
	assert.ErrorContains(t, w.Write([]*runtime.Tensor{wide}), "JSON lines")
}

func TestTargetsFitOutputs(t *testing.T) {
	for _, c := range []struct {
		output, target []int
		want           bool
	}{
		{[]int{1}, []int{1}, true}, {[]int{1}, nil, true}, {[]int{1}, []int{2}, false}, {[]int{1}, []int{1, 1, 3}, false},
		{[]int{10}, []int{10}, true}, {[]int{10}, []int{1}, true}, {[]int{10}, nil, true}, {[]int{10}, []int{9}, false},
		{[]int{-1, 5}, []int{7, 5}, true}, {[]int{-1, 5}, []int{7}, true}, {[]int{-1, 5}, []int{7, 1}, true}, {[]int{-1, 5}, []int{7, 4}, false},
	} {
		assert.Equal(t, c.want, targetFits(c.target, port("y", runtime.Float32, c.output...)), "%v for %v", c.target, c.output)
	}
}

func TestBinaryIsNotRows(t *testing.T) {
	for _, s := range []string{"\x89HDF\r\n\x1a\n\x00\x00\x00", "\xff\xfe1\x00,\x002\x00"} {
		_, err := rowsOfText(strings.NewReader(s), []keras.Port{port("x", runtime.Float32, -1, 2)}, HeaderAuto)
		assert.ErrorContains(t, err, "neither text nor an array")
		_, _, err = ReadTraining(Stream("rows", strings.NewReader(s)), &Wanted{})
		assert.ErrorContains(t, err, "neither text nor an array")
	}
}
