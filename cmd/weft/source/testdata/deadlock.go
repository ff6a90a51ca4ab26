package main

import "fmt"

func main() {
	answers := make(chan int)
	answers <- 1
	fmt.Println(<-answers)
}
