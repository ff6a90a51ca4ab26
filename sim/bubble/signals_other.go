//go:build !unix

package bubble

func startSignals() {}
