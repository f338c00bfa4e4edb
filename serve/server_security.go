package serve

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
)

func (s *Server) security() (*tls.Config, error) {
	return TLS(s.CertFile, s.KeyFile, s.ClientCAFile)
}

// TLS returns the configuration of a server with this certificate, or nil without
// one. Where there are client CAs, a client must show a certificate of theirs. All
// are files in PEM, read once.
func TLS(certFile, keyFile, clientCAFile string) (*tls.Config, error) {
	if certFile == "" && keyFile == "" {
		if clientCAFile != "" {
			return nil, errors.New("TLS: certificates of clients need one of the server")
		}
		return nil, nil
	}
	if certFile == "" || keyFile == "" {
		return nil, fmt.Errorf("TLS: wanted a certificate and its key, received %q and %q", certFile, keyFile)
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("TLS: %w", err)
	}
	c := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if clientCAFile != "" {
		pem, err := os.ReadFile(clientCAFile)
		if err != nil {
			return nil, fmt.Errorf("TLS: %w", err)
		}
		c.ClientCAs, c.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
		if !c.ClientCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("TLS: %s holds no certificate", clientCAFile)
		}
	}
	return c, nil
}

// Token reads the file of a token. Without a file there is none, and anybody may ask.
func Token(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	token, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	if token = bytes.TrimSpace(token); len(token) == 0 {
		return nil, fmt.Errorf("%s: wanted a token, received nothing", file)
	}
	return token, nil
}

// authorized lets requests pass that bear the token, and those for health.
func authorized(h http.Handler, token []byte) http.Handler {
	if token == nil {
		return h
	}
	want := sha256.Sum256(token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/", "/healthz", "/readyz", "/v2/health/live", "/v2/health/ready":
			h.ServeHTTP(w, r)
			return
		}
		given, bears := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		got := sha256.Sum256([]byte(given))
		if !bears || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "wanted the server's bearer token"})
			return
		}
		h.ServeHTTP(w, r)
	})
}
