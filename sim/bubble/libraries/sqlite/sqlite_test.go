package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// open opens a database in a file of its own. Transactions begin as how says, and wait
// for a lock for five seconds at most. No run loses power, so none waits for the disk.
func open(t *bubble.T, how string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "bank.db")+"?_pragma=busy_timeout(5000)&_pragma=synchronous(off)&_txlock="+how)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(2)
	if _, err := db.Exec("create table account (id integer primary key, balance integer); insert into account values (1, 100)"); err != nil {
		t.Fatal(err)
	}
	return db
}

// withdraw takes 30 from the account, if it has them, in one transaction.
func withdraw(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var balance int
	if err := tx.QueryRow("select balance from account where id = 1").Scan(&balance); err != nil {
		return err
	}
	time.Sleep(10 * time.Millisecond) // ask the bank
	if _, err := tx.Exec("update account set balance = ? where id = 1", balance-30); err != nil {
		return err
	}
	return tx.Commit()
}

func balance(t *bubble.T, db *sql.DB) int {
	var n int
	if err := db.QueryRow("select balance from account where id = 1").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestImmediate: two transactions that begin with the lock wait for each other, and none
// is refused within the busy timeout.
func TestImmediate(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		db := open(t, "immediate")
		defer db.Close()
		start := time.Now()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := withdraw(t.Context(), db); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := balance(t, db); n != 40 {
			t.Errorf("the balance is %d", n)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
	}, explore.WithRuns(50))
}

// TestDeferred: two transactions that read first and write then cannot both go on. One
// of them is refused at once, whatever the busy timeout, and no withdrawal is lost.
func TestDeferred(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		db := open(t, "deferred")
		defer db.Close()
		var mu sync.Mutex
		refused := 0
		var wg sync.WaitGroup
		for n := range 2 {
			wg.Go(func() {
				time.Sleep(time.Duration(n) * 10 * time.Millisecond) // when the first one writes
				var busy *sqlite.Error
				switch err := withdraw(t.Context(), db); {
				case err == nil:
				case errors.As(err, &busy) && busy.Code() == sqlite3.SQLITE_BUSY:
					mu.Lock()
					refused++
					mu.Unlock()
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n, want := balance(t, db), 40+30*refused; n != want {
			t.Errorf("the balance is %d, and %d were refused", n, refused)
		}
		if refused == 2 {
			t.Error("both were refused")
		}
		t.Sometimes("one is refused", refused == 1)
		t.Sometimes("both succeed", refused == 0)
	}, explore.WithRuns(50))
}
