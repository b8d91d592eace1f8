package source

// DefaultInflatedBytes is how much may be inflated in all, which is kept in memory. In
// a browser the heap ends at 4 GiB and never shrinks.
const DefaultInflatedBytes = 512 << 20
