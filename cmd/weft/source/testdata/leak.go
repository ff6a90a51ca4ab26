package main

import "fmt"

func main() {
	jobs := make(chan int)
	go func() {
		for job := range jobs {
			fmt.Println("job", job)
		}
	}()
	jobs <- 1
}
