package main

import (
	"flag"
	"fmt"
)

// A flag that is defined twice panics.
var n = flag.Int("n", 2, "how many")

func main() {
	flag.Parse()
	done := make(chan bool)
	for i := range *n {
		go func() {
			fmt.Println("hello from", i)
			done <- true
		}()
	}
	for range *n {
		<-done
	}
}
