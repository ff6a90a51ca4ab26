package overlay

// sameMachine has programs see the same number of processors in each run.
func sameMachine() []Edit {
	return []Edit{
		{
			File: "runtime/debug.go", Why: "GOMAXPROCS answers the same on each machine, and what a run sets is its own",
			Find: "func GOMAXPROCS(n int) int {\n",
			Put:  "func GOMAXPROCS(n int) int {\n	if was, ok := weftProcs(n); ok {\n		return was\n	}\n",
		},
		{
			File: "runtime/debug.go", Why: "what a run has set, it may set back",
			Find: "func SetDefaultGOMAXPROCS() {\n",
			Put:  "func SetDefaultGOMAXPROCS() {\n	if _, ok := weftProcs(weftProcessors); ok {\n		return\n	}\n",
		},
		{
			File: "runtime/debug.go", Why: "NumCPU answers the same on each machine",
			Find: "	return int(numCPUStartup)\n",
			Put:  "	if weftOrders() {\n		return weftProcessors\n	}\n	return int(numCPUStartup)\n",
		},
		{
			File: "runtime/proc.go", Why: "who is pinned to a processor is not told which, of more than there seem to be",
			Find: "	mp.locks++\n	return int(mp.p.ptr().id)\n",
			Put:  "	mp.locks++\n	if weftOrders() {\n		return 0\n	}\n	return int(mp.p.ptr().id)\n",
		},
	}
}
