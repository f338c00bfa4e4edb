package losses_test

import (
	"fmt"

	"github.com/kerasrun/kerasrun/losses"
	"github.com/kerasrun/kerasrun/runtime"
)

// Pinball is the loss whose least value is at a quantile.
type Pinball struct {
	losses.Common
	Quantile float64 `keras:"quantile"`
}

// Samples builds the loss of each sample: the mean over the last axis.
func (l *Pinball) Samples(c *losses.Call) *runtime.Value {
	d, q := c.Sub(c.Y, c.P), float32(l.Quantile)
	return c.Mean(c.Maximum(c.Mul(c.Scalar(q), d), c.Mul(c.Scalar(q-1), d)), []int{-1}, false)
}

// Once it is registered, files and flags can name it.
func init() {
	losses.Register("Pinball", func() losses.Loss { return &Pinball{Quantile: 0.9} })
}

func ExampleRegister() {
	loss, err := losses.New("pinball")
	fmt.Println(loss.(*Pinball).Quantile, err)
	// Output: 0.9 <nil>
}

// A loss without options is a function.
func ExampleRegisterFunction() {
	losses.RegisterFunction("absolute", func(b *runtime.Builder, y, p *runtime.Value) *runtime.Value {
		return b.Abs(b.Sub(y, p))
	})
	loss, err := losses.New("absolute")
	fmt.Println(losses.Name(loss), err)
	// Output: absolute <nil>
}
