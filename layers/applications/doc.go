// Package applications holds the layers that keras.applications defines for its models
// (keras/src/applications), under the names of those files.
package applications
