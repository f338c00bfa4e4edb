package serve

import "regexp"

// traceparent is the header of W3C's Trace Context: version, trace, parent, flags.
// Later versions may go on.
var traceparent = regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\x20-\x7e]{0,64})?$`)

// Traceparent returns a request's traceparent as it is logged: "" unless it has the form
// that Trace Context gives it.
func Traceparent(header string) string {
	if !traceparent.MatchString(header) || header[:2] == "ff" || header[:2] == "00" && len(header) > 55 {
		return ""
	}
	return header
}
