//go:build amd64 && !noasm

package kernel

import (
	"bufio"
	"debug/elf"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// emulator runs routines of this test's own binary on an emulated processor: the command
// of the environment variable KERASRUN_EMULATOR, which speaks as scripts/emulate/run.py does.
type emulator struct {
	in      io.Writer
	out     *bufio.Scanner
	address map[string]uint64
}

func newEmulator(t *testing.T) *emulator {
	command := strings.Fields(os.Getenv("KERASRUN_EMULATOR"))
	if len(command) == 0 {
		t.Skip("KERASRUN_EMULATOR is not set: see make emulate")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	file, err := elf.Open(self)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	symbols, err := file.Symbols()
	require.NoError(t, err, "a test binary with symbols comes from go test -c")
	e := &emulator{address: map[string]uint64{}}
	for _, s := range symbols {
		if name, ok := strings.CutSuffix(s.Name, ".abi0"); ok {
			e.address[name[strings.LastIndexByte(name, '.')+1:]] = s.Value
		}
	}
	cmd := exec.Command(command[0], append(command[1:], self)...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	e.in, e.out = in, bufio.NewScanner(out)
	e.out.Buffer(nil, 1<<26)
	return e
}

// emulated is an argument in memory. Pointers says of which arguments in memory, counted
// from 0 and all before this one, the addresses are put at which offsets.
type emulated struct {
	Data     []byte      `json:"data"`
	Start    bool        `json:"start"`
	Pointers map[int]int `json:"pointers,omitempty"`
}

// memoryOf is the memory of s, which the call changes in a copy only.
func memoryOf[T int8 | int16 | int32 | float32](s []T, atStart bool) emulated {
	data := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(T(0))))
	return emulated{Data: data, Start: atStart}
}

// call runs a routine and returns its arguments in memory as they are after it.
func (e *emulator) call(t *testing.T, routine string, args ...any) [][]byte {
	return e.send(t, routine, map[string]any{"args": args})
}

// callLast is call with the last argument alone: the others are what it points to.
func (e *emulator) callLast(t *testing.T, routine string, args ...any) [][]byte {
	return e.send(t, routine, map[string]any{"args": args, "hidden": len(args) - 1})
}

func (e *emulator) send(t *testing.T, routine string, request map[string]any) [][]byte {
	require.NotZero(t, e.address[routine], routine)
	request["address"] = e.address[routine]
	line, err := json.Marshal(request)
	require.NoError(t, err)
	_, err = e.in.Write(append(line, '\n'))
	require.NoError(t, err)
	require.True(t, e.out.Scan(), "the emulator ended: %v", e.out.Err())
	var answer struct {
		Args  [][]byte
		Error string
	}
	require.NoError(t, json.Unmarshal(e.out.Bytes(), &answer))
	require.Empty(t, answer.Error, routine)
	return answer.Args
}

// TestEmulatedIntProduct holds the products of VNNI, and of AVX2 as a check of the
// emulator, against the pure Go one.
func TestEmulatedIntProduct(t *testing.T) {
	e := newEmulator(t)
	for _, variant := range []string{"AVX2", "VNNI"} {
		r := rand.New(rand.NewPCG(1, 2))
		for name, fill := range int8Filling {
			for rows := 1; rows <= 6; rows++ {
				for _, k := range []int{1, 2, 3, 6, 7, 8, 9, 15, 16, 32, 65} {
					for _, panels := range []int{1, 2, 5} {
						what := fmt.Sprintf("%s %s rows %d, k %d, panels %d", variant, name, rows, k, panels)
						emulateIntProduct(t, e, r, fmt.Sprintf("intProduct%d%s", rows, variant), what, rows, k, panels, fill)
					}
				}
			}
		}
		emulateIntProduct(t, e, r, "intProduct6"+variant, variant+" deep", 6, 5001, 2, int8Filling["most"])
		wraps := func(*rand.Rand, int) (int16, int8) { return -32768, -128 }
		emulateIntProduct(t, e, r, "intProduct2"+variant, variant+" wraps", 2, 4200, 1, wraps)
	}
}

func emulateIntProduct(t *testing.T, e *emulator, r *rand.Rand, routine, what string, rows, k, panels int, fill func(r *rand.Rand, i int) (int16, int8)) {
	k2, ldc := EvenUp(k), panels*PanelWidth+3
	g := IntProduct{LDC: ldc, M: rows, A: make([]int16, rows*k2), C: make([]int32, (rows-1)*ldc+panels*PanelWidth)}
	for i := range g.A {
		if i%k2 < k {
			g.A[i], _ = fill(r, i%k2)
		}
	}
	flat := make([]int8, k*panels*PanelWidth)
	for i := range flat {
		_, flat[i] = fill(r, i/(panels*PanelWidth))
	}
	g.B = &PackedInt8{K: k, N: panels * PanelWidth, Data: make([]int8, k2*panels*PanelWidth)}
	PackInt8(g.B.Data, flat, k, g.B.N, g.B.N, 1)
	for i := range g.C {
		g.C[i] = -7 // what is between the rows stays
	}
	start := r.IntN(2) == 0
	after := e.call(t, routine, memoryOf(g.C, start), memoryOf(g.A, start), memoryOf(g.B.Data, start), k2/2, 2*k2, 4*ldc, panels)
	g.portable(0, panels)
	require.Equal(t, memoryOf(g.C, start).Data, after[0], what)
	require.Equal(t, memoryOf(g.A, start).Data, after[1], what)
	require.Equal(t, memoryOf(g.B.Data, start).Data, after[2], what)
}
