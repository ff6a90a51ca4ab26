package jet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// ServerOptions say how a server in this process is reached, and where it keeps its files.
type ServerOptions struct {
	Listen string // host:port; port 0 is any that is free
	Folder string
	Token  string // that clients must have; "" for none
	TLS    TLS
}

// TLS names PEM files, as NATS takes them.
type TLS struct{ Cert, Key, CA string }

func (t TLS) used() bool { return t != TLS{} }

// payloadMost is how long a message may be, of a server in this process.
const payloadMost = 8 << 20

// Server is a NATS server in this process.
type Server struct {
	s      *server.Server
	folder *os.File // held; see hold
}

// Serve starts a server, and returns when it can be used.
func Serve(o ServerOptions) (*Server, error) {
	host, portText, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("jet: %q is no address to listen at; want one such as 127.0.0.1:4222: %w", o.Listen, err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 0 || port > 65535 {
		return nil, fmt.Errorf("jet: %q is no port to listen at", portText)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	options := &server.Options{
		ServerName: "weft-queue", Host: host, Port: port, JetStream: true, StoreDir: o.Folder, MaxPayload: payloadMost,
		NoSigs: true, NoLog: true, Authorization: o.Token,
	}
	if o.TLS.used() {
		if o.TLS.Cert == "" || o.TLS.Key == "" {
			return nil, errors.New("jet: a server needs a certificate and its key for TLS; give it both --tlscert and --tlskey")
		}
		config, err := server.GenTLSConfig(&server.TLSConfigOpts{CertFile: o.TLS.Cert, KeyFile: o.TLS.Key, CaFile: o.TLS.CA, Verify: o.TLS.CA != ""})
		if err != nil {
			return nil, fmt.Errorf("jet: cannot use the certificate: %w", err)
		}
		options.TLS, options.TLSVerify, options.TLSConfig, options.TLSTimeout = true, o.TLS.CA != "", config, 5
	}
	// NATS tries for as long as it is given to begin, and then says less.
	free, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("jet: cannot listen at %s: %w; give another address with --listen", o.Listen, err)
	}
	free.Close()
	folder, err := hold(o.Folder)
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(options)
	if err != nil {
		folder.Close()
		return nil, fmt.Errorf("jet: cannot make a server: %w", err)
	}
	log := &lastError{}
	s.SetLogger(log, false, false)
	s.Start()
	if !s.ReadyForConnections(20 * time.Second) {
		s.Shutdown()
		folder.Close()
		return nil, fmt.Errorf("jet: the server at %s does not start: %s", o.Listen, log)
	}
	if !s.JetStreamEnabled() {
		s.Shutdown()
		folder.Close()
		return nil, fmt.Errorf("jet: the server cannot keep its files in %s: %s", o.Folder, log)
	}
	return &Server{s, folder}, nil
}

// URL is where the server is reached, without its token.
func (s *Server) URL() string { return s.s.ClientURL() }

// Leave waits until all clients beside that of this process have gone, or for so long in
// real time: they are to hear how it ended.
func (s *Server) Leave(ctx context.Context, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for s.s.NumClients() > 1 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Close ends the server. What it keeps stays in its folder.
func (s *Server) Close() {
	s.s.Shutdown()
	s.s.WaitForShutdown()
	s.folder.Close()
}

// lastError is a log that keeps what went wrong last.
type lastError struct{ text string }

func (l *lastError) Noticef(string, ...any)            {}
func (l *lastError) Warnf(string, ...any)              {}
func (l *lastError) Debugf(string, ...any)             {}
func (l *lastError) Tracef(string, ...any)             {}
func (l *lastError) Fatalf(format string, args ...any) { l.text = fmt.Sprintf(format, args...) }
func (l *lastError) Errorf(format string, args ...any) { l.text = fmt.Sprintf(format, args...) }
func (l *lastError) String() string {
	if l.text == "" {
		return "it does not say why"
	}
	return l.text
}
