//go:build !js

package source

// DefaultInflatedBytes is how much memory inflated files may take together.
const DefaultInflatedBytes = 1 << 30
