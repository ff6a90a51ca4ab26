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
	mu.Lock() // and in between?
	balance = seen - n
	mu.Unlock()
}

func main() {
	var wg sync.WaitGroup
	wg.Go(func() { withdraw(30) })
	wg.Go(func() { withdraw(30) })
	wg.Wait()
	fmt.Println("balance", balance)
}
