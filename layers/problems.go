package layers

import (
	"fmt"
	"strings"
)

// Problem is one thing in a configuration that stands in the way.
type Problem struct {
	Where string // place in the configuration: "layers[3] \"conv\" (Conv2D)"
	What  string
	Fatal bool // the configuration is broken, not merely beyond us
}

func (p Problem) String() string {
	if p.Where == "" {
		return p.What
	}
	return fmt.Sprintf("%s: %s", p.Where, p.What)
}

// Collector gathers the problems of a configuration, each with the place where it
// was found.
type Collector struct {
	Problems []Problem
	where    []string
}

// At names a place for the problems found while do runs.
func (c *Collector) At(place string, do func()) {
	c.where = append(c.where, place)
	do()
	c.where = c.where[:len(c.where)-1]
}

// Broken records that the configuration makes no sense.
func (c *Collector) Broken(format string, args ...any) { c.add(true, format, args) }

// Unsupported records that the configuration asks for what is not there.
func (c *Collector) Unsupported(format string, args ...any) { c.add(false, format, args) }

// mostTold is how many problems are told in full. A place can be long, and a
// hostile file can have a problem at every byte.
const mostTold = 1000

func (c *Collector) add(fatal bool, format string, args []any) {
	if len(c.Problems) >= mostTold {
		c.Problems = append(c.Problems, Problem{What: "one problem more", Fatal: fatal})
		return
	}
	c.Problems = append(c.Problems, Problem{Where: strings.Join(c.where, ": "), What: fmt.Sprintf(format, args...), Fatal: fatal})
}
