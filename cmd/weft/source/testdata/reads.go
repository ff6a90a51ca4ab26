package main

import (
	"bufio"
	"fmt"
	"os"
)

var lines = bufio.NewScanner(os.Stdin)

func main() {
	fmt.Println(os.Args[1:])
	for lines.Scan() {
		fmt.Println("read", lines.Text())
	}
}
