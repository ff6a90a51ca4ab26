// Weft runs the programs of the gallery on virtual time and shows their runs:
// see the packages weft/sim and weft/scenarios.
//
//	weft list                     the programs of the gallery
//	weft run NAME                 run one
//	weft lessons                  the course: lessons with these programs
//	weft lesson NAME              show one
//	weft explore NAME             run one in every order that is permitted
//	weft replay NAME              run one along a schedule, and explain a failure
//	weft init DIR                 put Weft into the module there
//	weft shrink NAME              reduce a failing schedule
//	weft page NAME -o FILE        write a page on which a reader chooses the next event
//	weft serve                    show such pages of the whole gallery in a browser
//	weft trace FILE --view VIEW   show a recorded run
//	weft diff A B                 show where two recorded runs part
//	weft test PACKAGES            go test, with the order of goroutines under control
//	weft overlay                  the file that this needs
//	weft doctor                   whether this Go version can have it
//	weft version                  which one this is; what is new in it: CHANGES.md
//	weft completion SHELL         completion for a shell
//
// The exit status says how a run ended; see weft --help.
package main
