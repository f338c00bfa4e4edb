package npz

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const magic = "\x93NUMPY"

// header is what precedes the elements in a .npy file.
type header struct {
	dtype   dtype
	fortran bool
	shape   []int
	length  int // bytes up to the first element
}

// readHeader reads magic, version and the Python dictionary behind them.
func readHeader(r io.Reader) (header, error) {
	var h header
	start := make([]byte, 8, 12)
	if _, err := io.ReadFull(r, start); err != nil {
		return h, fmt.Errorf("header: %w", truncated(err))
	}
	if string(start[:6]) != magic {
		return h, fmt.Errorf("must begin with %q, received %q", magic, start[:6])
	}
	major, minor := start[6], start[7]
	if major < 1 || major > 3 {
		return h, fmt.Errorf("format version must be 1.0, 2.0 or 3.0, received %d.%d", major, minor)
	}
	width := 4
	if major == 1 {
		width = 2
	}
	start = start[:8+width]
	if _, err := io.ReadFull(r, start[8:]); err != nil {
		return h, fmt.Errorf("header length: %w", truncated(err))
	}
	n := uint64(binary.LittleEndian.Uint16(start[8:]))
	if width == 4 {
		n = uint64(binary.LittleEndian.Uint32(start[8:]))
	}
	if n > maxHeader {
		return h, fmt.Errorf("header must be <= %d bytes, received %d", maxHeader, n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return h, fmt.Errorf("header: %w", truncated(err))
	}
	h.length = len(start) + len(text)
	return h, h.parse(string(text))
}

// parse reads the dictionary {'descr': …, 'fortran_order': …, 'shape': (…)}.
func (h *header) parse(text string) error {
	s := scanner{rest: text}
	s.expect("{")
	seen := map[string]bool{}
	for s.err == nil && !s.accept("}") {
		key := s.quoted()
		s.expect(":")
		if s.err == nil && seen[key] {
			return fmt.Errorf("header: key %q stands twice", key)
		}
		seen[key] = true
		switch key {
		case "descr":
			if s.peek('[') {
				return errors.New("header: record dtypes are not supported, descr must be a string such as '<f4'")
			}
			descr := s.quoted()
			if s.err != nil {
				break
			}
			var err error
			if h.dtype, err = parseDType(descr); err != nil {
				return err
			}
		case "fortran_order":
			h.fortran = s.boolean()
		case "shape":
			h.shape = s.tuple()
		default:
			s.fail("a key of descr, fortran_order, shape", strconv.Quote(key))
		}
		if !s.accept(",") {
			s.expect("}")
			break
		}
	}
	if s.err != nil {
		return fmt.Errorf("header: %w", s.err)
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return fmt.Errorf("header: key %q is missing", key)
		}
	}
	return nil
}

// scanner reads the few Python literals that headers are made of. After the
// first failure it consumes nothing more.
type scanner struct {
	rest string
	err  error
}

func (s *scanner) fail(wanted, received string) {
	if s.err == nil {
		s.err = fmt.Errorf("wanted %s, received %.40s", wanted, received)
		s.rest = ""
	}
}

func (s *scanner) space() { s.rest = strings.TrimLeft(s.rest, " \t\r\n") }

func (s *scanner) peek(c byte) bool {
	s.space()
	return s.rest != "" && s.rest[0] == c
}

func (s *scanner) accept(token string) bool {
	s.space()
	rest, ok := strings.CutPrefix(s.rest, token)
	s.rest = rest
	return ok
}

func (s *scanner) expect(token string) {
	if s.err == nil && !s.accept(token) {
		s.fail(token, strconv.Quote(s.rest))
	}
}

func (s *scanner) quoted() string {
	s.space()
	if s.err == nil && s.rest != "" && (s.rest[0] == '\'' || s.rest[0] == '"') {
		if end := strings.IndexByte(s.rest[1:], s.rest[0]); end >= 0 {
			text := s.rest[1 : 1+end]
			s.rest = s.rest[2+end:]
			return text
		}
	}
	s.fail("a quoted string", strconv.Quote(s.rest))
	return ""
}

func (s *scanner) boolean() bool {
	if s.accept("True") {
		return true
	}
	if !s.accept("False") {
		s.fail("True or False", strconv.Quote(s.rest))
	}
	return false
}

// tuple reads (), (3,), (3, 4); Python 2 wrote long dimensions as 3L.
func (s *scanner) tuple() []int {
	shape := []int{}
	s.expect("(")
	for s.err == nil && !s.accept(")") {
		digits := len(s.rest) - len(strings.TrimLeft(s.rest, "0123456789"))
		d, err := strconv.Atoi(s.rest[:digits])
		if err != nil {
			s.fail("a dimension", strconv.Quote(s.rest))
			return nil
		}
		s.rest = strings.TrimPrefix(s.rest[digits:], "L")
		if shape = append(shape, d); len(shape) > maxRank {
			s.fail(fmt.Sprintf("at most %d dimensions", maxRank), "more")
		}
		if !s.accept(",") {
			s.expect(")")
			break
		}
	}
	return shape
}

// truncated names an early end of file for what it is.
func truncated(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
