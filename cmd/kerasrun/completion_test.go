package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCompletion(t *testing.T) {
	for typed, want := range map[string]string{
		"rewrite|" + seed + "seed_k2.h5|--head|soft":            "softplus",
		"predict|" + seed + "seed_k2.h5|--format|j":             "jsonl",
		"predict|" + seed + "seed_k2.h5|--header|":              "yes",
		"heads|" + seed + "seed_k2.h5|--heads|relu,soft":        "relu,softplus",
		"finetune|" + seed + "seed_k2.h5|--optimizer|A":         "Adam",
		"finetune|" + seed + "seed_k2.h5|--loss|mean_a":         "mean_absolute_error",
		"finetune|" + seed + "seed_k2.h5|--metrics|mse,cosine_": "mse,cosine_similarity",
		"finetune|" + seed + "seed_k2.h5|--freeze|dense":        "dense_1",
		"finetune|" + seed + "seed_k2.h5|--freeze|dense,dense_": "dense,dense_2",
		"finetune|" + seed + "seed_k2.h5|--freeze|dense,activa": "dense,activation_1",
		"inspect|":                          "keras",
		"finetune|nowhere.h5|--freeze|dens": "",
	} {
		r := kerasrun(t, "", append([]string{"__complete"}, strings.Split(typed, "|")...)...)
		require.Zero(t, r.code, r.stderr)
		assert.Contains(t, strings.Split(r.stdout, "\n"), want, "%s: %s", typed, r.stdout)
	}
	r := kerasrun(t, "", "completion", "bash")
	assert.Zero(t, r.code)
	assert.Contains(t, r.stdout, "__complete")
}

func TestVersionIsAFlagToo(t *testing.T) {
	verb, flag := kerasrun(t, "", "version"), kerasrun(t, "", "--version")
	assert.Zero(t, flag.code, flag.stderr)
	assert.Equal(t, verb.stdout, flag.stdout)
	assert.Contains(t, flag.stdout, "kerasrun ")
}
