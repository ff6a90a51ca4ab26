package bubble

import "weft/trace"

// operation is what is known of the operations of one sort of object.
type operation struct {
	sort   string     // of the object, with which its name begins
	kind   trace.Kind // of the event, or 0 if there is none
	detail string
}

// operations holds those that have an object with a name of its own.
var operations = [...]operation{
	opSend:      {"chan", trace.Put, ""},
	opRecv:      {"chan", trace.Get, ""},
	opTrySend:   {"chan", trace.Check, ""},
	opTryRecv:   {"chan", trace.Check, ""},
	opClose:     {"chan", trace.Set, "closed"},
	opLock:      {"mutex", trace.Acquire, ""},
	opRLock:     {"mutex", trace.Acquire, "for reading"},
	opUnlock:    {"mutex", trace.Release, ""},
	opRUnlock:   {"mutex", trace.Release, "for reading"},
	opTryLock:   {"mutex", trace.Check, ""},
	opAdd:       {"wait group", trace.Set, ""},
	opWaitGroup: {"wait group", trace.Check, ""},
	opCondWait:  {"cond", 0, ""},
	opSignal:    {"cond", trace.Notify, "1"},
	opBroadcast: {"cond", trace.Notify, "all"},
	opOnce:      {"once", trace.Check, ""},
	opLoad:      {"atomic", trace.Read, ""},
	opStore:     {"atomic", trace.Write, ""},
	opErr:       {"context", trace.Check, ""},
	opCancel:    {"context", trace.Cancel, ""},
	opMapLoad:   {"map", trace.Read, ""},
	opMapStore:  {"map", trace.Write, ""},
	opLen:       {"chan", trace.Check, "length"},
	opRead:      {"variable", trace.Read, ""},
	opWrite:     {"variable", trace.Write, ""},

	operationsEnd: {},
}
