// Outside of the bubble for a moment.

package runtime

// weftAway takes the calling goroutine out of its bubble, where it keeps the turn, and returns
// the bubble: what it does until [weftHome] is done in real time, with others that belong to
// no bubble.
func weftAway() *synctestBubble {
	gp := getg()
	b := gp.bubble
	if b == nil || b.weft == nil || b.weft.cur.ptr() != gp {
		return nil
	}
	weftPeeked()
	gp.bubble = nil
	return b
}

func weftHome(b *synctestBubble) {
	if b != nil {
		getg().bubble = b
	}
}
