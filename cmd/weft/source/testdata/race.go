package main

import (
	"fmt"
	"sync"
)

var count int

func main() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { count++ })
	}
	wg.Wait()
	fmt.Println(count)
}
