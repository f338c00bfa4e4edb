package main

import (
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVersion(t *testing.T) {
	r := kerasrun(t, "", "version")
	assert.Zero(t, r.code)
	assert.Regexp(t, `^kerasrun v0\.1\.0\S* go\S+ \w+/\w+\n$`, r.stdout)
}

func TestVersionOfABuild(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	module := func(v string) debug.Module { return debug.Module{Version: v} }
	for want, info := range map[string]*debug.BuildInfo{
		"v0.1.0":                       {Main: module("(devel)")},
		"v0.1.0+0123456789ab":          {Main: module("v0.0.0-2026-0123"), Settings: []debug.BuildSetting{setting("vcs.revision", "0123456789abcdef"), setting("vcs.modified", "false")}},
		"v0.1.0+0123456789ab.modified": {Settings: []debug.BuildSetting{setting("vcs.revision", "0123456789abcdef"), setting("vcs.modified", "true")}},
		"v0.3.1":                       {Main: module("v0.3.1")},
	} {
		assert.Equal(t, want, version(info))
	}
	assert.Equal(t, release, version(nil))
}

// TestReleaseIsInTheChangelog: the newest version there is the program's.
func TestReleaseIsInTheChangelog(t *testing.T) {
	data, err := os.ReadFile("../../CHANGELOG.md")
	require.NoError(t, err)
	for _, line := range strings.Split(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "## v"); ok {
			newest, _, _ := strings.Cut(rest, " ")
			assert.Equal(t, release, "v"+newest)
			return
		}
	}
	t.Fatal("no version in the changelog")
}
