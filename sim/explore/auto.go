package explore

// Auto estimates.
func Auto() Strategy { return Exhaustive() }
