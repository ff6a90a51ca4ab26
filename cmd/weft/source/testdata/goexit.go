package main

import (
	"fmt"
	"runtime"
)

// The others go on when main has called Goexit, and how many there are depends on the order.
func main() {
	go func() {}()
	fmt.Println(runtime.NumGoroutine())
	runtime.Goexit()
}
