// Package math32 has functions of float32 numbers, computed in float64 and
// rounded once.
//
// What belongs here: one line each. Loops over arrays are internal/kernel's.
package math32

import "math"

// Sqrt returns the square root of x.
func Sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// Pow returns x to the power of y.
func Pow(x, y float32) float32 { return float32(math.Pow(float64(x), float64(y))) }

// Abs returns the absolute value of x.
func Abs(x float32) float32 { return float32(math.Abs(float64(x))) }

// Floor returns the greatest whole number <= x.
func Floor(x float32) float32 { return float32(math.Floor(float64(x))) }

// Ceil returns the least whole number >= x.
func Ceil(x float32) float32 { return float32(math.Ceil(float64(x))) }

// Log returns the natural logarithm of x.
func Log(x float32) float32 { return float32(math.Log(float64(x))) }

// Cos returns the cosine of x, in radians.
func Cos(x float32) float32 { return float32(math.Cos(float64(x))) }
