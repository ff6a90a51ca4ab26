// Package jet keeps explorations in NATS JetStream: for each a key-value bucket, which is
// the ledger, and a stream of which each message is taken once, which is the line.
//
// It uses a server that is there ([Dial]), or has one in the process ([Serve]). Whatever it
// asks of the server it asks again if there is no answer: a server that is restarted is a
// pause.
package jet
