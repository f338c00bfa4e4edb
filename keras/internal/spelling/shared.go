package spelling

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"

	"github.com/kerasrun/kerasrun/layers"
)

// Share marks the places at which one layer stands with the same
// shared_object_id. Keras gives a layer that it saves for the second time such
// an id, but not always the first place too, and numbers differ among the
// models within a model; so layers of equal class, name and options of which
// any has an id are one.
func Share(root Spec) {
	p := prints{places: map[fingerprint][]Spec{}, marked: map[fingerprint]bool{}}
	p.layer(root)
	id := 0
	for _, f := range p.order {
		same := p.places[f]
		shared := p.marked[f] && len(same) > 1
		if shared {
			id++
		}
		for _, s := range same {
			delete(s, "shared_object_id")
			if shared {
				s["shared_object_id"] = id
			}
		}
	}
}

// fingerprint is equal for equal layers, whatever their ids and their place in
// a graph.
type fingerprint [sha256.Size]byte

// prints collects the places of equal layers.
type prints struct {
	places map[fingerprint][]Spec
	marked map[fingerprint]bool
	order  []fingerprint
}

// layer takes the print of a layer and of those within it, each once.
func (p *prints) layer(s Spec) fingerprint {
	h := sha256.New()
	p.write(h, s["class_name"])
	p.write(h, s["config"])
	var f fingerprint
	h.Sum(f[:0])
	if s["class_name"] == "InputLayer" {
		delete(s, "shared_object_id")
		return f
	}
	if p.places[f] == nil {
		p.order = append(p.order, f)
	}
	p.places[f] = append(p.places[f], s)
	if _, ok := s["shared_object_id"]; ok {
		p.marked[f] = true
	}
	return f
}

func (p *prints) write(h hash.Hash, v any) {
	switch x := v.(type) {
	case map[string]any:
		if _, isLayer := x["class_name"].(string); isLayer && x["config"] != nil {
			f := p.layer(x)
			h.Write(f[:])
			p.write(h, x["inbound_nodes"])
			return
		}
		size(h, '{', len(x))
		for _, k := range layers.SortedKeys(x) {
			if k != "shared_object_id" {
				p.write(h, k)
				p.write(h, x[k])
			}
		}
	case []any:
		size(h, '[', len(x))
		for _, e := range x {
			p.write(h, e)
		}
	case string:
		size(h, '"', len(x))
		h.Write([]byte(x))
	default:
		fmt.Fprintf(h, "%T %v;", x, x)
	}
}

func size(h hash.Hash, kind byte, n int) {
	h.Write(binary.LittleEndian.AppendUint64([]byte{kind}, uint64(n)))
}
