package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"unicode"
)

// csvScanner divides text into records as encoding/csv does, and hands those with
// quotes to it. All others, lines of numbers, are divided where they lie.
type csvScanner struct {
	r      io.Reader
	comma  byte
	trim   bool // spaces before a field
	most   int  // bytes of a record
	buf    []byte
	lo, hi int // what of buf is not used up
	err    error
	line   int // where the record begins, from 1
	ended  int // lines read
	fields [][]byte
	std    *csv.Reader // for records with quotes, which it reads from record
	record bytes.Reader
	given  int // lines that std has read
}

const csvBuffer = 64 << 10

func newCSVScanner(r io.Reader, comma byte, most int) *csvScanner {
	return &csvScanner{r: r, comma: comma, trim: comma != '\t', most: most, buf: make([]byte, csvBuffer)}
}

// next returns the fields of a record, valid until the next call, or io.EOF. After
// an *csv.ParseError it goes on with the next line.
func (s *csvScanner) next() ([][]byte, error) {
	for {
		end, err := s.lineEnd(0)
		if err != nil {
			return nil, err
		}
		s.line = s.ended + 1
		text := bytes.TrimSuffix(bytes.TrimSuffix(s.buf[s.lo:s.lo+end], []byte("\n")), []byte("\r"))
		if bytes.IndexByte(text, '"') >= 0 {
			return s.quoted(end)
		}
		s.lo, s.ended = s.lo+end, s.ended+1
		if len(text) > 0 {
			s.split(text)
			return s.fields, nil
		}
	}
}

func (s *csvScanner) split(text []byte) {
	s.fields = s.fields[:0]
	for {
		at := bytes.IndexByte(text, s.comma)
		field := text
		if at >= 0 {
			field = text[:at]
		}
		if s.trim && len(field) > 0 && (field[0] <= ' ' || field[0] >= 0x80) {
			field = bytes.TrimLeftFunc(field, unicode.IsSpace)
		}
		s.fields = append(s.fields, field)
		if at < 0 {
			return
		}
		text = text[at+1:]
	}
}

// lineEnd is how many bytes a line takes with its end, looked for from a place on
// behind what is used up.
func (s *csvScanner) lineEnd(from int) (int, error) {
	for {
		if at := bytes.IndexByte(s.buf[s.lo+from:s.hi], '\n'); at >= 0 {
			return from + at + 1, nil
		}
		from = s.hi - s.lo
		switch {
		case from > s.most:
			return 0, tooLong(s.most)
		case s.err == nil:
			s.fill()
		case errors.Is(s.err, io.EOF) && from > 0:
			return from, nil // the last line, without an end
		default:
			return 0, s.err
		}
	}
}

// fill reads some more.
func (s *csvScanner) fill() {
	if s.lo > 0 {
		s.hi = copy(s.buf, s.buf[s.lo:s.hi])
		s.lo = 0
	}
	if s.hi == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.r.Read(s.buf[s.hi:])
	s.hi, s.err = s.hi+n, err
}

// quoted reads a record with quotes, whose first line takes so many bytes. It goes
// on until they are even.
func (s *csvScanner) quoted(end int) ([][]byte, error) {
	lines := 1
	for quotes, seen := 0, 0; ; lines++ {
		quotes += bytes.Count(s.buf[s.lo+seen:s.lo+end], []byte(`"`))
		if seen = end; quotes%2 == 0 {
			break
		}
		more, err := s.lineEnd(end)
		if errors.Is(err, io.EOF) || err == nil && more == end {
			break // csv says that a quote is missing
		}
		if err != nil {
			return nil, err
		}
		end = more
	}
	if s.record.Reset(s.buf[s.lo : s.lo+end]); s.std == nil {
		s.std, s.given = csv.NewReader(&s.record), 0
		s.std.Comma, s.std.TrimLeadingSpace, s.std.FieldsPerRecord, s.std.ReuseRecord = rune(s.comma), s.trim, -1, true
	}
	record, err := s.std.Read()
	s.lo, s.ended, s.given = s.lo+end, s.ended+lines, s.given+lines
	var p *csv.ParseError
	if errors.As(err, &p) {
		before := s.line - 1 - (s.given - lines) // lines that std did not see
		p.StartLine, p.Line = p.StartLine+before, p.Line+before
		s.std = nil // it may have a part of the record left
		return nil, err
	}
	s.fields = s.fields[:0]
	for _, f := range record {
		s.fields = append(s.fields, []byte(f))
	}
	return s.fields, err
}
