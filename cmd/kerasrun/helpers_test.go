package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

const seed = "../../testdata/models/seed/"

// outcome is what a run of the command left.
type outcome struct {
	code           int
	stdout, stderr string
}

// kerasrun runs the command in this process.
func kerasrun(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), args, strings.NewReader(stdin), &out, &errs)
	return outcome{code, out.String(), errs.String()}
}
