package tensorflow

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Object is a node of the graph of objects that a checkpoint was made of: a
// layer, a list, a variable.
type Object struct {
	children map[string]int
	order    []string // names of children as they stand in the file

	// Values are the tensors that hold the object's state, by the name of what
	// they hold: a variable has one, "VARIABLE_VALUE".
	Values map[string]Value
}

// Value is a tensor that holds a part of an object's state.
type Value struct {
	FullName string // TensorFlow's name of the variable: "dense/kernel"
	Key      string // the tensor's name in the bundle
}

// Graph is the graph of objects of a checkpoint. It may have cycles.
type Graph struct{ objects []Object }

// graphKey is the tensor that holds the graph.
const graphKey = "_CHECKPOINTABLE_OBJECT_GRAPH"

// Graph reads the graph of objects. Checkpoints of TensorFlow 1 sessions have
// none: that is an *UnsupportedError.
func (b *Bundle) Graph() (*Graph, error) {
	t, ok := b.tensors[graphKey]
	if !ok {
		return nil, &UnsupportedError{File: b.prefix + IndexSuffix, Place: graphKey, What: "a checkpoint without a graph of objects, as sessions of TensorFlow 1 wrote them"}
	}
	text, err := b.Strings(t, b.limits.ProtoBytes)
	if err != nil {
		return nil, err
	}
	if len(text) != 1 {
		return nil, b.wrong(t, "strings", "1", fmt.Sprint(len(text)))
	}
	g, err := parseGraph([]byte(text[0]), b.limits)
	if err != nil {
		var limit *LimitError
		if errors.As(err, &limit) {
			limit.File = b.shard(t.shard)
			return nil, limit
		}
		return nil, &FormatError{File: b.shard(t.shard), Place: graphKey, What: "protocol buffer", Err: err}
	}
	return g, nil
}

// parseGraph reads a TrackableObjectGraph
// (tensorflow/core/protobuf/trackable_object_graph.proto).
func parseGraph(data []byte, limits Limits) (*Graph, error) {
	g := &Graph{}
	budget := limits.Entries
	err := message(data, func(f field) error {
		if f.number != 1 {
			return nil
		}
		if err := f.expect(protowire.BytesType); err != nil {
			return err
		}
		if err := spend(&budget, limits); err != nil {
			return err
		}
		o, err := parseObject(f.bytes, &budget, limits)
		if err != nil {
			return fmt.Errorf("object %d: %w", len(g.objects), err)
		}
		g.objects = append(g.objects, o)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, o := range g.objects {
		for name, to := range o.children {
			if to < 0 || to >= len(g.objects) {
				return nil, fmt.Errorf("object %d: child %q must be one of %d objects, received %d", i, name, len(g.objects), to)
			}
		}
	}
	if len(g.objects) == 0 {
		return nil, errors.New("the graph must have a root, received no object")
	}
	return g, nil
}

// spend takes one from the number of things that a graph may have.
func spend(budget *int, limits Limits) error {
	if *budget--; *budget < 0 {
		return &LimitError{Place: "graph of objects", Limit: "Entries", Max: uint64(limits.Entries), Asked: uint64(limits.Entries) + 1}
	}
	return nil
}

func parseObject(data []byte, budget *int, limits Limits) (Object, error) {
	o := Object{children: map[string]int{}, Values: map[string]Value{}}
	err := message(data, func(f field) error {
		if f.number != 1 && f.number != 2 {
			return nil
		}
		if err := f.expect(protowire.BytesType); err != nil {
			return err
		}
		if err := spend(budget, limits); err != nil {
			return err
		}
		if f.number == 2 {
			return o.addValue(f.bytes)
		}
		to, name, err := parseReference(f.bytes)
		if err != nil {
			return err
		}
		if _, twice := o.children[name]; !twice {
			o.order = append(o.order, name)
		}
		o.children[name] = to
		return nil
	})
	return o, err
}

// parseReference reads an ObjectReference: a child and its name.
func parseReference(data []byte) (to int, name string, err error) {
	err = message(data, func(f field) error {
		switch f.number {
		case 1:
			to = int(int32(f.value))
		case 2:
			name = f.text()
		}
		return nil
	})
	return to, name, err
}

// addValue reads a SerializedTensor.
func (o *Object) addValue(data []byte) error {
	var name string
	var v Value
	err := message(data, func(f field) error {
		switch f.number {
		case 1:
			name = f.text()
		case 2:
			v.FullName = f.text()
		case 3:
			v.Key = f.text()
		}
		return nil
	})
	o.Values[name] = v
	return err
}

// Root returns the object that was saved.
func (g *Graph) Root() *Object { return &g.objects[0] }

// Child follows a path of names, "layer-0/cell/kernel", from an object.
func (g *Graph) Child(o *Object, path string) (*Object, bool) {
	for step := range strings.SplitSeq(path, "/") {
		to, ok := o.children[step]
		if !ok {
			return nil, false
		}
		o = &g.objects[to]
	}
	return o, true
}

// Children lists the names of an object's children in the order of the file.
func (o *Object) Children() []string { return o.order }
