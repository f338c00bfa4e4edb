package hdf5

// chunk is one chunk as its index lists it.
type chunk struct {
	at   []uint64 // which chunk, in chunks along each dimension
	addr uint64
	size uint64 // bytes stored
	mask uint32 // filters left out
}

func (d *Dataset) chunks(visit func(chunk) error) error {
	return unsupported("chunked data")
}

func (d *Dataset) readChunks(dst []byte) error {
	return unsupported("chunked data")
}
