//go:build js && wasm

// Command wasm is the engine of a gallery page: the event loop and its programs, compiled
// to WebAssembly. It gives the page's worker a function
//
//	weftCall(what, parameters, answered)
//
// that answers as page.Library does: parameters is JSON with a name and a schedule, and
// answered is called with the text of an error and the answer as JSON, one of which is
// empty. Programs in ordinary Go are not among its programs, since the overlay that
// decides their order has no WebAssembly.
package main

import (
	"context"
	"encoding/json"
	"syscall/js"

	"weft/cmd/weft/gallery"
	"weft/sim/page"
)

func main() {
	library := page.NewLibrary(gallery.Coroutines(), gallery.InPage)
	js.Global().Set("weftCall", js.FuncOf(func(_ js.Value, args []js.Value) any {
		what, parameters, answered := args[0].String(), args[1].String(), args[2]
		// Runs may take a while, and must not do so in the callback: a program that
		// blocked there could not go on.
		go func() {
			answer, err := call(library, what, parameters)
			if err != nil {
				answered.Invoke(err.Error(), "")
				return
			}
			answered.Invoke("", answer)
		}()
		return nil
	}))
	js.Global().Call("weftReady")
	select {}
}

func call(library *page.Library, what, parameters string) (string, error) {
	var p struct{ Name, Schedule string }
	if err := json.Unmarshal([]byte(parameters), &p); err != nil {
		return "", err
	}
	if p.Schedule == "" {
		p.Schedule = "w1"
	}
	answer, err := library.Answer(context.Background(), what, p.Name, p.Schedule)
	if err != nil {
		return "", err
	}
	out, err := json.Marshal(answer)
	return string(out), err
}
