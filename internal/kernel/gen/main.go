// Command gen writes the assembly of package kernel: that of amd64 with avo,
// that of arm64 as text. It is a module of its own, so that users of the kernels do not depend on avo.
// Run it by go generate in the folder above.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// files are the assembly files of the package, each with the function that
// emits its routines. Their Go declarations are written by hand beside the
// code that calls them.
var files = []asmFile{
	{"gemm_avx2_amd64.s", emitGemmAVX2},
	{"gemm_avx512_amd64.s", emitGemmAVX512},
	{"int8_avx2_amd64.s", emitInt8},
	{"int8_vnni_amd64.s", emitInt8VNNI},
	{"pack_avx2_amd64.s", emitPack},
	{"peak_avx2_amd64.s", emitPeakAVX2},
	{"peak_avx512_amd64.s", emitPeakAVX512},
	{"scan_avx2_amd64.s", emitScan},
	{"transpose_avx2_amd64.s", emitTranspose},
}

type asmFile struct {
	name string
	emit func(c *build.Context)
}

func main() {
	flags := flag.NewFlagSet("gen", flag.ExitOnError) // avo has flags of its own in the default set
	out := flags.String("out", "..", "folder to write to")
	_ = flags.Parse(os.Args[1:])
	for _, f := range files {
		text, err := assemble(f.emit)
		if err == nil && strings.Contains(f.name, "_avx2_") && beyondAVX2.Match(text) {
			err = fmt.Errorf("a routine needs more than the 16 registers of AVX2: %s", beyondAVX2.Find(text))
		}
		write(filepath.Join(*out, f.name), text, err)
	}
	if err := writeVecStubs(*out); err != nil {
		fmt.Fprintf(os.Stderr, "gen: %v\n", err)
		os.Exit(1)
	}
	text, err := vecTable()
	write(filepath.Join(*out, "vec_table.go"), text, err)
	text, err = vecOverrides("AVX2", "AVX512")
	write(filepath.Join(*out, "vec_amd64.go"), text, err)
	text, err = gemmCalls("AVX2", "AVX512")
	write(filepath.Join(*out, "gemm_calls_amd64.go"), text, err)
	text, err = gemmCalls("NEON")
	write(filepath.Join(*out, "gemm_calls_arm64.go"), text, err)
	write(filepath.Join(*out, "gemm_arm64.s"), emitGemmNEON(), nil)
	write(filepath.Join(*out, "int8_arm64.s"), emitInt8NEON(), nil)
	write(filepath.Join(*out, "peak_arm64.s"), emitPeakNEON(), nil)
}

// beyondAVX2 matches the registers that only AVX-512 has. The allocator hands
// them out where the others do not suffice.
var beyondAVX2 = regexp.MustCompile(`\b([XY](1[6-9]|2\d|3[01])|Z\d+|K[0-7])\b`)

// write writes a file, or ends the program where err or writing failed.
func write(path string, text []byte, err error) {
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "gen: %s: %v\n", path, err)
		os.Exit(1)
	}
}

// assemble returns the text of one file.
func assemble(emit func(c *build.Context)) ([]byte, error) {
	c := build.NewContext()
	c.ConstraintExpr("!noasm")
	emit(c)
	file, err := c.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	text, err := printer.NewGoAsm(printer.Config{Name: "gen", Argv: []string{"go", "generate"}, Pkg: "kernel"}).Print(file)
	return append(bytes.TrimRight(text, "\n"), '\n'), err
}
