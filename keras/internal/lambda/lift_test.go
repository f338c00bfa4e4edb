package lambda

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const fixtures = "../../../testdata/lambda"

// fixtureCase is a function of scripts/lambdas.py.
type fixtureCase struct {
	Source   string
	Defaults any
	Formula  string
	Refused  string
	Inputs   []any
}

func readJSON(t testing.TB, name string, into any) {
	data, err := os.ReadFile(filepath.Join(fixtures, name))
	require.NoError(t, err)
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	require.NoError(t, d.Decode(into))
}

// TestPythons: what real CPythons compiled reads as the same formula.
func TestPythons(t *testing.T) {
	var cases map[string]fixtureCase
	readJSON(t, "cases.json", &cases)
	files, err := filepath.Glob(filepath.Join(fixtures, "py*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 9)
	for _, file := range files {
		var codes map[string]string
		readJSON(t, filepath.Base(file), &codes)
		for name, c := range cases {
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				require.NotEmpty(t, codes[name])
				l, err := Lift(Source{Code: codes[name], Defaults: c.Defaults}, Options{Keras: "2.15.0", Era: 2, Inputs: max(1, len(c.Inputs)), List: len(c.Inputs) > 1})
				if c.Refused != "" {
					var e *Error
					require.ErrorAs(t, err, &e, c.Source)
					assert.Equal(t, Refused, e.Kind, e.Error())
					assert.Contains(t, e.What, c.Refused)
					assert.Contains(t, e.Listing, "\n> ", "the instruction in the way")
					return
				}
				require.NoError(t, err, c.Source)
				if strings.Contains(file, "py2") && name == "constants" { // 9/2 of Python 2's integers
					return
				}
				assert.Equal(t, c.Formula, l.Formula, c.Source)
			})
		}
	}
}

func lifted(t *testing.T, s Source, o Options) *Lifted {
	t.Helper()
	l, err := Lift(s, o)
	var e *Error
	if errors.As(err, &e) {
		t.Fatal(e)
	}
	return l
}
