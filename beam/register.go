package kerasbeam

import (
	"context"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/util/reflectx"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

// Everything that workers must know by name. The functions that are called for each
// row are called without reflection: register.DoFn would do the same, with generics that take
// a minute to compile.
func init() {
	for _, t := range []reflect.Type{reflect.TypeFor[Row](), reflect.TypeFor[Answer](), reflect.TypeFor[Failure](), reflect.TypeFor[part]()} {
		beam.RegisterType(t)
	}
	register.Emitter1[Row]()
	register.Emitter1[Answer]()
	register.Emitter1[Failure]()
	register.Emitter1[part]()
	register.Emitter2[int64, []byte]()
	register.Iter1[[]byte]()
	register.Iter1[Failure]()
	beam.RegisterFunction(byPart)
	beam.RegisterFunction(split)
	beam.RegisterType(reflect.TypeFor[readFn]())
	beam.RegisterType(reflect.TypeFor[writeFn]())
	beam.RegisterType(reflect.TypeFor[writeFailedFn]())
	perRow(func(f *predictFn) *direct {
		return &direct{f.ProcessElement, func(a []any) []any {
			err := f.ProcessElement(a[0].(context.Context), a[1].(beam.Window), a[2].(Row), a[3].(func(Answer)), a[4].(func(Failure)))
			return []any{err}
		}}
	})
	perRow(func(f *blockFn) *direct {
		return &direct{f.ProcessElement, func(a []any) []any {
			f.ProcessElement(a[0].(context.Context), a[1].(Answer), a[2].(func(int64, []byte)))
			return nil
		}}
	})
}

// perRow registers a DoFn whose ProcessElement is called for each row.
func perRow[F any](process func(*F) *direct) {
	beam.RegisterType(reflect.TypeFor[F]())
	reflectx.RegisterStructWrapper(reflect.TypeFor[F](), func(f any) map[string]reflectx.Func {
		return map[string]reflectx.Func{"ProcessElement": process(f.(*F))}
	})
}

// direct is a function and how it is called.
type direct struct {
	fn   any
	call func(args []any) []any
}

// Name implements reflectx.Func.
func (d *direct) Name() string { return reflectx.FunctionName(d.fn) }

// Type implements reflectx.Func.
func (d *direct) Type() reflect.Type { return reflect.TypeOf(d.fn) }

// Call implements reflectx.Func.
func (d *direct) Call(args []any) []any { return d.call(args) }
