package layers

import (
	"fmt"
	"regexp"
)

// PolicyMap has policies of the layers inside a layer, by their paths or patterns of
// these (keras/src/dtype_policies/dtype_policy_map.py).
type PolicyMap struct {
	exact    map[string]Policy
	patterns []policyPattern
}

type policyPattern struct {
	*regexp.Regexp
	policy Policy
}

// PolicyTaker is a layer that asks for the policies of layers inside of it.
type PolicyTaker interface{ TakesPolicies() }

// mapped reads a DTypePolicyMap: p becomes the default.
func (p *Policy) mapped(d *Decoder, config map[string]any) {
	if v := config["default_policy"]; v != nil {
		p.DecodeOption(d, v)
	}
	all, ok := config["policy_map"].(map[string]any)
	if !ok {
		d.Broken("policy_map must be policies by paths, received %s", Brief(config["policy_map"]))
		return
	}
	p.Inside = &PolicyMap{exact: map[string]Policy{}}
	for _, path := range SortedKeys(all) {
		var inner Policy
		d.At(path, func() { inner.DecodeOption(d, all[path]) })
		p.Inside.exact[path] = inner
		pattern, err := regexp.Compile("^(?:" + path + ")$")
		if err != nil {
			d.Unsupported("policy_map: pattern %s", Brief(path))
			continue
		}
		p.Inside.patterns = append(p.Inside.patterns, policyPattern{pattern, inner})
	}
}

// Of is the policy of the layer at a path: what the map has for it, or a pattern that
// fits all of it; else this one. Several patterns are an error, as in Keras.
func (p Policy) Of(path string) (Policy, error) {
	if p.Inside == nil {
		return p, nil
	}
	if found, ok := p.Inside.exact[path]; ok {
		return found, nil
	}
	found, n := p, 0
	for _, x := range p.Inside.patterns {
		if x.MatchString(path) {
			found, n = x.policy, n+1
		}
	}
	if n > 1 {
		return p, fmt.Errorf("dtype: %q fits %d patterns of the policy map, wanted at most 1", path, n)
	}
	found.Inside = nil
	return found, nil
}
