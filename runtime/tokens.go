package runtime

import (
	"slices"
	"unicode/utf8"
)

// Tokens says how texts become tokens, and tokens numbers.
type Tokens struct {
	Lower  bool // ASCII letters become small
	Strip  bool // ASCII punctuation goes
	Split  Split
	NGrams []int // how many tokens are joined, by blanks; none: each stands alone
	Table  *Table
}

// Split says where a text is split.
type Split uint8

// Unsplit texts are tokens themselves: those along the last axis are one sequence.
const (
	Unsplit Split = iota
	AtBlanks
	IntoCharacters
)

func (t *Tokens) equal(o *Tokens) bool {
	return t == o || t.Lower == o.Lower && t.Strip == o.Strip && t.Split == o.Split && slices.Equal(t.NGrams, o.NGrams) && t.Table.equal(o.Table)
}

// tokenizer is the working memory of going through tokens.
type tokenizer struct {
	*Tokens
	text   []byte
	spans  [][2]int // of the tokens in text
	joined []byte
}

// each calls f for the tokens of a sequence of texts, in order.
func (t *tokenizer) each(texts []string, f func(token []byte)) {
	t.text, t.spans = t.text[:0], t.spans[:0]
	for _, s := range texts {
		from := len(t.text)
		t.standardize(s)
		t.split(from)
	}
	if t.NGrams == nil {
		for _, s := range t.spans {
			f(t.text[s[0]:s[1]])
		}
		return
	}
	for _, n := range t.NGrams {
		for i := 0; i+n <= len(t.spans); i++ {
			t.joined = t.joined[:0]
			for k, s := range t.spans[i : i+n] {
				if k > 0 {
					t.joined = append(t.joined, ' ')
				}
				t.joined = append(t.joined, t.text[s[0]:s[1]]...)
			}
			f(t.joined)
		}
	}
}

// count returns how many tokens each would give.
func (t *tokenizer) count(texts []string) int {
	n := 0
	t.each(texts, func([]byte) { n++ })
	return n
}

func (t *tokenizer) standardize(s string) {
	if !t.Lower && !t.Strip {
		t.text = append(t.text, s...)
		return
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z':
			if t.Lower {
				c += 'a' - 'A'
			}
		case t.Strip && isPunctuation(c):
			continue
		}
		t.text = append(t.text, c)
	}
}

func isPunctuation(c byte) bool {
	return c >= '!' && c <= '/' || c >= ':' && c <= '@' || c >= '[' && c <= '`' || c >= '{' && c <= '~'
}

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// split adds the tokens of the text from here on.
func (t *tokenizer) split(from int) {
	switch t.Split {
	case Unsplit:
		t.spans = append(t.spans, [2]int{from, len(t.text)})
	case AtBlanks:
		for i := from; i < len(t.text); i++ {
			if isBlank(t.text[i]) {
				continue
			}
			start := i
			for i < len(t.text) && !isBlank(t.text[i]) {
				i++
			}
			t.spans = append(t.spans, [2]int{start, i})
		}
	case IntoCharacters:
		end := len(t.text)
		for i := from; i < end; {
			r, n := utf8.DecodeRune(t.text[i:end])
			span := [2]int{i, i + n}
			if r == utf8.RuneError && n == 1 { // no UTF-8: what stands for it is behind the text
				span[0] = len(t.text)
				t.text = append(t.text, "\uFFFD"...)
				span[1] = len(t.text)
			}
			t.spans = append(t.spans, span)
			i += n
		}
	}
}

// number is that of a token; one that the table does not know and has no bucket for
// is -1.
func (t *Tokens) number(token []byte) int64 {
	if n, ok := t.Table.Strings[string(token)]; ok {
		return n
	}
	switch t.Table.Rest.Count {
	case 0:
		return -1
	case 1:
		return t.Table.Rest.First
	}
	return t.Table.Rest.bucket(token)
}
