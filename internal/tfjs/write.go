package tfjs

import (
	"encoding/json"
	"fmt"
	"io"
)

// Array is a weight to write. Data is little-endian, row-major.
type Array struct {
	Name  string
	Shape []int
	DType string // float32, int32 or bool
	Data  []byte
}

// ShardBytes is the size of a shard, which the converter chose so that browsers
// cache it.
const ShardBytes = 4 << 20

// Head is what model.json says beside topology and weights.
type Head struct {
	GeneratedBy string
	ConvertedBy string
}

// Write writes a layers model: the shards, then model.json, each into the file
// that create opens.
func Write(create func(name string) (io.WriteCloser, error), head Head, topology json.RawMessage, weights []Array) error {
	total := 0
	specs := []spec{}
	for _, w := range weights {
		if sizes[w.DType] == 0 {
			return fmt.Errorf("weight %q: dtype must be float32, int32 or bool, received %s", w.Name, w.DType)
		}
		shape := w.Shape
		if shape == nil {
			shape = []int{}
		}
		specs = append(specs, spec{Name: w.Name, Shape: shape, DType: w.DType})
		total += len(w.Data)
	}
	shards := (total + ShardBytes - 1) / ShardBytes
	paths := []string{}
	for i := range shards {
		paths = append(paths, fmt.Sprintf("group1-shard%dof%d.bin", i+1, shards))
	}
	if err := writeShards(create, paths, weights); err != nil {
		return err
	}
	doc := struct {
		Format    string          `json:"format"`
		By        string          `json:"generatedBy"`
		Converter string          `json:"convertedBy"`
		Topology  json.RawMessage `json:"modelTopology"`
		Manifest  []any           `json:"weightsManifest"`
	}{"layers-model", head.GeneratedBy, head.ConvertedBy, topology, []any{map[string]any{"paths": paths, "weights": plain(specs)}}}
	data, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return writeFile(create, "model.json", data)
}

// plain lists specs without the quantization that they do not have.
func plain(specs []spec) []any {
	out := []any{}
	for _, s := range specs {
		out = append(out, map[string]any{"name": s.Name, "shape": s.Shape, "dtype": s.DType})
	}
	return out
}

// writeShards deals the bytes of all weights out to files of ShardBytes.
func writeShards(create func(string) (io.WriteCloser, error), paths []string, weights []Array) error {
	var rest []byte
	next := 0
	for _, p := range paths {
		f, err := create(p)
		if err != nil {
			return err
		}
		for room := ShardBytes; room > 0 && (len(rest) > 0 || next < len(weights)); {
			if len(rest) == 0 {
				rest = weights[next].Data
				next++
				continue
			}
			n := min(room, len(rest))
			if _, err := f.Write(rest[:n]); err != nil {
				f.Close()
				return err
			}
			rest, room = rest[n:], room-n
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(create func(string) (io.WriteCloser, error), name string, data []byte) error {
	f, err := create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
