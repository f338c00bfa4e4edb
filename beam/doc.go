// Package kerasbeam scores rows with a Keras model on Apache Beam: on the Prism runner
// within the process, on Flink, on whatever runs Beam's Go SDK.
//
// What belongs here: how rows, answers and failures travel between workers, the three
// transforms, and what they count. How rows are read and written is the main module's
// internal/table, how they are answered its keras.
//
//	answers, failed := kerasbeam.Predict(s, options, rows)
//
// is the heart. ReadRows and WriteAnswers stand before and behind it in the command
// kerasrun-beam, and may be left out where rows come from elsewhere: PackRow makes
// one, Answer.Unpack takes an answer apart.
package kerasbeam
