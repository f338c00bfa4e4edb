package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/kerasrun/kerasrun/internal/table"
	"github.com/kerasrun/kerasrun/keras"
	"github.com/kerasrun/kerasrun/runtime"
)

// answers are where the rows of answers go. The file is opened for the first row,
// so that a run that fails before it leaves the old one, and holds every row that
// was written however the run ends.
type answers struct {
	a      *app
	path   string
	format *table.Format
	rank   *ranking       // nil without labels
	there  *table.Written // rows that are there already

	f    *os.File
	file *bufio.Writer // to f, or the standard output
	w    *bufio.Writer // to the compression, or file
	pack func() error
	to   table.Writer
}

// resume finds what is there to go on behind. Nothing is, where no file is.
func (s *answers) resume() error {
	f, err := os.Open(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	s.there, err = s.format.Written(f)
	return err
}

func (s *answers) begun() bool { return s.to != nil }

// ports are what is written of the outputs.
func (s *answers) ports(outputs []keras.Port) []keras.Port {
	if s.rank != nil {
		return s.rank.ports()
	}
	return outputs
}

// begin opens the file.
func (s *answers) begin(ports []keras.Port) (err error) {
	seen := map[string]bool{}
	for _, p := range ports {
		if seen[p.Name] {
			return fmt.Errorf("two columns of the answers would be called %q", p.Name)
		}
		seen[p.Name] = true
	}
	if s.file = s.a.stdout; s.path != "" && s.path != "-" {
		if s.f, err = s.open(); err != nil {
			return cannotWrite(s.path, err)
		}
		s.file = bufio.NewWriterSize(s.f, 64<<10)
	}
	if s.w, s.pack, err = table.Compress(s.path, s.file); err != nil {
		return err
	}
	if s.there != nil && s.there.End > 0 {
		s.to, err = s.format.Continue(s.w, ports, s.there)
	} else {
		s.to, err = s.format.NewWriter(s.w, ports)
	}
	return err
}

func (s *answers) open() (*os.File, error) {
	if info, err := os.Stat(s.path); err == nil && info.IsDir() {
		return nil, errors.New("it is a folder")
	}
	if s.there == nil {
		return os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	}
	f, err := os.OpenFile(s.path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	_, sought := f.Seek(s.there.End, io.SeekStart)
	if err := errors.Join(f.Truncate(s.there.End), sought); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// write appends rows: what is carried along, and the outputs or their ranking.
func (s *answers) write(keptPorts []keras.Port, kept []*runtime.Tensor, outputPorts []keras.Port, outputs []*runtime.Tensor) error {
	if s.rank != nil {
		var err error
		if outputs, err = s.rank.of(outputs[0]); err != nil {
			return err
		}
	}
	if !s.begun() {
		if err := s.begin(append(keptPorts, s.ports(outputPorts)...)); err != nil {
			return err
		}
	}
	if err := s.to.Write(append(kept, outputs...)); err != nil {
		return err
	}
	if s.w != s.file { // flushing would cost compression
		return nil
	}
	return s.w.Flush()
}

// end makes the file whole, with the rows that it has.
func (s *answers) end() error {
	if s.to == nil {
		if s.f != nil {
			return s.f.Close()
		}
		return nil
	}
	err := errors.Join(s.to.Close(), s.pack(), s.file.Flush())
	if s.f != nil {
		err = errors.Join(err, s.f.Close())
	}
	return cannotWrite(s.path, err)
}
