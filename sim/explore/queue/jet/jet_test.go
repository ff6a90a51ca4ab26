package jet_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"weft/sim/explore/queue"
	"weft/sim/explore/queue/jet"
)

var plan = queue.Plan{Version: 1, Name: "x", Binary: "x.test", SHA256: "ab", Unit: time.Second, Lease: 200 * time.Millisecond}

func serve(t *testing.T, o jet.ServerOptions) *jet.Server {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Folder == "" {
		o.Folder = t.TempDir()
	}
	s, err := jet.Serve(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func begin(t *testing.T, o jet.DialOptions) *jet.Exploration {
	t.Helper()
	c, err := jet.Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	x, err := c.Begin(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestLedger: the first value stays.
func TestLedger(t *testing.T) {
	x := begin(t, jet.DialOptions{Server: serve(t, jet.ServerOptions{})})
	for i, want := range []bool{true, false} {
		created, err := x.Create(t.Context(), "unit.a", []byte{byte(i)})
		if err != nil || created != want {
			t.Errorf("value %d is created: %v, %v", i, created, err)
		}
	}
	if value, err := x.Get(t.Context(), "unit.a"); err != nil || len(value) != 1 || value[0] != 0 {
		t.Errorf("the value is %v, %v", value, err)
	}
	if value, err := x.Get(t.Context(), "unit.b"); err != nil || value != nil {
		t.Errorf("a value that was never written is %v, %v", value, err)
	}
	if _, err := x.Create(t.Context(), "unit.c", make([]byte, 9<<20)); err == nil || !strings.Contains(err.Error(), "max_payload") {
		t.Errorf("error %v", err)
	}
}

// TestLine: a unit is with one worker at a time, comes up again when the worker is silent,
// and is gone when it is done. One that was put in line twice is there once.
func TestLine(t *testing.T) {
	x := begin(t, jet.DialOptions{Server: serve(t, jet.ServerOptions{})})
	for range 2 {
		if err := x.Put(t.Context(), "a", []byte("unit a")); err != nil {
			t.Fatal(err)
		}
	}
	n, err := x.Waiting(t.Context())
	for looks := 0; looks < 10_000 && err == nil && n == 0; looks++ { // the server counts when it comes to it
		n, err = x.Waiting(t.Context())
	}
	if err != nil || n != 1 {
		t.Errorf("%d units wait, %v; want 1", n, err)
	}
	take := func() queue.Claim {
		t.Helper()
		c, err := x.Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := take()
	if first == nil || string(first.Unit()) != "unit a" {
		t.Fatalf("the unit is %v", first)
	}
	stop := first.Keep(t.Context())
	if again := take(); again != nil {
		t.Errorf("somebody else gets the unit of one who holds it")
	}
	stop() // and is silent
	second := take()
	if second == nil {
		t.Fatal("the unit of one who is silent does not come up again")
	}
	if err := second.GiveBack(t.Context()); err != nil {
		t.Fatal(err)
	}
	third := take()
	if third == nil {
		t.Fatal("the unit that was given back does not come up again")
	}
	if err := third.Done(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := take(); again != nil {
		t.Errorf("a unit that was done comes up again")
	}
	if idle, err := x.Idle(t.Context()); err != nil || !idle {
		t.Errorf("the line is idle: %v, %v", idle, err)
	}
}

// TestTakeEndsWithItsContext, and not when the server has waited for long enough.
func TestTakeEndsWithItsContext(t *testing.T) {
	x := begin(t, jet.DialOptions{Server: serve(t, jet.ServerOptions{})})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if c, err := x.Take(ctx); c != nil || err != context.Canceled {
		t.Errorf("it takes %v, %v", c, err)
	}
}

// TestServerComesBack: what was told before it went is told again, and what is asked
// meanwhile is answered.
func TestServerComesBack(t *testing.T) {
	folder := t.TempDir()
	first, err := jet.Serve(jet.ServerOptions{Listen: "127.0.0.1:0", Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	url := first.URL()
	x := begin(t, jet.DialOptions{URL: url})
	if err := x.Put(t.Context(), "a", []byte("unit a")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	entries, why := x.Entries(ctx)
	for e := range entries {
		if e.Key == "" {
			break
		}
	}
	first.Close()
	created := make(chan error)
	go func() {
		_, err := x.Create(ctx, "unit.a", []byte("found"))
		created <- err
	}()
	serve(t, jet.ServerOptions{Listen: strings.TrimPrefix(url, "nats://"), Folder: folder})
	if err := <-created; err != nil {
		t.Fatal(err)
	}
	for e := range entries {
		if e.Key == "unit.a" {
			cancel()
		}
	}
	if err := <-why; err != context.Canceled {
		t.Error(err)
	}
	if c, err := x.Take(t.Context()); err != nil || c == nil || string(c.Unit()) != "unit a" {
		t.Errorf("the unit in line is %v, %v", c, err)
	}
}

// TestOtherPlanIsRefused: an exploration goes on with its own binary and arguments only.
func TestOtherPlanIsRefused(t *testing.T) {
	s := serve(t, jet.ServerOptions{})
	begin(t, jet.DialOptions{Server: s})
	c, err := jet.Dial(t.Context(), jet.DialOptions{Server: s})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, change := range []struct {
		change func(*queue.Plan)
		want   string
	}{
		{func(p *queue.Plan) { p.SHA256 = "cd" }, "SHA-256 ab"},
		{func(p *queue.Plan) { p.Args = []string{"-x"} }, "choose another --name"},
	} {
		p := plan
		change.change(&p)
		if _, err := c.Begin(t.Context(), p); err == nil || !strings.Contains(err.Error(), change.want) {
			t.Errorf("error %v, want %q", err, change.want)
		}
	}
	if err := c.Forget(t.Context(), plan.Name); err != nil {
		t.Fatal(err)
	}
	if plans, err := c.Plans(t.Context()); err != nil || len(plans) != 0 {
		t.Errorf("after it was forgotten, there are %v, %v", plans, err)
	}
}

// TestToken: who does not have it is told so at once.
func TestToken(t *testing.T) {
	s := serve(t, jet.ServerOptions{Token: "secret"})
	begin(t, jet.DialOptions{URL: s.URL(), Token: "secret"})
	begin(t, jet.DialOptions{Server: s, Token: "secret"})
	if c, err := jet.Dial(t.Context(), jet.DialOptions{URL: s.URL(), Token: "guess"}); err == nil || !strings.Contains(err.Error(), "Authorization") {
		if c != nil {
			c.Close()
		}
		t.Errorf("error %v", err)
	}
}

// TestTLS: with certificates on both sides, those who have none are refused.
func TestTLS(t *testing.T) {
	tls := certificates(t)
	s := serve(t, jet.ServerOptions{TLS: tls})
	begin(t, jet.DialOptions{URL: s.URL(), TLS: tls})
	begin(t, jet.DialOptions{Server: s})
	if c, err := jet.Dial(t.Context(), jet.DialOptions{URL: s.URL(), TLS: jet.TLS{CA: tls.CA}, Patience: time.Millisecond}); err == nil {
		c.Close()
		t.Error("a client without a certificate is let in")
	}
	if _, err := jet.Serve(jet.ServerOptions{Listen: "127.0.0.1:0", Folder: t.TempDir(), TLS: jet.TLS{CA: tls.CA}}); err == nil || !strings.Contains(err.Error(), "both --tlscert and --tlskey") {
		t.Errorf("error %v", err)
	}
}

// certificates makes a certificate that has signed itself, for both sides.
func certificates(t *testing.T) jet.TLS {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "weft"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	files := jet.TLS{Cert: filepath.Join(folder, "cert.pem"), Key: filepath.Join(folder, "key.pem"), CA: filepath.Join(folder, "cert.pem")}
	for file, block := range map[string]*pem.Block{files.Cert: {Type: "CERTIFICATE", Bytes: der}, files.Key: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestFolderIsHeld: of two servers with one folder, the second one is refused.
func TestFolderIsHeld(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no lock")
	}
	o := jet.ServerOptions{Listen: "127.0.0.1:0", Folder: t.TempDir()}
	first, err := jet.Serve(o)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := jet.Serve(o); err == nil {
		second.Close()
		t.Error("two servers keep their files in one folder")
	} else if !strings.Contains(err.Error(), "another server keeps its files in "+o.Folder) {
		t.Errorf("error %v", err)
	}
	first.Close()
	again, err := jet.Serve(o)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func TestServerRefused(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for _, c := range []struct {
		o    jet.ServerOptions
		want string
	}{
		{jet.ServerOptions{Listen: "nowhere"}, "no address to listen at"},
		{jet.ServerOptions{Listen: "127.0.0.1:x"}, "no port"},
		{jet.ServerOptions{Listen: busy.Addr().String()}, "cannot listen at " + busy.Addr().String()},
		{jet.ServerOptions{Listen: "127.0.0.1:0", TLS: jet.TLS{Cert: "/no", Key: "/no"}}, "cannot use the certificate"},
	} {
		c.o.Folder = t.TempDir()
		if _, err := jet.Serve(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}
