package main

import (
	"bytes"
	"fmt"
	"sync"
)

// A bytes.Buffer is for one goroutine at a time.
func main() {
	var b bytes.Buffer
	var wg sync.WaitGroup
	wg.Go(func() { b.WriteString("a") })
	wg.Go(func() { b.WriteString("b") })
	wg.Wait()
	fmt.Println(b.String())
}
