package train_test

import (
	"fmt"

	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// A pinball loss for the 0.9 quantile. Registered from init, or as here, it is
// there when a file or a flag names it.
var registered = train.RegisterLoss("pinball", func(b *runtime.Builder, y, p *runtime.Value) *runtime.Value {
	d := b.Sub(y, p)
	return b.Maximum(b.Mul(b.Scalar(0.9), d), b.Mul(b.Scalar(-0.1), d))
})

func ExampleRegisterLoss() {
	loss, err := train.ParseLoss("pinball")
	fmt.Println(registered, loss.Name, err)
	// Output: <nil> pinball <nil>
}
