module weft/sim/bubble/libraries/bugs

go 1.26.0

require (
	github.com/alitto/pond v1.8.0
	github.com/asaskevich/EventBus v0.0.0-20200907212545-49d423059eef
	github.com/benbjohnson/clock v1.3.5
	github.com/cskr/pubsub v1.0.2
	github.com/dgraph-io/ristretto v0.0.3
	github.com/hashicorp/golang-lru/v2 v2.0.7
	github.com/jellydator/ttlcache/v3 v3.0.0
	golang.org/x/sync v0.25.0
	weft v0.0.0
)

require (
	github.com/cespare/xxhash v1.1.0 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
)

replace weft => ../../../..

replace golang.org/x/sync => golang.org/x/sync v0.0.0-20190423024810-112230192c58
