package lambda

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writer assembles marshalled code, in the layout of one version.
type writer struct{ bytes.Buffer }

func (w *writer) long(n int) { _ = binary.Write(w, binary.LittleEndian, int32(n)) }

func (w *writer) text(kind byte, s string) {
	w.WriteByte(kind)
	w.long(len(s))
	w.WriteString(s)
}

func (w *writer) strings(list ...string) {
	w.WriteByte('(')
	w.long(len(list))
	for _, s := range list {
		w.text('u', s)
	}
}

func (w *writer) float(x float64) {
	w.WriteByte('g')
	_ = binary.Write(w, binary.LittleEndian, math.Float64bits(x))
}

// assemble makes code of one argument x. consts is marshalled already.
func assemble(l layout, bytecode []byte, consts []byte, names []string, file string) []byte {
	w := &writer{}
	w.WriteByte('c')
	numbers := map[layout][]int{layout30: {1, 0, 1, 8, 0x43}, layout38: {1, 0, 0, 1, 8, 0x43}, layout311: {1, 0, 0, 8, 3}}[l]
	for _, n := range numbers {
		w.long(n)
	}
	w.text('s', string(bytecode))
	w.Write(consts)
	w.strings(names...)
	w.strings("x")
	if l == layout311 {
		w.text('s', "\x26")
	} else {
		w.strings()
		w.strings()
	}
	w.text('u', file)
	w.text('u', "<lambda>")
	if l == layout311 {
		w.text('u', "<lambda>")
	}
	w.long(3)
	w.text('s', "")
	if l == layout311 {
		w.text('s', "")
	}
	return w.Bytes()
}

func tuple(parts ...[]byte) []byte {
	w := &writer{}
	w.WriteByte('(')
	w.long(len(parts))
	for _, p := range parts {
		w.Write(p)
	}
	return w.Bytes()
}

func float64Of(x float64) []byte {
	w := &writer{}
	w.float(x)
	return w.Bytes()
}

func source(data []byte) Source {
	return Source{Code: base64.StdEncoding.EncodeToString(data)}
}

var one = Options{Era: 2, Keras: "2.15.0", Inputs: 1}

// TestVersionsWithoutPython: versions for which testdata/lambda has no file, from
// their documentation.
func TestVersionsWithoutPython(t *testing.T) {
	consts := tuple([]byte("N"), float64Of(127.5), float64Of(1))
	l := lifted(t, source(assemble(layout30, []byte{124, 0, 0, 100, 1, 0, 27, 100, 2, 0, 24, 83}, consts, nil, "m.py")), one)
	assert.Equal(t, "x / 127.5 - 1.0", l.Formula)
	assert.Equal(t, "3.5", l.Python)

	code314 := []byte{128, 0, 86, 0, 82, 1, 44, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 94, 2, 44, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 35, 0}
	l = lifted(t, source(assemble(layout311, code314, consts, nil, "m.py")), one)
	assert.Equal(t, "x / 127.5 - 2", l.Formula)
	assert.Equal(t, "3.14", l.Python)

	slice := append(append([]byte(":"), tuple([]byte("N"))[5:]...), []byte("NN")...) // a constant slice, new in 3.14
	code314 = []byte{128, 0, 86, 0, 82, 0, 44, 26, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 35, 0}
	l = lifted(t, source(assemble(layout311, code314, tuple(slice), nil, "m.py")), one)
	assert.Equal(t, "x[:]", l.Formula)
}

func TestBrokenCode(t *testing.T) {
	sound := assemble(layout38, []byte{124, 0, 83, 0}, tuple([]byte("N")), nil, "m.py")
	lifted(t, source(sound), one)
	cyclic := bytes.Replace(sound, tuple([]byte("N")), append([]byte{'(' | 0x80, 1, 0, 0, 0}, 'r', 0, 0, 0, 0), 1)
	deep := bytes.Replace(sound, tuple([]byte("N")), append(tuple(bytes.Repeat([]byte{')', 1}, 500), nil), 'N'), 1)
	huge := bytes.Replace(sound, tuple([]byte("N")), []byte{'(', 255, 255, 255, 127}, 1)
	negative := bytes.Replace(sound, tuple([]byte("N")), []byte{'(', 255, 255, 255, 255}, 1)
	digits := bytes.Replace(sound, tuple([]byte("N")), []byte{'l', 0, 0, 0, 128}, 1)
	for name, data := range map[string][]byte{
		"empty": {}, "half": sound[:len(sound)/2], "more": append(bytes.Clone(sound), 'N'), "cyclic": cyclic, "deep": deep, "huge": huge,
		"negative": negative, "digits": digits, "no type": {'Q'}, "a string": {'u', 1, 0, 0, 0, 'x'}, "not code": tuple(),
	} {
		_, err := Lift(source(data), one)
		var e *Error
		require.ErrorAs(t, err, &e, name)
		assert.NotEqual(t, Refused, e.Kind, "%s: %v", name, e)
	}
	for at := range sound { // any byte lost or changed
		for _, data := range [][]byte{append(bytes.Clone(sound[:at]), sound[at+1:]...), append(append(bytes.Clone(sound[:at]), sound[at]^0x55), sound[at+1:]...)} {
			_, _ = Lift(source(data), one)
		}
	}
}

// TestBombs: code that grows what it computes is stopped.
func TestBombs(t *testing.T) {
	double := bytes.Repeat([]byte{4, 0, 23, 0}, 5000) // x + x of the result before
	bytecode := append(append([]byte{124, 0}, double...), 83, 0)
	for name, data := range map[string][]byte{
		"doubled": assemble(layout38, bytecode, tuple([]byte("N")), nil, "m.py"),
		"jump":    assemble(layout38, []byte{110, 0, 113, 0}, tuple([]byte("N")), nil, "m.py"),
	} {
		start := time.Now()
		_, err := Lift(source(data), one)
		require.Error(t, err, name)
		assert.Less(t, time.Since(start), 2*time.Second, name)
	}
	// Below the limit the formula, which would be 2^500 long, is cut.
	l := lifted(t, source(assemble(layout38, append(append([]byte{124, 0}, double[:2000]...), 83, 0), tuple([]byte("N")), nil, "m.py")), one)
	assert.Less(t, len(l.Formula), 2*maxFormula)
	assert.Len(t, l.Config()["layers"], 501)

	budget := 5
	o := one
	o.Budget = &budget
	_, err := Lift(source(assemble(layout38, []byte{124, 0, 83, 0}, tuple([]byte("N")), nil, "m.py")), o)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, Limit, e.Kind)
}

// TestWindows: Keras on Windows wrote a slash for each byte 0x5c.
func TestWindows(t *testing.T) {
	const file = "C:/Users/a/model.py"
	// a, b = x: UNPACK_SEQUENCE is 0x5c.
	unpack := []byte{124, 0, '/', 2, 125, 0, 125, 0, 124, 0, 124, 0, 20, 0, 83, 0}
	two := Options{Era: 2, Inputs: 2, List: true}
	l := lifted(t, source(assemble(layout38, unpack, tuple([]byte("N")), nil, file)), two)
	assert.Equal(t, "x[1] * x[1]", l.Formula)

	scale := []byte{124, 0, 100, 1, 20, 0, 83, 0}
	at := func(x float64) ([]byte, float64) {
		b := binary.LittleEndian.AppendUint64(nil, math.Float64bits(x))
		damaged := bytes.ReplaceAll(b, []byte(`\`), []byte("/"))
		return append([]byte{'g'}, damaged...), math.Float64frombits(binary.LittleEndian.Uint64(damaged))
	}
	found := 0
	for k := 1; k < 4000; k++ { // among numbers that people write some are damaged
		x := float64(k) / 1000
		b, damaged := at(x)
		if damaged == x {
			continue
		}
		found++
		l := lifted(t, source(assemble(layout38, scale, tuple([]byte("N"), b), nil, file)), one)
		assert.Equal(t, "x * "+float(x), l.Formula, "stored as %v", damaged)
	}
	assert.Positive(t, found)

	_, err := Lift(source(assemble(layout38, scale, tuple([]byte("N"), []byte{'i', '/', 0, 0, 0}), nil, file)), one)
	require.Error(t, err) // 47 or 92
	assert.Contains(t, err.Error(), "Windows")
	lifted(t, source(assemble(layout38, scale, tuple([]byte("N"), []byte{'i', '/', 0, 0, 0}), nil, "/home/a/model.py")), one)
}

// TestCodecs: the same code in each text that Keras wrote.
func TestCodecs(t *testing.T) {
	data := assemble(layout38, []byte{124, 0, 100, 1, 20, 0, 83, 0}, tuple([]byte("N"), float64Of(3)), nil, "m.py")
	text := base64.StdEncoding.EncodeToString(data)
	var lines, raw strings.Builder
	for k := 0; k < len(text); k += 76 {
		lines.WriteString(text[k:min(k+76, len(text))] + "\n")
	}
	for _, b := range data {
		raw.WriteRune(rune(b))
	}
	for _, function := range []any{
		text, []any{text, nil, nil}, []any{lines.String(), nil, nil}, []any{raw.String()},
		map[string]any{"class_name": "__lambda__", "config": map[string]any{"code": lines.String(), "defaults": nil, "closure": nil}},
	} {
		s, ok := SourceOf(function)
		require.True(t, ok)
		assert.Equal(t, "x * 3.0", lifted(t, s, one).Formula)
	}
	for _, function := range []any{nil, 7, []any{}, []any{nil}, map[string]any{}, map[string]any{"class_name": "function", "config": "relu"}} {
		_, ok := SourceOf(function)
		assert.False(t, ok, "%v", function)
	}
	b, err := rawUnicodeEscape("aé☃\U0001f600")
	require.NoError(t, err)
	assert.Equal(t, "a\xe9\\u2603\\U0001f600", string(b))
}
