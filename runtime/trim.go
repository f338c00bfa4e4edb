package runtime

// Trim gives back the working memory that no call is using: idle sessions and
// the plans for the shapes seen so far. Calls that run are not disturbed; the
// next one takes its memory and makes its plan anew. The weights stay packed.
func (p *Program) Trim() {
	p.mu.Lock()
	p.plans.Store(&[]*plan{})
	p.mu.Unlock()
	p.idle.trim()
}

func (l *pool) trim() {
	l.mu.Lock()
	l.free = nil
	l.mu.Unlock()
}
