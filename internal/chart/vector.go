package chart

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"strings"
)

// escape makes text safe inside XML.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// vector is a canvas that becomes SVG.
type vector struct{ b bytes.Buffer }

func (v *vector) line(p []point, width float64, c color.RGBA) {
	fmt.Fprintf(&v.b, `<polyline fill="none" stroke="%s" stroke-width="%g" points="`, hex(c), width)
	for _, q := range p {
		fmt.Fprintf(&v.b, "%.1f,%.1f ", q.x, q.y)
	}
	v.b.WriteString("\"/>\n")
}

func (v *vector) text(at point, a anchor, s string, c color.RGBA) {
	fmt.Fprintf(&v.b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">`, at.x, at.y, [...]string{"start", "middle", "end"}[a], hex(c))
	v.b.WriteString(escape.Replace(s))
	v.b.WriteString("</text>\n")
}

func (v *vector) write(w io.Writer) error {
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif" font-size="12">
<rect width="100%%" height="100%%" fill="white"/>
%s</svg>
`, width, height, v.b.Bytes())
	return err
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
