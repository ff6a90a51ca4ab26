package explore_test

// philosophers has n threads that take the fork on their left, then that on their
// right, and put both back.
func philosophers(n int) *toyProgram {
	p := &toyProgram{name: "philosophers"}
	for i := range n {
		left, right := i, (i+1)%n
		p.threads = append(p.threads, toyThread{ops: []toyOp{
			{kind: toyFork, x: left}, {kind: toyFork, x: right}, {kind: toyPut, x: left}, {kind: toyPut, x: right}}})
	}
	return p
}
