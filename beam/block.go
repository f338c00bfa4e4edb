package kerasbeam

import (
	"context"
	"encoding/binary"
	"errors"
)

// blockBytes is how large a block grows: grouping by file costs per block, not per row.
const blockBytes = 256 << 10

// blockFn joins the answers of a bundle into blocks, by their part.
type blockFn struct {
	blocks map[int64][]byte
}

// StartBundle begins without answers: those of a bundle that failed come again.
func (f *blockFn) StartBundle(context.Context, func(int64, []byte)) { f.blocks = map[int64][]byte{} }

// ProcessElement adds an answer.
func (f *blockFn) ProcessElement(_ context.Context, a Answer, emit func(int64, []byte)) {
	b := f.blocks[a.Part]
	b = binary.AppendUvarint(b, uint64(len(a.Kept)))
	for _, s := range a.Kept {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	b = append(binary.AppendUvarint(b, uint64(len(a.Data))), a.Data...)
	if f.blocks[a.Part] = b; len(b) >= blockBytes {
		emit(a.Part, b)
		delete(f.blocks, a.Part) // b is the runner's now
	}
}

// FinishBundle gives what is left.
func (f *blockFn) FinishBundle(_ context.Context, emit func(int64, []byte)) {
	for part, b := range f.blocks {
		emit(part, b)
	}
	clear(f.blocks)
}

var errBlock = errors.New("a block of answers is damaged")

// cut takes what has its length in front.
func cut(b []byte) (part, rest []byte, err error) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return nil, nil, errBlock
	}
	return b[k : k+int(n)], b[k+int(n):], nil
}

// cutAnswer takes an answer off a block.
func cutAnswer(b []byte, kept []string) (_ []string, data, rest []byte, err error) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)) {
		return nil, nil, nil, errBlock
	}
	kept, b = kept[:0], b[k:]
	for range n {
		var s []byte
		if s, b, err = cut(b); err != nil {
			return nil, nil, nil, err
		}
		kept = append(kept, string(s))
	}
	data, rest, err = cut(b)
	return kept, data, rest, err
}
