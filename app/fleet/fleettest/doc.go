// Package fleettest holds what the tests of the fleet module share: a real DuckDB that reads
// what they write, and chains of any kind with damage in them.
package fleettest
