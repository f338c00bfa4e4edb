package train

import (
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/kerasrun/kerasrun/runtime"
)

// streamer makes the batches of a Dataset that is not in memory. Rows are shuffled as
// tf.data's shuffle does it: each is drawn from a buffer, in which the next row of the
// Dataset then takes its place.
type streamer struct {
	from    Dataset
	classes map[int]float32 // weights of classes, if there are any
	seed    uint64
	random  *rand.Rand

	rows   Rows
	piece  *Data // read, of which at rows are used
	at     int
	buffer *Data
	held   int // rows of the buffer
	batch  *Data
}

// newStreamer makes batches of rows like the first one. A buffer of 1 row keeps the
// order.
func newStreamer(from Dataset, first *Data, size, buffer int, seed uint64, classes map[int]float32) *streamer {
	return &streamer{from: from, classes: classes, seed: seed, buffer: first.Take(make([]int, buffer)), batch: first.Take(make([]int, size))}
}

// bufferRows is how many rows a buffer has that nobody chose the size of: those that
// tf.data's guides use, or what 256 MiB hold.
func bufferRows(first *Data) int {
	size := 1
	for _, t := range append(append([]*runtime.Tensor{}, first.X...), first.Y...) {
		size += t.Len() * t.DType().Size()
	}
	return min(10_000, max(1, 256<<20/size))
}

// begin goes to the first row of an epoch, whose order depends on its number alone.
func (s *streamer) begin(epoch int) (err error) {
	if err := s.end(); err != nil {
		return err
	}
	s.random = rand.New(rand.NewPCG(s.seed, uint64(epoch)))
	if s.rows, err = s.from.Open(); err != nil {
		return err
	}
	for s.held < s.buffer.Rows() {
		if more, err := s.read(s.buffer, s.held); err != nil || !more {
			return err
		}
		s.held++
	}
	return nil
}

// end closes what is open.
func (s *streamer) end() error {
	rows := s.rows
	s.rows, s.piece, s.at, s.held = nil, nil, 0, 0
	if rows == nil {
		return nil
	}
	return rows.Close()
}

// read puts the next row into row k of a set; false is the end.
func (s *streamer) read(to *Data, k int) (more bool, err error) {
	for s.piece == nil || s.at == s.piece.Rows() {
		if s.piece, err = s.rows.Next(pieceRows); err == io.EOF {
			s.piece = nil
			return false, nil
		} else if err != nil {
			return false, err
		}
		if s.at = 0; s.classes != nil {
			s.piece = s.piece.withClassWeights(s.classes)
		}
	}
	s.at++
	return true, copyRow(to, k, s.piece, s.at-1)
}

// next is the next batch: full ones, and the last of what is left.
func (s *streamer) next() (batch, error) {
	n := 0
	for ; n < s.batch.Rows() && s.held > 0; n++ {
		k := s.random.IntN(s.held)
		if err := copyRow(s.batch, n, s.buffer, k); err != nil {
			return batch{}, err
		}
		more, err := s.read(s.buffer, k)
		if err == nil && !more {
			s.held--
			err = copyRow(s.buffer, k, s.buffer, s.held)
		}
		if err != nil {
			return batch{}, err
		}
	}
	if n == 0 {
		return batch{}, fmt.Errorf("the dataset has fewer rows than it had before")
	}
	return s.batch.Slice(0, n).batches(n)[0], nil
}

// copyRow copies row from of a set into row to of another.
func copyRow(into *Data, to int, of *Data, from int) error {
	for _, pair := range [][2][]*runtime.Tensor{{into.X, of.X}, {into.Y, of.Y}} {
		for i, t := range pair[0] {
			x := pair[1][i]
			if x.DType() != t.DType() || !x.Shape()[1:].Equal(t.Shape()[1:]) {
				return &runtime.ShapeError{What: "row of a dataset", Wanted: t.Type().String(), Received: x.Type().String()}
			}
			width := t.Len() / t.Shape()[0]
			if t.DType() == runtime.String {
				copy(t.Strings()[to*width:(to+1)*width], x.Strings()[from*width:])
				continue
			}
			width *= t.DType().Size()
			copy(t.Bytes()[to*width:(to+1)*width], x.Bytes()[from*width:])
		}
	}
	if (into.SampleWeight == nil) != (of.SampleWeight == nil) {
		return fmt.Errorf("some rows of the dataset have weights, others have none")
	}
	if into.SampleWeight != nil {
		into.SampleWeight[to] = of.SampleWeight[from]
	}
	return nil
}
