package serve

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
)

// listen opens a listener: HOST:PORT, unix:PATH, or systemd, which is the socket
// that systemd opened for this process (sd_listen_fds).
func listen(address string) (net.Listener, error) {
	if address == "systemd" {
		return systemd()
	}
	path, unix := strings.CutPrefix(address, "unix:")
	if !unix {
		return net.Listen("tcp", address)
	}
	l, err := net.Listen("unix", path)
	if err == nil || !abandoned(path) {
		return l, err
	}
	// Whoever made it is gone without removing it.
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}

// abandoned reports whether path is a socket that nobody listens at.
func abandoned(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSocket == 0 {
		return false
	}
	c, err := net.Dial("unix", path)
	if err == nil {
		_ = c.Close()
	}
	return err != nil
}

func systemd() (net.Listener, error) {
	const first = 3 // descriptor, by the protocol
	pid, n := os.Getenv("LISTEN_PID"), os.Getenv("LISTEN_FDS")
	if pid != strconv.Itoa(os.Getpid()) || n != "1" {
		return nil, fmt.Errorf("systemd: wanted one socket for this process, received LISTEN_PID=%q LISTEN_FDS=%q", pid, n)
	}
	f := os.NewFile(first, "systemd")
	defer f.Close() // the listener has a copy
	return net.FileListener(f)
}
