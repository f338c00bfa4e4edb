package serve

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// running starts a server and returns the address of HTTP, and what ends it.
func running(t *testing.T, s *Server) (address string, end func() error) {
	t.Helper()
	at := make(chan net.Addr, 2)
	s.Listening = func(what string, a net.Addr) {
		if what == "HTTP" {
			at <- a
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	select {
	case a := <-at:
		return a.String(), func() error { cancel(); return <-done }
	case err := <-done:
		cancel()
		require.NoError(t, err)
		return "", nil
	}
}

func get(t *testing.T, c *http.Client, url, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	require.NoError(t, err)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := c.Do(r)
	require.NoError(t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(t, err)
	return a.StatusCode, string(text)
}

// TestDrain: a request that runs when the server is told to end is answered, and
// readiness says no meanwhile.
func TestDrain(t *testing.T) {
	m := served(t, Options{}, map[string]string{"seed": seedFile})
	address, end := running(t, &Server{Models: m, Address: "127.0.0.1:0", Drain: 200 * time.Millisecond})
	status, _ := get(t, http.DefaultClient, "http://"+address+"/readyz", "")
	assert.Equal(t, 200, status)
	require.NoError(t, m.scheduler.memory.take(t.Context(), m.options.Memory)) // nothing can run
	body := `{"instances":` + string(appendNested(nil, rows(t, 1, 52, 1), numberV2)) + `}`
	answered := make(chan int, 1)
	go func() {
		r, err := http.Post("http://"+address+"/v1/models/seed:predict", "application/json", strings.NewReader(body))
		if assert.NoError(t, err) {
			r.Body.Close()
			answered <- r.StatusCode
		}
	}()
	require.Eventually(t, func() bool {
		m.scheduler.mu.Lock()
		defer m.scheduler.mu.Unlock()
		return m.scheduler.running == 1
	}, 5*time.Second, time.Millisecond)
	ended := make(chan error, 1)
	go func() { ended <- end() }()
	require.Eventually(t, func() bool { return !m.Ready() }, 5*time.Second, time.Millisecond)
	status, _ = get(t, http.DefaultClient, "http://"+address+"/readyz", "")
	assert.Equal(t, 503, status)
	m.scheduler.memory.give(m.options.Memory)
	assert.Equal(t, 200, <-answered)
	assert.NoError(t, <-ended)
}

func TestToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("secret\n"), 0o600))
	m := served(t, Options{}, map[string]string{"seed": seedFile})
	address, end := running(t, &Server{Models: m, Address: "127.0.0.1:0", TokenFile: file})
	for token, want := range map[string]int{"": 401, "Secret": 401, "secret": 200} {
		status, _ := get(t, http.DefaultClient, "http://"+address+"/v2/models/seed", token)
		assert.Equal(t, want, status, token)
	}
	status, _ := get(t, http.DefaultClient, "http://"+address+"/healthz", "")
	assert.Equal(t, 200, status)
	require.NoError(t, end())

	require.NoError(t, os.WriteFile(file, []byte(" \n"), 0o600))
	assert.ErrorContains(t, (&Server{Models: m, TokenFile: file}).Run(t.Context()), "wanted a token")
	assert.Error(t, (&Server{Models: m, TokenFile: file + "x"}).Run(t.Context()))
}

// TestUnixSocket: one that a killed server left is taken over, one in use is not.
func TestUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	require.NoError(t, err)
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	require.NoError(t, l.Close())
	m := served(t, Options{}, map[string]string{"seed": seedFile})
	_, end := running(t, &Server{Models: m, Address: "unix:" + path})
	c := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", path) }}}
	status, _ := get(t, c, "http://any/v2/models/seed", "")
	assert.Equal(t, 200, status)
	assert.ErrorContains(t, (&Server{Models: m, Address: "unix:" + path}).Run(t.Context()), "in use")
	c.CloseIdleConnections()
	require.NoError(t, end())
	assert.ErrorContains(t, (&Server{Models: m, Address: "systemd"}).Run(t.Context()), "LISTEN_FDS")
}

// TestMutualTLS: who shows no certificate of the CA is not let in.
func TestMutualTLS(t *testing.T) {
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	secret, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	certFile, keyFile := filepath.Join(dir, "cert"), filepath.Join(dir, "key")
	require.NoError(t, os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}), 0o600))

	m := served(t, Options{}, map[string]string{"seed": seedFile})
	address, end := running(t, &Server{Models: m, Address: "127.0.0.1:0", CertFile: certFile, KeyFile: keyFile, ClientCAFile: certFile})
	pool := x509.NewCertPool()
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool.AddCert(cert)
	client := func(certs ...tls.Certificate) *http.Client {
		return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: certs}}}
	}
	_, err = client().Get("https://" + address + "/healthz")
	assert.Error(t, err)
	status, _ := get(t, client(tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}), "https://"+address+"/healthz", "")
	assert.Equal(t, 200, status)
	require.NoError(t, end())

	for says, s := range map[string]*Server{
		"one of the server":    {ClientCAFile: certFile},
		"holds no certificate": {CertFile: certFile, KeyFile: keyFile, ClientCAFile: keyFile},
		"no such file":         {CertFile: certFile, KeyFile: keyFile + "x"},
	} {
		s.Models = m
		assert.ErrorContains(t, s.Run(t.Context()), says)
	}
}

// TestPanic: a fault costs its request alone, and stands in the log.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	m := NewModels(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	s := &Server{Models: m, AccessLog: true}
	status, text := ask(t, s.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oh") })), "GET", "/x", "")
	assert.Equal(t, 500, status)
	assert.Contains(t, text, "a fault of the server")
	assert.Contains(t, log.String(), "what=oh")
	assert.Contains(t, log.String(), "status=500")
}

// TestAccessLog: a line for each request, with its trace if that is one.
func TestAccessLog(t *testing.T) {
	var log bytes.Buffer
	m := NewModels(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	h := (&Server{Models: m, AccessLog: true}).guard(NewHandler(m))
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	for header, want := range map[string]string{
		trace: trace, "": "", "x": "", trace + "-more": "", strings.ToUpper(trace): "", strings.Repeat("0", 4000): "",
		"01" + trace[2:] + "-more": "01" + trace[2:] + "-more", "ff" + trace[2:]: "",
	} {
		log.Reset()
		r := httptest.NewRequest("GET", "/healthz", nil)
		r.Header.Set("traceparent", header)
		h.ServeHTTP(httptest.NewRecorder(), r)
		if want == "" {
			want = `""`
		}
		assert.Contains(t, log.String(), "method=GET path=/healthz status=200")
		assert.Contains(t, log.String(), "traceparent="+want+"\n")
	}
}

// TestManyConnections: connections above the limit wait.
func TestManyConnections(t *testing.T) {
	m := served(t, Options{}, map[string]string{"seed": seedFile})
	address, end := running(t, &Server{Models: m, Address: "127.0.0.1:0", MaxConns: 1})
	first, err := net.Dial("tcp", address)
	require.NoError(t, err)
	fmt.Fprint(first, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	b := make([]byte, 12)
	_, err = io.ReadFull(first, b)
	require.NoError(t, err)
	second, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer func() { _ = second.Close() }()
	fmt.Fprint(second, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, second.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, err = io.ReadFull(second, b)
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, first.Close())
	require.NoError(t, second.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, err = io.ReadFull(second, b)
	assert.NoError(t, err)
	require.NoError(t, end())
}
