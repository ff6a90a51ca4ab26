package main

import (
	"fmt"
	"sync"
)

var balance = 100
var mu sync.Mutex

func withdraw(n int) {
	mu.Lock()
	seen := balance
	mu.Unlock()
	mu.Lock()
	balance = seen - n
	mu.Unlock()
}

func main() {
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			withdraw(30)
		}()
	}
	wg.Wait()
	fmt.Println("balance", balance)
}
