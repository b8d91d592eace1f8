package source

// DefaultInflatedBytes is how much memory inflated files may take together. In
// a browser the heap ends at 4 GiB and never shrinks.
const DefaultInflatedBytes = 512 << 20
