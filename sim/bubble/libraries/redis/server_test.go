package redis_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// server is a small Redis in memory. It knows GET, SET and INCR, speaks RESP 2, and
// takes a second for a key that begins with "slow".
type server struct {
	mu     sync.Mutex
	values map[string]string
	conns  int // that were opened
}

// dial returns the client's end of a new connection.
func (s *server) dial(context.Context, string, string) (net.Conn, error) {
	s.mu.Lock()
	s.conns++
	s.mu.Unlock()
	here, there := net.Pipe()
	go s.serve(there)
	return here, nil
}

func (s *server) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		args, err := command(r)
		if err != nil {
			return
		}
		if len(args) > 1 && strings.HasPrefix(args[1], "slow") {
			time.Sleep(time.Second)
		}
		if _, err := io.WriteString(c, s.do(args)); err != nil {
			return
		}
	}
}

// command reads an array of bulk strings.
func command(r *bufio.Reader) ([]string, error) {
	n, err := length(r, '*')
	if err != nil {
		return nil, err
	}
	args := make([]string, n)
	for i := range args {
		n, err := length(r, '$')
		if err != nil {
			return nil, err
		}
		text := make([]byte, n+len("\r\n"))
		if _, err := io.ReadFull(r, text); err != nil {
			return nil, err
		}
		args[i] = string(text[:n])
	}
	return args, nil
}

func length(r *bufio.Reader, kind byte) (int, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return 0, err
	}
	if line[0] != kind {
		return 0, fmt.Errorf("%q does not begin with %c", line, kind)
	}
	return strconv.Atoi(strings.TrimSpace(line[1:]))
}

func (s *server) do(args []string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch strings.ToUpper(args[0]) {
	case "GET":
		v, ok := s.values[args[1]]
		if !ok {
			return "$-1\r\n"
		}
		return fmt.Sprintf("$%d\r\n%s\r\n", len(v), v)
	case "SET":
		s.values[args[1]] = args[2]
		return "+OK\r\n"
	case "INCR":
		n, _ := strconv.Atoi(s.values[args[1]])
		s.values[args[1]] = strconv.Itoa(n + 1)
		return fmt.Sprintf(":%d\r\n", n+1)
	}
	return fmt.Sprintf("-ERR unknown command '%s'\r\n", args[0])
}
