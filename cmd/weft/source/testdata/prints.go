package main

import (
	"fmt"
	"log"
	"os"
)

var results = make(chan int)

func main() {
	go func() {
		fmt.Print("a")
		fmt.Println("b")
		results <- 1
	}()
	go func() {
		println("from println", 7)
		log.Println("logged")
		results <- 2
	}()
	if n := <-results; n == 2 {
		os.Exit(3)
	}
}
