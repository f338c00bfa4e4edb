package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// sameFloat fails where parseFloat has another answer than strconv.
func sameFloat(t *testing.T, s string) (fast bool) {
	got, ok := parseFloat([]byte(s))
	if !ok {
		return false
	}
	want, err := strconv.ParseFloat(s, 32)
	if err != nil || math.Float32bits(float32(want)) != math.Float32bits(got) {
		t.Errorf("%q: %v, strconv %v %v", s, got, want, err)
	}
	return true
}

// TestFloatsAsStrconv reads numbers written in every way, those beside the middle
// between two float32 among them.
func TestFloatsAsStrconv(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	fast := 0
	for range 40_000 {
		f := math.Float32frombits(r.Uint32())
		if r.IntN(2) == 0 {
			f = float32(r.NormFloat64())
		}
		middle := (float64(f) + float64(math.Nextafter32(f, 9))) / 2
		for _, s := range []string{
			strconv.FormatFloat(float64(f), 'g', -1, 32),
			strconv.FormatFloat(r.NormFloat64(), 'g', 1+r.IntN(19), 64),
			strconv.FormatFloat(middle, 'g', -1, 64),
			strconv.FormatFloat(middle, 'f', 17, 64),
			strconv.FormatFloat(math.Nextafter(middle, float64(r.IntN(3)-1)*1e9), 'e', 17, 64),
			strconv.FormatUint(r.Uint64()>>r.IntN(64), 10) + "e" + strconv.Itoa(r.IntN(60)-30),
		} {
			if sameFloat(t, s) {
				fast++
			}
		}
	}
	require.Greater(t, fast, 80_000, "most numbers are read the fast way")
	for _, s := range []string{"", "-", ".", "-.", "1.", ".5", "+1", "1e", "1e+", "1.2.3", "1_0", "0x1", "--1", "1-", "e5", ".e1", "00000000000000000000001", "0.0000000000000000000000000000000000000001", "-0"} {
		sameFloat(t, s)
	}
}

func FuzzFloat(f *testing.F) {
	for _, s := range []string{"1.5", "-0.1e-3", "16777217", "3.4028235e38", "1e22", "0x1p3", "1e-40"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { sameFloat(t, s) })
}

// records reads everything with both readers, until the first error.
func records(t *testing.T, text string, comma byte, r io.Reader) {
	want := csv.NewReader(strings.NewReader(text))
	want.Comma, want.TrimLeadingSpace, want.FieldsPerRecord = rune(comma), comma != '\t', -1
	got := newCSVScanner(r, comma, 1<<20)
	for {
		a, wantErr := want.Read()
		b, err := got.next()
		var quotes *csv.ParseError
		if errors.As(wantErr, &quotes) || errors.As(err, &quotes) {
			if (err == nil) != (wantErr == nil) && !strings.Contains(text, "\"") {
				t.Fatalf("%q: %v, encoding/csv %v", text, err, wantErr)
			}
			return // how far a broken quote reaches is nobody's rule
		}
		if err != wantErr {
			t.Fatalf("%q: %v, encoding/csv %v", text, err, wantErr)
		}
		if err != nil {
			return
		}
		line, _ := want.FieldPos(0)
		if len(a) != len(b) || line != got.line {
			t.Fatalf("%q: %q in line %d, encoding/csv %q in line %d", text, b, got.line, a, line)
		}
		for i := range a {
			if a[i] != string(b[i]) {
				t.Fatalf("%q: %q, encoding/csv %q", text, b, a)
			}
		}
	}
}

func TestRecordsAsEncodingCSV(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	parts := []string{"1", "2.5", ",", ",", "\n", "\r\n", "\"a\"", "\"a,b\"", "\"x\ny\"", "\"q\"\"q\"", " ", "\t", "é", "\u00a0z", "abc"}
	for range 800 {
		var b strings.Builder
		for range r.IntN(20) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		for _, comma := range []byte{',', ';', '\t'} {
			records(t, b.String(), comma, strings.NewReader(b.String()))
			records(t, b.String(), comma, iotest.OneByteReader(strings.NewReader(b.String())))
		}
	}
	long := strings.Repeat("1.25,", 200_000) + "1\n2\n"
	records(t, long, ',', strings.NewReader(long))
	s := newCSVScanner(bytes.NewReader(bytes.Repeat([]byte("1,"), 1<<20)), ',', 1<<20)
	_, err := s.next()
	require.ErrorContains(t, err, "at most")
}

func FuzzRecords(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\nb\",c\r\n\r\nd", " \"x\" ,y", "\"", "a\"b\n", "\r", "1,\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { records(t, text, ',', strings.NewReader(text)) })
}
