package table

import (
	"bufio"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/internal/images"
	"github.com/kerasrun/kerasrun/keras"
)

// Format is a way to hold rows.
type Format struct {
	// Name is what --format calls it.
	Name string
	// Extensions are those of its files, with the dot.
	Extensions []string

	// sniff tells the format by the first bytes, or by what a folder holds.
	sniff func(in *Input) bool
	// read opens rows; nil for what can only be written.
	read func(in *Input, w *Wanted) (Reader, error)
	// write begins rows of these outputs; nil for what can only be read.
	write func(w *bufio.Writer, outputs []keras.Port) (Writer, error)
}

// formats are all there are: a new one is a file and a line here. The first that
// knows the content reads it.
var formats []*Format

func init() { // not above: readers may open what they hold through this list
	formats = []*Format{
		{"npy", []string{".npy"}, isNPY, readNPY, writeNPY},
		{"npz", []string{".npz"}, isNPZ, readNPZ, writeNPZ},
		{"parquet", []string{".parquet", ".pq"}, isParquet, readParquet, writeParquet},
		{"tfrecord", []string{".tfrecord", ".tfrecords"}, isTFRecord, readTFRecord, nil},
		{"images", images.Extensions, isImages, readImages, nil},
		{"jsonl", []string{".jsonl", ".ndjson", ".json"}, isJSON, readJSON, writeJSON},
		{"csv", []string{".csv"}, isText, readCSV, writeCSV},
	}
}

// FormatNames lists the formats that rows can be written in.
func FormatNames() []string {
	var names []string
	for _, f := range formats {
		if f.write != nil {
			names = append(names, f.Name)
		}
	}
	return names
}

// ParseFormat finds a format to write by its name.
func ParseFormat(name string) (*Format, error) {
	for _, f := range formats {
		if f.write != nil && f.Name == strings.ToLower(name) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("format must be %s, received %q", either(FormatNames()), name)
}

// FormatOf is the format that a file's ending names, CSV where it has none. That
// of a compression may stand behind it: y.csv.gz.
func FormatOf(path string) (*Format, error) {
	inner, _ := cutEnding(path)
	ending := strings.ToLower(filepath.Ext(inner))
	if ending == "" {
		return ParseFormat("csv")
	}
	var known []string
	for _, f := range formats {
		if f.write == nil {
			continue
		}
		if slices.Contains(f.Extensions, ending) {
			return f, nil
		}
		known = append(known, f.Extensions...)
	}
	return nil, fmt.Errorf("%s must end in %s, or --format must name one of %s, received %q", path, either(known), either(FormatNames()), ending)
}

// formatFor is the format of what is read.
func formatFor(in *Input) (*Format, error) {
	var names []string
	for _, f := range formats {
		if f.read == nil {
			continue
		}
		if f.sniff(in) {
			return f, nil
		}
		names = append(names, f.Name)
	}
	if in.Reader == nil {
		return nil, fmt.Errorf("rows must be %s, received a folder without any", either(names))
	}
	return nil, fmt.Errorf("rows must be %s, received something that is neither text nor an array", either(names))
}

// either lists alternatives.
func either(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}
