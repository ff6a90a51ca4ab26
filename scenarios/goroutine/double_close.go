package goroutine

import (
	"sync"

	"weft/sim/bubble"
	"weft/sim/order"
)

var doubleClose = Scenario{
	Name:  "go/double-close",
	Title: "a connection that is closed by two",
	Story: "The reader and the shutdown both close the connection, and look first whether it is closed already. " +
		"If both look before one of them has closed it, the other one closes what is closed, which is a panic.",
	Program: closeConnection((*link).closeIfOpen),
	Fails:   order.Panicked,
}

var doubleCloseFixed = Scenario{
	Name:  "go/double-close-fixed",
	Title: "a connection that is closed by the first who wants to",
	Story: "Looking and closing are one step: a sync.Once closes the connection for the first who asks. " +
		"The other one waits until it is closed, and does nothing.",
	Program: closeConnection((*link).closeOnce),
	Fixes:   "go/double-close",
}

type link struct {
	closed chan struct{}
	once   sync.Once
}

func (l *link) closeIfOpen() {
	select {
	case <-l.closed:
	default:
		close(l.closed)
	}
}

func (l *link) closeOnce() { l.once.Do(func() { close(l.closed) }) }

// reader starts a goroutine that closes the connection when it has read all.
func reader(wg *sync.WaitGroup, l *link, closeIt func(*link)) {
	wg.Go(func() { closeIt(l) })
}

// shutdown starts a goroutine that closes the connection since the program ends.
func shutdown(wg *sync.WaitGroup, l *link, closeIt func(*link)) {
	wg.Go(func() { closeIt(l) })
}

func closeConnection(closeIt func(*link)) func() {
	return func() {
		l := &link{closed: make(chan struct{})}
		var wg sync.WaitGroup
		reader(&wg, l, closeIt)
		shutdown(&wg, l, closeIt)
		wg.Wait()
		<-l.closed
		bubble.Println("the connection is closed")
	}
}
