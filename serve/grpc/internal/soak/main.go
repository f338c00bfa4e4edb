// Soak runs kerasrun serve under everything at once for a while, and fails if it does
// other than it should: 80 % of the load that it can bear while its model is replaced,
// a fifth of the requests nonsense, clients that leave and clients that are slow; then
// three times what it can bear; then SIGTERM under load. It wants no wrong answer, no
// request lost, nine tenths of the right answers under overload, and heap and
// goroutines back where they began.
//
//	go run ./serve/grpc/internal/soak -for 10m
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

func main() {
	long := flag.Duration("for", 30*time.Second, "how long it takes, about")
	goodput := flag.Float64("goodput", 0.9, "of the right answers a second that must remain under three times the load")
	flag.Parse()
	if err := soak(*long, *goodput); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func soak(long time.Duration, goodput float64) error {
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	kerasrun := filepath.Join(dir, "kerasrun")
	if out, err := exec.Command("go", "build", "-o", kerasrun, "github.com/kerasrun/kerasrun/cmd/kerasrun").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	l := &load{requests: requests(32)}
	var files [2]string
	for i := range files {
		files[i] = filepath.Join(dir, fmt.Sprintf("%d.keras", i))
		m, err := model(files[i], uint64(i))
		if err == nil {
			l.wanted[i], err = answers(m, l.requests)
		}
		if err != nil {
			return err
		}
	}
	served := filepath.Join(dir, "model.keras")
	if err := replace(files[0], served); err != nil {
		return err
	}
	s, err := start(kerasrun, served)
	if err != nil {
		return err
	}
	defer func() { _ = s.cmd.Process.Kill() }()
	if l.client, err = newClient(s); err != nil {
		return err
	}
	defer l.client.close()
	wrong := []error{underLoad(l, s, files, served, long), overload(l, s, long, goodput)}
	wrong = append(wrong, atTheEnd(l, s)) // the last, for the server ends
	fmt.Printf("%d right, %d turned away, %d left, %d nonsense refused, %d wrong\n", l.right.Load(), l.busy.Load(), l.left.Load(), l.refused.Load(), l.wrong.Load())
	for what, n := range l.said {
		wrong = append(wrong, fmt.Errorf("%d times: %s", n, what))
	}
	for _, line := range s.wrong {
		wrong = append(wrong, errors.New(line))
	}
	return errors.Join(wrong...)
}

// underLoad is the long part, and what it leaves behind.
func underLoad(l *load, s *server, files [2]string, served string, long time.Duration) error {
	can := l.closed(32, long/10) // warms it, too
	goroutines, heap, err := s.held(l.garbage)
	if err != nil {
		return err
	}
	fmt.Printf("bears %.0f requests of %d rows a second; at rest %.0f goroutines, heap %.1f MB\n", can, rows, goroutines, heap/1e6)
	ctx, stop := context.WithCancel(context.Background())
	var beside sync.WaitGroup
	beside.Go(func() { replaceAll(ctx, files, served, min(20*time.Second, long/12)) })
	for range 8 {
		beside.Go(func() { slow(ctx, s.http) })
	}
	got := l.open(context.Background(), 0.8*can, long*5/10, 20, 10)
	stop()
	beside.Wait()
	loads, err := s.metric(`kerasrun_model_loads_total{model="m",result="loaded"}`)
	if err != nil {
		return err
	}
	time.Sleep(time.Second)
	after, heapAfter, err := s.held(l.garbage)
	if err != nil {
		return err
	}
	fmt.Printf("%.0f right answers a second at 80 %%, %.0f loads; then at rest %.0f goroutines, heap %.1f MB\n", got, loads, after, heapAfter/1e6)
	if loads < 3 {
		err = errors.New("the model was not replaced while it was served")
	}
	if after > goroutines+4 {
		err = errors.Join(err, fmt.Errorf("goroutines: %.0f before, %.0f after", goroutines, after))
	}
	if heapAfter > 1.2*heap+4e6 {
		err = errors.Join(err, fmt.Errorf("heap: %.0f bytes before, %.0f after", heap, heapAfter))
	}
	return err
}

// replaceAll replaces the served model again and again, now and then by a broken file,
// which must change nothing.
func replaceAll(ctx context.Context, files [2]string, served string, every time.Duration) {
	for i := 1; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		if i%3 == 0 {
			_ = os.WriteFile(served, []byte("broken"), 0o600)
			continue
		}
		_ = replace(files[i%2], served)
	}
}

// overload asks for three times what the server bears. What counts are right answers for
// a second of the server's processor time, for others may be at work on the machine.
func overload(l *load, s *server, long time.Duration, goodput float64) error {
	var perSecond, perCPU [3]float64
	for i, ask := range []func() float64{
		func() float64 { return l.closed(32, long/20) },
		func() float64 { return l.open(context.Background(), 3*perSecond[0], long*3/20, 0, 0) },
		func() float64 { return l.closed(32, long/20) },
	} {
		const cpu = "process_cpu_seconds_total"
		answers := l.right.Load()
		before, err := s.metric(cpu)
		if err != nil {
			return err
		}
		perSecond[i] = ask()
		after, err := s.metric(cpu)
		if err != nil {
			return err
		}
		perCPU[i] = float64(l.right.Load()-answers) / (after - before)
	}
	can, got := (perCPU[0]+perCPU[2])/2, perCPU[1]
	fmt.Printf("three times the load: %.0f right answers for a second of processor time, of %.0f: %.0f %%; by the clock %.0f of %.0f and %.0f\n",
		got, can, 100*got/can, perSecond[1], perSecond[0], perSecond[2])
	if got < goodput*can {
		return fmt.Errorf("under overload: wanted %.0f %% of the right answers for the same work, received %.0f %%", 100*goodput, 100*got/can)
	}
	return nil
}

// atTheEnd tells the server to end under load. Clients go when it says that it is not
// ready, as a load balancer has them do; until then each is answered.
func atTheEnd(l *load, s *server) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() {
		time.Sleep(2 * time.Second)
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		for ctx.Err() == nil {
			if a, err := http.Get("http://" + s.http + "/readyz"); err == nil {
				_ = a.Body.Close()
				if a.StatusCode == http.StatusServiceUnavailable {
					stop()
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	before := l.right.Load()
	l.open(ctx, 100, time.Minute, 0, 0)
	if ctx.Err() == nil {
		return errors.New("SIGTERM: the server has not said that it ends")
	}
	fmt.Printf("SIGTERM under load: %d answered around it\n", l.right.Load()-before)
	l.client.close()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(time.Minute):
		return errors.New("SIGTERM: the server has not ended")
	}
}
