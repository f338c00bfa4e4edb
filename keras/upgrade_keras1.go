package keras

// keras1 rewrites a layer of Keras 1 as Keras 2 spells it.
func (u *upgrade) keras1(s spec, c map[string]any) {
}
