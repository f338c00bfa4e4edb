package grpc

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/kerasrun/kerasrun/internal/oip"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/serve/grpc/internal/pb"
)

// datatypes are the Open Inference Protocol's names of TensorFlow's types.
var datatypes = map[pb.DataType]string{
	pb.DataType_DT_FLOAT: "FP32", pb.DataType_DT_DOUBLE: "FP64", pb.DataType_DT_HALF: "FP16", pb.DataType_DT_BFLOAT16: "BF16",
	pb.DataType_DT_INT8: "INT8", pb.DataType_DT_INT16: "INT16", pb.DataType_DT_INT32: "INT32", pb.DataType_DT_INT64: "INT64",
	pb.DataType_DT_UINT8: "UINT8", pb.DataType_DT_UINT16: "UINT16", pb.DataType_DT_UINT32: "UINT32", pb.DataType_DT_UINT64: "UINT64",
	pb.DataType_DT_BOOL: "BOOL", pb.DataType_DT_STRING: "BYTES",
}

func tensorflowType(d runtime.DType) pb.DataType {
	switch d {
	case runtime.Int32:
		return pb.DataType_DT_INT32
	case runtime.Int64:
		return pb.DataType_DT_INT64
	case runtime.Bool:
		return pb.DataType_DT_BOOL
	case runtime.String:
		return pb.DataType_DT_STRING
	}
	return pb.DataType_DT_FLOAT
}

// mostRepeated bounds the bytes of a tensor that its message does not spell out, so
// that a small message takes no more than a large one.
const mostRepeated = 4 << 20

// tensor makes an input of a TensorProto.
func tensor(p *keras.Port, t *pb.TensorProto) (*runtime.Tensor, error) {
	datatype := datatypes[t.GetDtype()]
	if err := oip.Accept(p.Name, p.DType, datatype); err != nil {
		return nil, fmt.Errorf("%w (%s)", err, t.GetDtype())
	}
	if t.GetTensorShape().GetUnknownRank() {
		return nil, fmt.Errorf("input %q: wanted a shape, received an unknown rank", p.Name)
	}
	dims := make([]int64, len(t.GetTensorShape().GetDim()))
	for i, d := range t.GetTensorShape().GetDim() {
		dims[i] = d.Size
	}
	shape, err := sizes(p.Name, dims)
	if err != nil {
		return nil, err
	}
	if datatype == "BYTES" {
		return texts(p.Name, t.StringVal, shape)
	}
	raw := t.TensorContent
	if len(raw) == 0 {
		n, err := oip.Elements(shape)
		if err != nil {
			return nil, fmt.Errorf("input %q: %w", p.Name, err)
		}
		if raw, err = values(p.Name, datatype, t, n); err != nil {
			return nil, err
		}
	}
	return oip.FromRaw(p.Name, p.DType, datatype, shape, raw)
}

// texts makes a tensor of a list of texts; here, too, the last counts for those that
// are missing.
func texts(input string, list [][]byte, shape []int) (*runtime.Tensor, error) {
	n, err := oip.Elements(shape)
	if err != nil {
		return nil, fmt.Errorf("input %q: %w", input, err)
	}
	if len(list) > n || n > max(len(list), mostRepeated/runtime.String.Size()) {
		return nil, fmt.Errorf("input %q: wanted %d texts, received %d", input, n, len(list))
	}
	all := make([]string, n)
	for i := range all {
		switch {
		case i < len(list):
			all[i] = string(list[i])
		case i > 0:
			all[i] = all[i-1]
		}
	}
	return runtime.TensorOf(all, shape...)
}

// values returns the little-endian bytes of n elements that stand in a typed list.
// As in TensorFlow the last one counts for those that are missing, and 0 if there
// is none.
func values(input, datatype string, t *pb.TensorProto, n int) ([]byte, error) {
	le := binary.LittleEndian
	var raw []byte
	size := 4
	half := func(b []byte, v int32) []byte { return le.AppendUint16(b, uint16(v)) }
	switch datatype {
	case "FP32":
		raw = list(t.FloatVal, func(b []byte, v float32) []byte { return le.AppendUint32(b, math.Float32bits(v)) })
	case "FP64":
		size, raw = 8, list(t.DoubleVal, func(b []byte, v float64) []byte { return le.AppendUint64(b, math.Float64bits(v)) })
	case "FP16", "BF16":
		size, raw = 2, list(t.HalfVal, half)
	case "INT16", "UINT16":
		size, raw = 2, list(t.IntVal, half)
	case "INT8", "UINT8":
		size, raw = 1, list(t.IntVal, func(b []byte, v int32) []byte { return append(b, byte(v)) })
	case "INT32":
		raw = list(t.IntVal, func(b []byte, v int32) []byte { return le.AppendUint32(b, uint32(v)) })
	case "INT64":
		size, raw = 8, list(t.Int64Val, func(b []byte, v int64) []byte { return le.AppendUint64(b, uint64(v)) })
	case "UINT32":
		raw = list(t.Uint32Val, le.AppendUint32)
	case "UINT64":
		size, raw = 8, list(t.Uint64Val, le.AppendUint64)
	case "BOOL":
		size, raw = 1, list(t.BoolVal, func(b []byte, v bool) []byte { return append(b, truth(v)) })
	}
	if n*size > max(len(raw), mostRepeated) {
		return nil, fmt.Errorf("input %q: wanted %d elements of %s, received %d", input, n, datatype, len(raw)/size)
	}
	if len(raw) == 0 {
		raw = make([]byte, size)
	}
	for last := raw[len(raw)-size:]; len(raw) < n*size; {
		raw = append(raw, last...)
	}
	if n == 0 {
		raw = nil
	}
	return raw, nil
}

// tensorProto writes an output into typed lists, as TensorFlow Serving does.
func tensorProto(t *runtime.Tensor) *pb.TensorProto {
	p := &pb.TensorProto{Dtype: tensorflowType(t.DType()), TensorShape: &pb.TensorShapeProto{}}
	for _, d := range t.Shape() {
		p.TensorShape.Dim = append(p.TensorShape.Dim, &pb.TensorShapeProto_Dim{Size: int64(d)})
	}
	switch t.DType() {
	case runtime.Float32:
		p.FloatVal = t.Float32s()
	case runtime.Int32:
		p.IntVal = t.Int32s()
	case runtime.Int64:
		p.Int64Val = t.Int64s()
	case runtime.Bool:
		p.BoolVal = t.Bools()
	case runtime.String:
		for _, s := range t.Strings() {
			p.StringVal = append(p.StringVal, []byte(s))
		}
	}
	return p
}
