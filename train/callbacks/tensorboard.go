package callbacks

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/kerasrun/kerasrun/internal/tensorflow"
	"github.com/kerasrun/kerasrun/train"
)

// TensorBoard writes the numbers of each epoch as TensorBoard reads them, under
// Keras' tags: epoch_NAME in Folder/train and Folder/validation, steps counted from
// 0, and evaluation_NAME_vs_iterations (keras/src/callbacks/tensorboard.py).
// Graphs, histograms and profiles are not written.
type TensorBoard struct {
	train.Silent
	Folder string
	// UpdateFreq is the number of steps after which the numbers of the epoch so far are
	// written too, as batch_NAME; 0 is never. Keras has 1 for that alone.
	UpdateFreq int

	train, validation string // files of events; "" is none yet
}

// Begin finds out whether files can be written there.
func (c *TensorBoard) Begin(*train.Run) error {
	c.train, c.validation = "", ""
	return canWrite(c.Folder)
}

// StepEnd writes the numbers of a step.
func (c *TensorBoard) StepEnd(r *train.Run) error {
	step := (r.Epoch-1)*r.Steps + r.Step
	if c.UpdateFreq == 0 || step%c.UpdateFreq != 0 {
		return nil
	}
	var events []byte
	for _, l := range r.Logs {
		events = record(events, scalarEvent("batch_"+l.Name, l.Value, int64(step)))
	}
	return c.write(&c.train, "train", events)
}

// EpochEnd writes the numbers of the epoch.
func (c *TensorBoard) EpochEnd(r *train.Run) error {
	var training, validation []byte
	epoch, rate := int64(r.Epoch-1), false
	for _, l := range r.Logs {
		name, validated := strings.CutPrefix(l.Name, "val_")
		if !validated {
			rate = rate || name == "learning_rate"
			training = record(training, scalarEvent("epoch_"+name, l.Value, epoch))
			continue
		}
		validation = record(validation, scalarEvent("evaluation_"+name+"_vs_iterations", l.Value, r.Iteration()))
		validation = record(validation, scalarEvent("epoch_"+name, l.Value, epoch))
	}
	if !rate {
		training = record(training, scalarEvent("epoch_learning_rate", r.LearningRate(), epoch))
	}
	if err := c.write(&c.train, "train", training); err != nil || validation == nil {
		return err
	}
	return c.write(&c.validation, "validation", validation)
}

// write adds events to a file, which begins with the version of the format.
func (c *TensorBoard) write(path *string, folder string, events []byte) error {
	if *path == "" {
		dir := filepath.Join(c.Folder, folder)
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		host, _ := os.Hostname()
		*path = filepath.Join(dir, fmt.Sprintf("events.out.tfevents.%d.%s.%d.0.v2", time.Now().Unix(), host, os.Getpid()))
		version := protowire.AppendTag(now(), 3, protowire.BytesType)
		events = append(record(nil, protowire.AppendString(version, "brain.Event:2")), events...)
	}
	f, err := os.OpenFile(*path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	if _, err := f.Write(events); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// now begins an Event message with its wall_time.
func now() []byte {
	seconds := float64(time.Now().UnixMicro()) / 1e6
	return protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), math.Float64bits(seconds))
}

// scalarEvent is an Event of a scalar, as tf.summary.scalar writes one: a float
// tensor of rank 0, with the plugin that shows it (tensorflow/core/util/event.proto,
// framework/summary.proto, tensor.proto).
func scalarEvent(tag string, value float64, step int64) []byte {
	field := func(b []byte, number protowire.Number, content []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), content)
	}
	plugin := field(nil, 1, []byte("scalars")) // SummaryMetadata.PluginData.plugin_name
	bits := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(value)))
	tensor := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 1) // DT_FLOAT
	tensor = field(tensor, 2, nil)                                                         // a shape of no axes
	tensor = field(tensor, 4, bits)                                                        // tensor_content
	v := field(nil, 1, []byte(tag))
	v = field(v, 9, field(nil, 1, plugin)) // metadata
	v = field(v, 8, tensor)
	event := protowire.AppendVarint(protowire.AppendTag(now(), 2, protowire.VarintType), uint64(step))
	return field(event, 5, field(nil, 1, v)) // summary
}

// record appends a record of TensorFlow's: length, its checksum, data, their
// checksum.
func record(b, data []byte) []byte {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	b = append(b, length...)
	b = binary.LittleEndian.AppendUint32(b, tensorflow.Checksum(length))
	b = append(b, data...)
	return binary.LittleEndian.AppendUint32(b, tensorflow.Checksum(data))
}
