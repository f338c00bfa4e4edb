package parquet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/golang/snappy"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxPage and maxHead bound a page and what stands before it.
const maxPage, maxHead = 256 << 20, 32 << 10

// The fields of PageHeader and what is in it.
const (
	pageType, pageSize, pagePacked, pageCRC     = 1, 2, 3, 4
	pageData, pageDictionary, pageData2         = 5, 7, 8
	dataValues, dataEncoding                    = 1, 2
	data2Encoding, data2Def, data2Rep, data2Zip = 4, 5, 6, 7
	typeData, typeIndex, typeDictionary, type2  = 0, 1, 2, 3
)

// pages reads the pages of a chunk one after the other.
type pages struct {
	r        *bufio.Reader
	left     int64 // bytes of the chunk
	codec    int
	scratch  *scratch
	unpacked []byte // the page
}

// scratch is what all columns of a file use for a page at a time.
type scratch struct {
	zstd   *zstd.Decoder
	packed []byte
}

// next returns the head of a page and its bytes, which are valid until the next
// call: for pages of version 2 still with levels in front.
func (p *pages) next() (fields, []byte, error) {
	head, err := p.head()
	if err != nil {
		return nil, nil, err
	}
	size, _ := head.int(pageSize)
	packed, _ := head.int(pagePacked)
	if packed < 0 || packed > p.left || size < 0 || size > maxPage {
		return nil, nil, fmt.Errorf("a page of %d bytes, packed to %d, where the column has %d left; pages must be at most %d", size, packed, p.left, maxPage)
	}
	p.left -= packed
	data, err := p.read(&p.scratch.packed, int(packed))
	if err != nil {
		return nil, nil, err
	}
	if sum, ok := head.int(pageCRC); ok && uint32(sum) != crc32.ChecksumIEEE(data) {
		return nil, nil, errors.New("the checksum of a page is another: the file is damaged")
	}
	err = p.unpack(head, data, int(size))
	return head, p.unpacked, err
}

// read reads so many bytes into a buffer.
func (p *pages) read(into *[]byte, n int) (_ []byte, err error) {
	if *into, err = readInto((*into)[:0], p.r, n); err == nil && len(*into) < n {
		err = errShort
	}
	return *into, err
}

func (p *pages) head() (fields, error) {
	for n := 256; ; n *= 4 {
		b, err := p.r.Peek(int(min(int64(n), p.left, maxHead)))
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		c := &compact{b: b}
		head, err := c.object()
		if errors.Is(err, errCut) && n < maxHead {
			continue
		}
		if err != nil {
			return nil, err
		}
		p.left -= int64(c.at)
		_, err = p.r.Discard(c.at)
		return head, err
	}
}

// unpack puts the page into unpacked.
func (p *pages) unpack(head fields, packed []byte, size int) error {
	v2, levels := head.inner(pageData2), 0
	if v2 != nil {
		rep, _ := v2.int(data2Rep)
		def, _ := v2.int(data2Def)
		if rep < 0 || def < 0 || rep > int64(len(packed)) || def > int64(len(packed))-rep || rep+def > int64(size) {
			return errShort
		}
		levels = int(rep + def)
	}
	if zip := v2[data2Zip]; zip == false || p.codec == 0 {
		p.unpacked = append(p.unpacked[:0], packed...)
		return nil
	}
	var err error
	p.unpacked = append(p.unpacked[:0], packed[:levels]...)
	if p.unpacked, err = p.decompress(p.unpacked, packed[levels:], size-levels); err != nil {
		return fmt.Errorf("unpacking a page: %w", err)
	}
	if len(p.unpacked) != size {
		return errShort
	}
	return nil
}

var codecNames = []string{"none", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4_raw"}

// decompress appends so many unpacked bytes. Memory is taken as they come, for a
// few bytes may claim to be many.
func (p *pages) decompress(out, packed []byte, size int) ([]byte, error) {
	if size == 0 {
		return out, nil
	}
	switch p.codec {
	case 1:
		n, err := snappy.DecodedLen(packed)
		if err == nil && (n != size || n > 64*(len(packed)+1)) { // a copy of 64 bytes takes more than one
			err = snappy.ErrCorrupt
		}
		if err != nil {
			return nil, err
		}
		all := slices.Grow(out, n)[:len(out)+n]
		_, err = snappy.Decode(all[len(out):], packed)
		return all, err
	case 2:
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return readInto(out, r, size)
	case 6:
		if p.scratch.zstd == nil {
			var err error
			if p.scratch.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20)); err != nil {
				return nil, err
			}
		}
		if err := p.scratch.zstd.Reset(bytes.NewReader(packed)); err != nil {
			return nil, err
		}
		return readInto(out, p.scratch.zstd, size)
	}
	name := fmt.Sprint(p.codec)
	if p.codec >= 0 && p.codec < len(codecNames) {
		name = codecNames[p.codec]
	}
	return nil, fmt.Errorf("compression %s is not supported, but snappy, gzip, zstd and none are", name)
}

// readInto appends up to n bytes.
func readInto(out []byte, r io.Reader, n int) ([]byte, error) {
	const step = 1 << 20
	for n > 0 {
		at := len(out)
		some := min(n, max(step, at))
		out = slices.Grow(out, some)[:at+some]
		got, err := io.ReadFull(r, out[at:])
		out, n = out[:at+got], n-got
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}
