package grpc_test

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// An echo is a service of one method, which takes a second.
type echo struct {
	running atomic.Int64 // calls that have not come back
}

func (e *echo) say(ctx context.Context, in *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
	e.running.Add(1)
	defer e.running.Add(-1)
	select {
	case <-time.After(time.Second):
		return in, nil
	case <-ctx.Done():
		return nil, status.FromContextError(ctx.Err()).Err()
	}
}

var service = grpc.ServiceDesc{
	ServiceName: "Echo",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "Say",
		Handler: func(srv any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			in := new(wrapperspb.StringValue)
			if err := decode(in); err != nil {
				return nil, err
			}
			return srv.(*echo).say(ctx, in)
		},
	}},
}

// start starts a server, and returns it with a client that is connected to it in memory.
func start(t *bubble.T, e *echo) (*grpc.Server, *grpc.ClientConn) {
	listener := bufconn.Listen(1 << 16)
	server := grpc.NewServer()
	server.RegisterService(&service, e)
	go server.Serve(listener)
	client, err := grpc.NewClient("passthrough:///memory",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	return server, client
}

func say(ctx context.Context, client *grpc.ClientConn, text string) (string, error) {
	var out wrapperspb.StringValue
	err := client.Invoke(ctx, "/Echo/Say", wrapperspb.String(text), &out)
	return out.Value, err
}

// TestDeadlineAgainstCancel: the reply, the deadline and a cancelling come at the same
// instant. Whichever wins, the caller gets its code then, and the handler has ended when
// the server has stopped. A call that fails may have filled in the reply all the same,
// since the message comes before the status: who looks at it without asking for the
// error sees a call that went well.
func TestDeadlineAgainstCancel(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		e := new(echo)
		server, client := start(t, e)
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		time.AfterFunc(time.Second, cancel)
		got, err := say(ctx, client, "hello")
		switch code := status.Code(err); {
		case code == codes.OK && got == "hello":
			t.Sometimes("the reply wins", true)
		case code == codes.DeadlineExceeded:
			t.Sometimes("the deadline wins", true)
		case code == codes.Canceled:
			t.Sometimes("the cancelling wins", true)
		default:
			t.Errorf("got %q, %v", got, err)
		}
		t.Sometimes("a call that failed has filled in the reply", err != nil && got == "hello")
		if took := time.Since(begin); took != time.Second {
			t.Errorf("it took %v", took)
		}
		client.Close()
		server.GracefulStop()
		if n := e.running.Load(); n != 0 {
			t.Errorf("%d handlers run on", n)
		}
	}, explore.WithRuns(1000)) // the last of these is in less than one of a hundred
}

// TestGracefulStop: a call that is on its way when the server begins to stop comes back
// well, or was never let in; the server has stopped when it has.
func TestGracefulStop(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		e := new(echo)
		server, client := start(t, e)
		var wg sync.WaitGroup
		if _, err := say(t.Context(), client, "once"); err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			got, err := say(t.Context(), client, "hello")
			switch code := status.Code(err); {
			case code == codes.OK && got == "hello":
			case code == codes.Unavailable && got == "":
			default:
				t.Errorf("got %q, %v", got, err)
			}
		})
		server.GracefulStop()
		if n := e.running.Load(); n != 0 {
			t.Errorf("%d handlers run after the stop", n)
		}
		wg.Wait()
		client.Close()
	}, explore.WithRuns(200))
}
