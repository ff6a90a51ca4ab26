package main

import (
	"fmt"
	"sync"

	"example.com/modx/store"
)

func main() {
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b"} {
		wg.Go(func() { store.Add(name) })
	}
	wg.Wait()
	fmt.Println(store.Counts)
}
