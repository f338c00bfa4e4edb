package layers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/kerasrun/kerasrun/runtime"
)

// arguments are what a layer is called with, and which of it the layer has asked
// for: what nobody asks for is an error, never ignored.
type arguments struct {
	positional []any          // with a Tensor at each tensor's place
	keyword    map[string]any // likewise
	asked      []string       // names of keyword arguments
	all        bool           // the positional ones were asked for
}

// RawArguments is implemented by layers that read the positional arguments of
// their calls themselves, by Call.Positional. For all others they are tensors, or
// constants in the place of tensors, and are the inputs of Build and Call.
type RawArguments interface{ RawArguments() }

// MaskKeeper is implemented by layers that see the masks of their tensors even
// where these come in several arguments. From Keras 3 on a layer that is called
// with more than one tensor argument is told only the masks that it has arguments
// for (keras/src/layers/layer.py, __call__): an LSTM called with initial_state
// does not see the mask of its sequence.
type MaskKeeper interface{ KeepsMasks() bool }

// MaskPlacer is implemented by layers that are called as layer(x, mask): MaskPlace is
// where the mask stands among the positional arguments.
type MaskPlacer interface{ MaskPlace() int }

// placeMask makes a mask that was given by its place a keyword argument.
func (a *arguments) placeMask(l Layer) {
	m, ok := l.(MaskPlacer)
	if !ok || len(a.positional) != m.MaskPlace()+1 {
		return
	}
	place := m.MaskPlace()
	if mask := a.positional[place]; mask != nil {
		a.keyword = maps.Clone(a.keyword)
		if a.keyword == nil {
			a.keyword = map[string]any{}
		}
		a.keyword["mask"] = mask
	}
	a.positional = a.positional[:place]
}

// WithArguments returns the call with other arguments, as Positional and Keyword
// return them. Models give their layers' calls the ones of the configuration.
func (c *Call) WithArguments(positional []any, keyword map[string]any) *Call {
	out := *c
	out.given = arguments{positional: positional, keyword: keyword}
	return &out
}

// Positional returns the positional arguments of the call, with a Tensor at each
// tensor's place and a *runtime.Tensor at each constant's.
func (c *Call) Positional() []any {
	c.given.all = true
	return c.given.positional
}

// Keyword returns a keyword argument of the call, nil where there is none: decoded
// JSON with a Tensor at each tensor's place and a *runtime.Tensor at each
// constant's. A keyword argument that a layer does not ask for is an error.
func (c *Call) Keyword(name string) any {
	c.given.asked = append(c.given.asked, name)
	return c.given.keyword[name]
}

// KeywordFlag returns a keyword argument that is true or false, false where there
// is none.
func (c *Call) KeywordFlag(name string) bool {
	v := c.Keyword(name)
	switch x := v.(type) {
	case nil:
		return false
	case bool:
		return x
	case json.Number: // Python's 0 and 1
		if x == "0" || x == "1" {
			return x == "1"
		}
	}
	c.Fail(fmt.Errorf("argument %s: wanted true or false, received %s", name, Brief(v)))
	return false
}

// KeywordTensor returns a keyword argument that is a tensor or a constant, nil
// where there is none.
func (c *Call) KeywordTensor(name string) *runtime.Value {
	v := c.Keyword(name)
	if v == nil {
		return nil
	}
	t, ok, err := asTensor(c.Builder, v)
	if err == nil && !ok {
		err = fmt.Errorf("argument %s: wanted a tensor, received %s", name, Brief(v))
	}
	if err != nil {
		return c.Fail(err)
	}
	return t.Value
}

// KeywordTensors returns the tensors and constants of a keyword argument: one, or
// a list.
func (c *Call) KeywordTensors(name string) []Tensor {
	v := c.Keyword(name)
	if list, ok := v.([]any); ok && len(list) > 0 && !isConstant(list, rankOfTensors) {
		var all []Tensor
		for _, e := range list {
			t, ok, err := asTensor(c.Builder, e)
			if err == nil && !ok {
				err = fmt.Errorf("argument %s: wanted tensors, received %s", name, Brief(e))
			}
			if err != nil {
				c.Fail(err)
				return nil
			}
			all = append(all, t)
		}
		return all
	}
	if v == nil {
		return nil
	}
	t := c.KeywordTensor(name)
	if t == nil {
		return nil
	}
	return []Tensor{{Value: t}}
}

// rankOfTensors tells one constant from a list of several where both are nested
// lists of numbers: tensors given by keyword, such as states and masks, are
// (batch, …) of rank 2.
const rankOfTensors = 2

// isConstant reports whether v is nested lists of numbers or booleans of at most
// that many levels.
func isConstant(v any, levels int) bool {
	switch x := v.(type) {
	case json.Number, float64, bool:
		return true
	case []any:
		return levels > 0 && len(x) > 0 && !slices.ContainsFunc(x, func(e any) bool { return !isConstant(e, levels-1) })
	}
	return false
}

// asTensor makes a tensor of an argument that is one or a constant.
func asTensor(b *runtime.Builder, v any) (t Tensor, ok bool, err error) {
	switch x := v.(type) {
	case Tensor:
		return x, true, nil
	case *runtime.Tensor:
		return Tensor{Value: b.Constant(x)}, true, nil
	}
	if !isConstant(v, maxRank) {
		return Tensor{}, false, nil
	}
	dtype := "float32"
	if leaf(v) {
		dtype = "bool"
	}
	constant, err := ConstantOf(v, dtype)
	if err != nil {
		return Tensor{}, false, err
	}
	return Tensor{Value: b.Constant(constant)}, true, nil
}

// leaf reports whether the first element of a constant is a boolean.
func leaf(v any) bool {
	for {
		list, ok := v.([]any)
		if !ok {
			_, isBool := v.(bool)
			return isBool
		}
		v = list[0]
	}
}

// tensors lists the tensors of the positional arguments, constants in the place of
// tensors among them, and how many of the arguments hold any.
func (a *arguments) tensors(b *runtime.Builder) (in []Tensor, holding int, err error) {
	for _, v := range a.positional {
		before := len(in)
		if in, err = a.gather(b, in, v, false); err != nil {
			return nil, 0, err
		}
		if len(in) > before {
			holding++
		}
	}
	return in, holding, nil
}

func (a *arguments) gather(b *runtime.Builder, in []Tensor, v any, within bool) ([]Tensor, error) {
	switch v.(type) {
	case Tensor, *runtime.Tensor:
		t, _, err := asTensor(b, v)
		return append(in, t), err
	}
	if _, isBool := v.(bool); within && !isBool || isList(v) {
		if t, ok, err := asTensor(b, v); ok || err != nil {
			return append(in, t), err
		}
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			var err error
			if in, err = a.gather(b, in, e, true); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for _, k := range SortedKeys(x) {
			var err error
			if in, err = a.gather(b, in, x[k], true); err != nil {
				return nil, err
			}
		}
	}
	return in, nil
}

func isList(v any) bool {
	_, ok := v.([]any)
	return ok
}

// unread returns an error for what the call was given and nobody has asked for.
func (a *arguments) unread() error {
	for _, name := range SortedKeys(a.keyword) {
		if v := a.keyword[name]; v != nil && name != "training" && name != "mask" && !slices.Contains(a.asked, name) {
			return fmt.Errorf("argument %s=%s of the call: wanted one that the layer takes", name, describe(v))
		}
	}
	if a.all {
		return nil
	}
	for i, v := range a.positional {
		switch v.(type) {
		case nil, Tensor, *runtime.Tensor, []any, map[string]any:
		default:
			return fmt.Errorf("argument %d of the call: wanted a tensor, received %s", i, describe(v))
		}
	}
	return nil
}

// describe shows an argument in a message.
func describe(v any) string {
	if len(Tensors(v)) > 0 {
		return "a tensor"
	}
	if t, ok := v.(*runtime.Tensor); ok {
		return "a constant " + t.Type().String()
	}
	return Brief(v)
}

// holdsTensor reports whether there is a tensor or a constant in an argument.
func holdsTensor(v any) bool {
	return len(Tensors(v)) > 0 || len(leaves[*runtime.Tensor](nil, v)) > 0
}
