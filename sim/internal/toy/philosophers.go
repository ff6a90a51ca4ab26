package toy

// Philosophers has n threads that take the fork on their left, then that on their
// right, and put both back.
func Philosophers(n int) *Program {
	p := &Program{Name: "philosophers"}
	for i := range n {
		left, right := i, (i+1)%n
		p.Threads = append(p.Threads, Thread{Ops: []Op{
			{Kind: Fork, X: left}, {Kind: Fork, X: right}, {Kind: Put, X: left}, {Kind: Put, X: right}}})
	}
	return p
}
