//go:build !js

package source

// DefaultInflatedBytes is how much may be inflated in all, which is kept in memory.
const DefaultInflatedBytes = 1 << 30
