package runtime

// Trim gives back the working memory that no call is using: idle sessions and
// the plans for the shapes seen so far. Calls that run are not disturbed; the
// next one takes its memory and makes its plan anew. The weights stay packed.
func (p *Program) Trim() {
	p.making <- struct{}{}
	p.plans.Store(&[]*plan{})
	<-p.making
	p.idle.trim()
}

func (l *pool) trim() {
	l.mu.Lock()
	l.free = nil
	l.mu.Unlock()
}
