package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSoak, for a second, in one process; make soak is the long one. While two models take each other's place under one name, some clients
// leave, some send nonsense, and one sends slowly, every answer is one of the two
// models', bit for bit. In the end no goroutine and no memory is held.
func TestSoak(t *testing.T) {
	x := rows(t, 3, 52, 1)
	var want []string
	other := alteredSeed(t, filepath.Join(t.TempDir(), "other.keras"))
	for _, p := range []string{seedFile, other} {
		y, err := program(t, p).Predict(x.Float32s())
		require.NoError(t, err)
		want = append(want, fmt.Sprint(y))
	}
	require.NotEqual(t, want[0], want[1])
	path := filepath.Join(t.TempDir(), "model.keras")
	copyFile(t, seedFile, path)
	goroutines := goruntime.NumGoroutine()

	m := NewModels(Options{Poll: 10 * time.Millisecond, MaxQueue: 64})
	require.NoError(t, m.Open("m", path))
	address, end := running(t, &Server{Models: m, Address: "127.0.0.1:0"})
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	body := []byte(`{"inputs":` + string(appendNested(nil, x, numberV2)) + `}`)
	ctx, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	var right, busy atomic.Int64
	var all sync.WaitGroup
	for c := range 16 {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(c)))
			for ctx.Err() == nil {
				switch random.IntN(10) {
				case 0:
					leave(client, address, body)
				case 1:
					nonsense(t, client, address, random)
				default:
					switch got := askFor(client, address, body); got {
					case want[0], want[1]:
						right.Add(1)
					case "503":
						busy.Add(1)
					default:
						t.Errorf("neither model's answer: %s", got)
					}
				}
			}
		})
	}
	all.Go(func() { slowly(ctx, address) })
	all.Go(func() {
		for i := 1; ctx.Err() == nil; i++ {
			copyFile(t, []string{seedFile, other}[i%2], path)
			time.Sleep(50 * time.Millisecond)
		}
	})
	all.Wait()
	require.NoError(t, end())
	t.Logf("%d right, %d turned away", right.Load(), busy.Load())
	assert.Positive(t, right.Load())
	transport.CloseIdleConnections()
	assert.Eventually(t, func() bool { return goruntime.NumGoroutine() <= goroutines+2 }, 10*time.Second, 10*time.Millisecond)
	assert.Zero(t, m.requests.used, "memory of requests")
	assert.Zero(t, m.scheduler.memory.used, "memory of calls")
}

// askFor makes a request and returns the numbers of the answer, or the status.
func askFor(c *http.Client, address string, body []byte) string {
	r, err := c.Post("http://"+address+"/v1/models/m:predict", "application/json", bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		return fmt.Sprint(r.StatusCode)
	}
	var a struct{ Outputs [][]float32 }
	if err := json.Unmarshal(text, &a); err != nil {
		return err.Error()
	}
	var y []float32
	for _, row := range a.Outputs {
		y = append(y, row...)
	}
	return fmt.Sprint(y)
}

// leave makes a request and does not wait for the answer.
func leave(c *http.Client, address string, body []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Microsecond)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "POST", "http://"+address+"/v1/models/m:predict", bytes.NewReader(body))
	if err != nil {
		return
	}
	if a, err := c.Do(r); err == nil {
		a.Body.Close()
	}
}

// nonsense sends what no model takes.
func nonsense(t *testing.T, c *http.Client, address string, random *rand.Rand) {
	for _, body := range []string{`{"inputs":[[1]]}`, `{`, `[[[[[[[[[[[[[[[[[[[[[[`, "\x00", `{"inputs":"` + fmt.Sprint(random.Uint64()) + `"}`} {
		r, err := c.Post("http://"+address+"/v1/models/m:predict", "application/json", bytes.NewReader([]byte(body)))
		if assert.NoError(t, err) {
			r.Body.Close()
			assert.Contains(t, []int{400, 413, 503}, r.StatusCode, body)
		}
	}
}

// slowly sends a request's header byte by byte.
func slowly(ctx context.Context, address string) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	for i := 0; ctx.Err() == nil; i++ {
		if _, err := c.Write([]byte{"POST / HTTP/1.1\r\nX: "[min(i, 19)]}); err != nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
