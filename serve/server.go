package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
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

	// Page answers GET / and what is below /page/ to anybody, token or not; PageAPI
	// what is below /page/api/, as all else. Default: none.
	Page, PageAPI http.Handler

	AdminGRPC http.Handler // answers gRPC on Admin's listener, as package serve/grpc does; default: none

	Also []Service // other protocols, on listeners of their own

	// Middleware wraps the handler, for tracing.
	Middleware func(http.Handler) http.Handler
	// Listening is told each address once connections are accepted there.
	Listening func(what string, at net.Addr)
}

// Service is a protocol beside HTTP, such as that of package serve/grpc.
type Service struct {
	Name    string
	Address string                          // as a Server's
	ALPN    []string                        // the protocol's names in TLS
	Serve   func(net.Listener) error        // until Stop
	Stop    func(ctx context.Context) error // waits for running requests until ctx is done
}

// Run serves until ctx is done. Then /readyz says no, and after Drain no more
// connections are accepted; those requests that run have Grace to end.
func (s *Server) Run(ctx context.Context) error {
	security, err := s.security()
	if err != nil {
		return err
	}
	token, err := Token(s.TokenFile)
	if err != nil {
		return err
	}
	handler := s.handler(token)
	if s.Middleware != nil {
		handler = s.Middleware(handler)
	}
	services := []Service{s.overHTTP("HTTP", s.Address, handler)}
	if s.Admin != "" {
		services = append(services, s.admin(token))
	}
	services = append(services, s.Also...)
	ended := make(chan error, len(services))
	var running []Service
	for _, v := range services {
		var l net.Listener
		if l, err = s.listen(v, security); err != nil {
			break
		}
		running = append(running, v)
		go func() { ended <- v.Serve(l) }()
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
	return errors.Join(err, s.shutDown(running))
}

// handler answers for the models, and shows the page if there is one.
func (s *Server) handler(token []byte) http.Handler {
	protocols := authorized(NewHandler(s.Models), token)
	if s.Page == nil {
		return protocols
	}
	mux := http.NewServeMux()
	mux.Handle("/", protocols)
	mux.Handle("GET /{$}", pageOr(protocols, s.Page))
	mux.Handle("/page/", s.Page)
	if s.PageAPI != nil {
		mux.Handle("/page/api/", authorized(s.PageAPI, token))
	}
	return mux
}

// listen opens a service's listener.
func (s *Server) listen(v Service, security *tls.Config) (net.Listener, error) {
	l, err := listen(v.Address)
	if err != nil {
		return nil, err
	}
	if s.Listening != nil {
		s.Listening(v.Name, l.Addr())
	}
	l = netutil.LimitListener(l, orElse(s.MaxConns, 10_000))
	if security != nil {
		security = security.Clone()
		security.NextProtos = v.ALPN
		l = tls.NewListener(l, security)
	}
	return l, nil
}

// shutDown ends all services at the same time, once their requests have ended.
func (s *Server) shutDown(services []Service) error {
	ctx, cancel := context.WithTimeout(context.Background(), orElse(s.Grace, 25*time.Second))
	defer cancel()
	wrong := make([]error, len(services))
	var all sync.WaitGroup
	for i, v := range services {
		all.Go(func() {
			if err := v.Stop(ctx); err != nil {
				wrong[i] = fmt.Errorf("%s: requests had not ended: %w", v.Name, err)
			}
		})
	}
	all.Wait()
	return errors.Join(wrong...)
}

// overHTTP is a service of HTTP.
func (s *Server) overHTTP(name, address string, h http.Handler) Service {
	return serviceOf(newHTTPServer(s.guard(h)), name, address, "http/1.1")
}

// admin is the service of administrators, over HTTP and gRPC on one listener.
func (s *Server) admin(token []byte) Service {
	overHTTP := authorized(NewAdmin(s.Models), token)
	if s.AdminGRPC == nil {
		return s.overHTTP("admin", s.Admin, overHTTP)
	}
	server := newHTTPServer(s.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 && strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
			s.AdminGRPC.ServeHTTP(w, r)
			return
		}
		overHTTP.ServeHTTP(w, r)
	})))
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	return serviceOf(server, "admin", s.Admin, "h2", "http/1.1")
}

func serviceOf(server *http.Server, name, address string, protocols ...string) Service {
	return Service{Name: name, Address: address, ALPN: protocols, Serve: server.Serve, Stop: func(ctx context.Context) error {
		err := server.Shutdown(ctx)
		if err != nil {
			err = errors.Join(err, server.Close())
		}
		return err
	}}
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
