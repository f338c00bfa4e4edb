package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// server is a running kerasrun serve.
type server struct {
	cmd               *exec.Cmd
	http, grpc, admin string
	ended             chan error
	wrong             []string // lines of its log that speak of a fault
}

func start(kerasrun, model string) (*server, error) {
	s := &server{ended: make(chan error, 1)}
	s.cmd = exec.Command(kerasrun, "serve", "m="+model, "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0",
		"--poll", "1s", "--max-queue", "64", "--drain", "2s", "--timeout", "10s")
	log, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	listening := make(chan struct{})
	go func() {
		for lines := bufio.NewScanner(log); lines.Scan(); {
			line := lines.Text()
			what, address, found := strings.Cut(line, " address=")
			switch {
			case found && strings.HasSuffix(what, "what=HTTP"):
				s.http = address
			case found && strings.HasSuffix(what, "what=admin"):
				s.admin = address
			case found && strings.HasSuffix(what, "what=gRPC"):
				s.grpc = address
				close(listening)
			case strings.Contains(line, "panic"), strings.Contains(line, "fault"):
				s.wrong = append(s.wrong, line)
			}
		}
		s.ended <- s.cmd.Wait()
	}()
	select {
	case <-listening:
		return s, nil
	case err := <-s.ended:
		return nil, fmt.Errorf("the server ended: %w", errors.Join(err, io.ErrUnexpectedEOF))
	case <-time.After(time.Minute):
		return nil, errors.Join(errors.New("the server does not listen"), s.cmd.Process.Kill())
	}
}

// metric reads one from the server.
func (s *server) metric(name string) (float64, error) {
	a, err := http.Get("http://" + s.admin + "/metrics")
	if err != nil {
		return 0, err
	}
	defer a.Body.Close()
	for lines := bufio.NewScanner(a.Body); lines.Scan(); {
		if v, found := strings.CutPrefix(lines.Text(), name+" "); found {
			return strconv.ParseFloat(v, 64)
		}
	}
	return 0, fmt.Errorf("no metric %s", name)
}

// held is what a server holds that has nothing to do: goroutines, and the heap as it is
// after collections, for which work makes garbage.
func (s *server) held(work func()) (goroutines, heap float64, err error) {
	heap = 1e18
	first := 0.0
	for began := time.Now(); ; {
		work()
		collections, err := s.metric("go_gc_duration_seconds_count")
		if err != nil {
			return 0, 0, err
		}
		v, err := s.metric("go_memstats_heap_alloc_bytes")
		if err != nil {
			return 0, 0, err
		}
		if first == 0 {
			first = collections
		} else if collections > first {
			heap = min(heap, v)
		}
		if collections >= first+4 {
			break
		}
		if time.Since(began) > 5*time.Minute {
			return 0, 0, errors.New("the server's heap is not collected")
		}
	}
	http.DefaultClient.CloseIdleConnections()
	for range 50 { // connections that were closed end a moment later
		time.Sleep(100 * time.Millisecond)
		v, err := s.metric("go_goroutines")
		if err != nil {
			return 0, 0, err
		}
		if goroutines == 0 || v < goroutines {
			goroutines = v
		}
	}
	return goroutines, heap, nil
}
