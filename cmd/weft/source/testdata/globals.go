package main

import (
	"fmt"
	"sync"
)

// What a run leaves in these must not be there in the next one.
var (
	count   int
	names   = map[string]int{"a": 1}
	list    = []int{1, 2, 3}
	pointer = &list
	results = make(chan int, 2)
	once    sync.Once
	done    sync.WaitGroup
	flag    bool
	b1, b2  byte
	text    = "first"
)

func init() {
	done.Go(func() { results <- len(names) })
}

func main() {
	once.Do(func() { count++ })
	done.Go(func() { results <- 10 })
	done.Wait()
	names[fmt.Sprint(<-results)]++
	list[0]++
	*pointer = append(*pointer, 4)
	b1++
	b2 += 2
	fmt.Println(count, names, list, len(results), flag, b1, b2, text)
	flag, text = true, "second"
}
