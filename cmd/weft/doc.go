// Weft runs the programs of the gallery on virtual time and shows their runs:
// see the packages weft/sim and weft/scenarios.
//
//	weft list                     the programs of the gallery
//	weft run NAME                 run one
//	weft trace FILE --view VIEW   show a recorded run
//	weft diff A B                 show where two recorded runs part
//	weft completion SHELL         completion for a shell
//
// The exit status says how a run ended; see weft --help.
package main
