package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes of every verb.
const (
	exitFailed = 1
	exitUsage  = 2
)

// app is one run of the command: where it reads and writes.
type app struct {
	stdin  io.Reader
	stdout *bufio.Writer // flushed at the end; its first error sticks
	stderr io.Writer

	weights string            // file that --weights names
	custom  map[string]string // files that --custom names, by class
	reading *readFiles
}

// run is main without the process.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: interruptible(ctx, stdin), stdout: bufio.NewWriterSize(stdout, 16<<10), stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(a.stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if flushed := a.stdout.Flush(); err == nil && flushed != nil {
		err = failure{fmt.Errorf("standard output: %w", flushed)}
	}
	return a.report(ctx, cmd, err)
}

// report prints an error and returns the exit code.
func (a *app) report(ctx context.Context, cmd *cobra.Command, err error) int {
	var failed failure
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &failed):
		fmt.Fprintf(a.stderr, "kerasrun: %v\nSee '%s --help'.\n", err, cmd.CommandPath())
		return exitUsage
	case errors.Is(err, errQuiet), errors.Is(err, readerGone): // whoever read our answers has seen enough
		return exitFailed
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		fmt.Fprintln(a.stderr, "kerasrun: interrupted")
		return exitFailed
	}
	fmt.Fprintf(a.stderr, "kerasrun: %v\n", err)
	return exitFailed
}

// failure is an error of the work itself. All others, cobra's among them, are
// errors of usage.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// errQuiet fails without a message: the output has said it.
var errQuiet = errors.New("failed")

// usageError says that the command was asked wrongly.
type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// work makes the body of a verb: what it returns is a failure unless it is a
// usageError.
func work(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := do(cmd.Context(), args)
		var asked usageError
		if err == nil || errors.As(err, &asked) {
			return err
		}
		return failure{err}
	}
}

func (a *app) root() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "kerasrun",
		Short: "Run, inspect, edit and fine-tune Keras model files",
		Long: `kerasrun runs, inspects, edits and fine-tunes Keras model files (.h5 and .keras of
every version), without Python.

It exits with 0 when all went well, 1 when it failed or answers differ, and 2
when it was asked wrongly. Results go to the standard output, progress and
messages to the standard error.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !version {
				return cmd.Help()
			}
			_, err := fmt.Fprintln(a.stdout, versionLine())
			return err
		},
	}
	// Not cobra's own, whose template has the linker keep every method there is.
	root.Flags().BoolVarP(&version, "version", "v", false, "print the version")
	root.AddCommand(a.predictCommand(), a.inspectCommand(), a.verifyCommand(), a.rewriteCommand(), a.finetuneCommand(), a.evaluateCommand(),
		a.headsCommand(),
		a.convertCommand(), a.quantizeCommand(), a.benchCommand(), a.serveCommand(), a.siteCommand(), a.versionCommand())
	for _, c := range root.Commands() {
		suggest(c)
	}
	return root
}

// example sets a verb's examples apart from its text.
func example(lines ...string) string { return "  " + strings.Join(lines, "\n  ") }
