package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// Server serves models on listeners of its own until it is told to end. A zero
// field means its default.
type Server struct {
	Models  *Models
	Address string // HOST:PORT, unix:PATH, or systemd for the socket that systemd passes
	Admin   string // likewise, for NewAdmin; default: none

	CertFile, KeyFile string // PEM; default: no TLS
	ClientCAFile      string // PEM: clients must show a certificate of one of these; default: any client
	TokenFile         string // holds a token that requests must bear, but for health; default: anybody

	MaxConns  int           // at a time; more wait to be accepted; default 10 000
	Drain     time.Duration // between saying that it is not ready and closing the listeners; default 0
	Grace     time.Duration // for requests that run then; default 25 s
	AccessLog bool          // a line for each request

	// Middleware wraps the handler, for tracing.
	Middleware func(http.Handler) http.Handler
	// Listening is told each address once connections are accepted there.
	Listening func(what string, at net.Addr)
}

// Run serves until ctx is done. Then /readyz says no, and after Drain no more
// connections are accepted; those requests that run have Grace to end.
func (s *Server) Run(ctx context.Context) error {
	security, err := s.security()
	if err != nil {
		return err
	}
	token, err := readToken(s.TokenFile)
	if err != nil {
		return err
	}
	handler := NewHandler(s.Models)
	if s.Middleware != nil {
		handler = s.Middleware(handler)
	}
	var servers []*http.Server
	ended := make(chan error, 2)
	start := func(what, address string, h http.Handler) error {
		l, err := listen(address)
		if err != nil {
			return err
		}
		if s.Listening != nil {
			s.Listening(what, l.Addr())
		}
		l = netutil.LimitListener(l, orElse(s.MaxConns, 10_000))
		if security != nil {
			l = tls.NewListener(l, security)
		}
		server := newHTTPServer(s.guard(authorized(h, token)))
		servers = append(servers, server)
		go func() { ended <- server.Serve(l) }()
		return nil
	}
	err = start("HTTP", s.Address, handler)
	if err == nil && s.Admin != "" {
		err = start("admin", s.Admin, NewAdmin(s.Models))
	}
	if err == nil {
		watching, stop := context.WithCancel(ctx)
		defer stop()
		go s.Models.Watch(watching)
		select {
		case err = <-ended:
		case <-ctx.Done():
			s.Models.End()
			s.Models.options.Log.Info("ending", "drain", orElse(s.Drain, 0), "grace", orElse(s.Grace, 25*time.Second))
			time.Sleep(s.Drain)
		}
	}
	return errors.Join(err, s.shutDown(servers))
}

// shutDown ends the servers once their requests have ended.
func (s *Server) shutDown(servers []*http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), orElse(s.Grace, 25*time.Second))
	defer cancel()
	var wrong []error
	for _, h := range servers {
		if err := h.Shutdown(ctx); err != nil {
			wrong = append(wrong, fmt.Errorf("requests had not ended: %w", err), h.Close())
		}
	}
	return errors.Join(wrong...)
}

// newHTTPServer bounds what a client that is slow, or sends no end, can hold.
func newHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

func orElse[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}
