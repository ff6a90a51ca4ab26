package main

import "slices"

// A module is one whose own tests are compared.
type module struct {
	Name     string
	Path     string
	Packages []string // below the module, as patterns of the go command
	Flags    []string // for go test
	Note     string   // what is left out of them
	Ours     []string // the tests of this folder that use it
}

var modules = []module{
	{Name: "sync", Path: "golang.org/x/sync", Packages: []string{"./..."}, Ours: []string{"./errgroup", "./singleflight"}},
	{Name: "rate", Path: "golang.org/x/time", Packages: []string{"./..."}, Ours: []string{"./rate"}},
	{Name: "lru", Path: "github.com/hashicorp/golang-lru/v2", Packages: []string{"./..."}, Ours: []string{"./lru"}},
	{Name: "ants", Path: "github.com/panjf2000/ants/v2", Packages: []string{"./..."}, Ours: []string{"./ants"}},
	{Name: "conc", Path: "github.com/sourcegraph/conc", Packages: []string{"./..."}, Ours: []string{"./conc"}},
	{Name: "cron", Path: "github.com/robfig/cron/v3", Packages: []string{"./..."}, Ours: []string{"./cron"}},
	{Name: "gobreaker", Path: "github.com/sony/gobreaker/v2", Packages: []string{"./..."}, Ours: []string{"./gobreaker"}},
	{
		Name: "redis", Path: "github.com/redis/go-redis/v9", Ours: []string{"./redis"},
		Packages: []string{"./internal/...", "./push/..."},
		Note:     "without the root package, many of whose tests try for minutes to reach a server",
	},
	{
		Name: "nats", Path: "github.com/nats-io/nats.go", Ours: []string{"./nats"},
		Packages: []string{".", "./test"},
		Flags: []string{"-modfile=go_test.mod", "-timeout=15m", "-skip",
			"^Test(Compatibility|Get|Jet|Key|List|NoRace(Jet|Object)|Object|Publish(Async)?Jet|Pull|Stream|W[Ss])"},
		Note: "those of nats itself and test; without JetStream and what is built on it, such as key-value stores, whose tests wait for clusters " +
			"and deadlines in real time, and fail on a busy machine with neither side at fault; and without WebSockets",
	},
	{
		Name: "watermill", Path: "github.com/ThreeDotsLabs/watermill", Ours: []string{"./watermill"},
		Packages: []string{".", "./components/...", "./message/...", "./pubsub/...", "./internal/..."},
	},
	{
		Name: "grpc", Path: "google.golang.org/grpc", Ours: []string{"./grpc"},
		Packages: []string{".", "./internal/transport/...", "./internal/grpcsync", "./internal/buffer", "./mem", "./stats", "./status", "./test/bufconn", "./test"},
		Flags:    []string{"-timeout=20m"},
		Note: "those of grpc itself, internal/transport with what is below it, internal/grpcsync, internal/buffer, mem, stats, status, " +
			"test/bufconn and test (from end to end); without all others, such as balancers, credentials, encodings and xDS",
	},
	{
		Name: "sqlite", Path: "modernc.org/sqlite", Ours: []string{"./sqlite"},
		Packages: []string{"."},
		Flags: []string{"-short", "-timeout=15m", "-skip",
			"^TestRegisteredFunctions$/^(Query|Exec)Context_with_context_expiring$"},
		Note: "with -short, and without two subtests of TestRegisteredFunctions that take 200 seconds of real time each",
	},
}

// place is where the module stands in the table.
func place(name string) int {
	return slices.IndexFunc(modules, func(m module) bool { return m.Name == name })
}
