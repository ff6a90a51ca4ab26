package main

import (
	"fmt"
	"sync"

	"example.com/modx/store"
)

func main() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { store.Add("x") })
	}
	wg.Wait()
	fmt.Println(store.Counts)
}
