package bubble

// Plain runs f in a bubble of testing/synctest as it is.
func Plain(f func()) { hooks.plain(f) }
