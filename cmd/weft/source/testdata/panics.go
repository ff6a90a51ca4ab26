package main

import "time"

func main() {
	done := make(chan bool)
	time.AfterFunc(time.Second, func() { close(done) })
	time.AfterFunc(time.Second, func() { close(done) })
	time.Sleep(2 * time.Second)
}
