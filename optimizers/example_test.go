package optimizers_test

import (
	"context"
	"fmt"
	"log"

	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/optimizers"
	"github.com/kerasrun/kerasrun/runtime"
	"github.com/kerasrun/kerasrun/train"
)

// HeavyBall is gradient descent with a momentum, and with an option that none
// of Keras' optimizers has: where weights that leave the bound stop.
type HeavyBall struct {
	optimizers.Common
	Momentum float64 `keras:"momentum"`
	Bound    float64 `keras:"bound"`
}

// Slots says what is kept for each variable between steps, and saved with the
// model.
func (o *HeavyBall) Slots() []optimizers.Group {
	return []optimizers.Group{optimizers.Slots("momentum")}
}

// Step changes one variable.
func (o *HeavyBall) Step(c *optimizers.Call) {
	speed, bound := c.Slots[0], float32(o.Bound)
	for i, g := range c.Gradient {
		speed[i] = float32(o.Momentum)*speed[i] - c.Rate*g
		c.Weights[i] = min(max(c.Weights[i]+speed[i], -bound), bound)
	}
}

func newHeavyBall() *HeavyBall {
	return &HeavyBall{Common: optimizers.Defaults(0.05), Momentum: 0.9, Bound: 10}
}

// Once it is registered, files and flags can name it.
func init() {
	optimizers.Register("HeavyBall", func() optimizers.Optimizer { return newHeavyBall() })
}

// An optimizer of one's own trains a model and is saved and loaded with it.
func ExampleRegister() {
	m, err := keras.Load("../testdata/training/optimizer_sgd_k3.keras")
	if err != nil {
		log.Fatal(err)
	}
	settings, err := train.SettingsOf(m)
	if err != nil {
		log.Fatal(err)
	}
	o := newHeavyBall()
	o.Bound = 0.5
	settings.Optimizer = o

	x, _ := runtime.NewTensor(runtime.Float32, 8, 7)
	y, _ := runtime.NewTensor(runtime.Float32, 8, 1)
	for i := range x.Float32s() {
		x.Float32s()[i] = float32(i%5) - 2
	}
	history, err := train.Fit(context.Background(), m, &train.Data{X: []*runtime.Tensor{x}, Y: []*runtime.Tensor{y}},
		train.Config{Settings: settings, Epochs: 3})
	if err != nil {
		log.Fatal(err)
	}
	again, err := train.SettingsOf(history.Model)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(history.Epochs["loss"]), again.Optimizer.(*HeavyBall).Bound)
	// Output: 3 0.5
}
