package table

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonScanner takes a stream of JSON values apart, no byte further than it must.
type jsonScanner struct {
	r   *bufio.Reader
	max int
	buf []byte
}

// peek skips white space and returns the byte behind, io.EOF at the end.
func (s *jsonScanner) peek() (byte, error) {
	for {
		b, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch b {
		case ' ', '\t', '\r', '\n':
		default:
			return b, s.r.UnreadByte()
		}
	}
}

// opens counts the brackets that a value begins with, and returns the byte
// behind them. Nothing is consumed.
func (s *jsonScanner) opens() (n int, next byte) {
	for i := 0; ; i++ {
		b, err := s.r.Peek(i + 1)
		if err != nil {
			return n, 0
		}
		switch b[i] {
		case ' ', '\t', '\r', '\n':
		case '[':
			n++
		default:
			return n, b[i]
		}
	}
}

// value returns the bytes of the next value, valid until the next call.
func (s *jsonScanner) value() ([]byte, error) {
	if _, err := s.peek(); err != nil {
		return nil, err
	}
	s.buf = s.buf[:0]
	depth, text, escaped := 0, false, false
	for {
		b, err := s.r.ReadByte()
		if errors.Is(err, io.EOF) {
			if depth > 0 || text {
				return nil, io.ErrUnexpectedEOF
			}
			break // behind a number
		}
		if err != nil {
			return nil, err
		}
		if depth == 0 && !text && len(s.buf) > 0 && bytes.IndexByte([]byte(" \t\r\n,]}[{\""), b) >= 0 {
			if err := s.r.UnreadByte(); err != nil {
				return nil, err
			}
			break
		}
		if s.buf = append(s.buf, b); len(s.buf) > s.max {
			return nil, tooLong(s.max)
		}
		switch {
		case escaped:
			escaped = false
		case text && b == '\\':
			escaped = true
		case b == '"':
			text = !text
		case text:
		case b == '[', b == '{':
			depth++
		case b == ']', b == '}':
			depth--
		}
		if depth <= 0 && !text && (b == '"' || b == ']' || b == '}') {
			break
		}
	}
	var checked json.RawMessage
	return s.buf, json.Unmarshal(s.buf, &checked) // says what is wrong, and where
}

// skip returns the end of the value that valid JSON holds at i.
func skip(b []byte, i int) int {
	depth, text := 0, false
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			if text = !text; !text && depth == 0 {
				return i + 1
			}
		case text:
		case c == '[', c == '{':
			depth++
		case c == ']', c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case depth == 0 && bytes.IndexByte([]byte(" \t\r\n,:"), c) >= 0:
			return i
		}
	}
	return i
}

// space returns the place of the next byte that is none of white space, commas
// and colons, which valid JSON needs no look at.
func space(b []byte, i int) int {
	for i < len(b) && bytes.IndexByte([]byte(" \t\r\n,:"), b[i]) >= 0 {
		i++
	}
	return i
}

// member is a key of an object with the bytes of its value.
type member struct {
	key   string
	value []byte
}

// membersOf lists what an object of valid JSON holds.
func membersOf(b []byte, out []member) ([]member, error) {
	out = out[:0]
	seen := map[string]bool{}
	for i := space(b, 1); b[i] != '}'; i = space(b, i) {
		end := skip(b, i)
		var key string
		if err := json.Unmarshal(b[i:end], &key); err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, fmt.Errorf("key %q stands twice", key)
		}
		seen[key] = true
		i = space(b, end)
		end = skip(b, i)
		out = append(out, member{key, b[i:end]})
		i = end
	}
	return out, nil
}
