package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
)

// What each run changes of the standard library, the next one finds as this one has.
func main() {
	flag.Usage = func() { fmt.Println("usage") }
	fmt.Println(len(os.Args), os.Getenv("WEFT_STANDARD"), flag.Parsed(), log.Flags(), log.Prefix() == "")
	if _, err := os.Stat("kept.go"); err == nil {
		fmt.Println("elsewhere")
	}
	flag.Parse()
	os.Args = os.Args[:1]
	os.Setenv("WEFT_STANDARD", "changed")
	os.Chdir("testdata")
	log.SetFlags(0)
	log.SetPrefix("changed ")
	log.Print("said")
	log.SetOutput(io.Discard)
	go log.Print("not said")
	os.Stdout = nil
}
