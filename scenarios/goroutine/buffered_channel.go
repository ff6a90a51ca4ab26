package goroutine

var bufferedChannel = Scenario{
	Name:  "go/buffered-channel",
	Title: "a dish stands on the counter",
	Story: "The cook and the guest of go/hand-over, with a channel that has room for one dish. " +
		"The cook puts the dish there and is free, whether or not the guest has sat down.",
	Program: serveOver(1),
}
