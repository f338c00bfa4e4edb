package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
)

// Input is what rows are read from.
type Input struct {
	// Name is what messages call it.
	Name string
	// Folder is the path of a folder, which has no Reader.
	Folder string
	// Reader gives the bytes of anything else.
	*bufio.Reader

	from  io.Reader // what Reader reads
	class string    // of an image that a model is trained on

	several []string // names of inputs that open opens, one after the other
	open    func(name string) (*Input, func(), error)
}

// Stream reads rows from a file, a pipe or memory.
func Stream(name string, r io.Reader) *Input {
	return &Input{Name: name, Reader: bufio.NewReaderSize(r, 64<<10), from: r}
}

// Folder reads rows from the files of a folder.
func Folder(path string) *Input { return &Input{Name: path, Folder: path} }

// head returns the first bytes: as many as the first line that is not blank
// needs, for behind it a reader may have to wait.
func (in *Input) head() []byte {
	if in.Reader == nil {
		return nil
	}
	for n := 1; ; {
		b, err := in.Peek(n)
		if err != nil || n >= 4096 || settled(b) {
			return b
		}
		n = max(n+1, min(in.Buffered(), 4096))
	}
}

// settled reports whether the beginning of a stream tells its format.
func settled(head []byte) bool {
	text := trimText(head)
	return len(text) > 0 && (text[0] == '[' || text[0] == '{' || bytes.IndexByte(text, '\n') >= 0)
}

// bom is what some programs put in front of UTF-8.
var bom = []byte("\ufeff")

func trimText(head []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
}

// text drops the mark in front of UTF-8.
func (in *Input) text() *bufio.Reader {
	if bytes.HasPrefix(in.head(), bom) {
		_, _ = in.Discard(len(bom)) // peeked at before
	}
	return in.Reader
}

// readerAt gives random access: to the file itself where nothing of it has been
// handed out, else to what is read of it.
func (in *Input) readerAt() (io.ReaderAt, int64, error) {
	if f, ok := in.from.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return f, info.Size(), nil
		}
	}
	data, err := io.ReadAll(io.LimitReader(in.Reader, maxWhole+1))
	if err == nil && len(data) > maxWhole {
		err = errors.New("an archive that is no file must be at most 1 GiB; write it to a file first")
	}
	return bytes.NewReader(data), int64(len(data)), err
}

// maxWhole bounds what is read into memory because it cannot be streamed.
const maxWhole = 1 << 30
